import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { githubPace, throttleGroups, unpaced } from '../../shared/github/pace.ts';
import { readRepository } from '../../shared/github/repository.ts';
import { connect, name, routes } from './connected.ts';

let github: GitHubStandIn;
let sleeps: number[];
const sleep = async (milliseconds: number) => {
  sleeps.push(milliseconds);
};

beforeEach(async () => {
  sleeps = [];
  github = await startGitHub();
});
afterEach(() => github.close());

const issue = { ...name, title: 'T', body: 'b' };

describe('requests', () => {
  test('are sent with a fresh token each', async () => {
    const tokens = [github.token, 'expired'];
    const client = connect(github, { token: async () => tokens.shift() ?? 'none' });
    await readRepository(client, name);
    await expect(readRepository(client, name)).rejects.toMatchObject({ code: 'github-token-invalid' });
  });

  test('that can be repeated are, after outages, with growing waits', async () => {
    github.faults.add({ route: routes.repository, status: 502, times: 2 });
    github.faults.add({ route: routes.repository, nth: 3, drop: true });
    expect(await readRepository(connect(github, { sleep }), name)).toMatchObject({
      fullName: 'octo-org/keys',
    });
    expect(sleeps).toEqual([500, 2_000, 5_000]);
  });

  test('are given up after three repetitions', async () => {
    github.faults.add({ route: routes.repository, status: 502, times: 9 });
    await expect(readRepository(connect(github), name)).rejects.toMatchObject({ code: 'github-unreachable' });
    expect(github.requests.of(routes.repository)).toBe(4);
  });

  test('wait with the machine’s own clock when nobody says otherwise', async () => {
    github.faults.add({ route: routes.repository, status: 502 });
    const { connectGitHub } = await import('../../shared/github/octokit.ts');
    const client = connectGitHub({ baseUrl: github.url, token: github.token });
    expect(await readRepository(client, name)).toMatchObject({ id: github.repositoryId });
  });

  test('that were refused for other reasons are not repeated', async () => {
    await expect(readRepository(connect(github, { token: 'wrong', sleep }), name)).rejects.toThrow();
    expect(sleeps).toEqual([]);
  });

  test('that create are never repeated', async () => {
    github.faults.add({ route: routes.openIssue, status: 502 });
    await expect(connect(github).rest.issues.create(issue)).rejects.toThrow();
    expect(github.requests.of(routes.openIssue)).toBe(1);
  });

  test('are not sent any more when they come to their turn too late', async () => {
    const request = { signal: AbortSignal.abort() };
    await expect(connect(github).rest.issues.create({ ...issue, request })).rejects.toThrow();
    expect(github.requests.of(routes.openIssue)).toBe(0);
  });

  test('time out', async () => {
    github.faults.add({ route: routes.repository, delayMilliseconds: 200, times: 9 });
    await expect(readRepository(connect(github, { timeout: 20 }), name)).rejects.toMatchObject({
      code: 'github-unreachable',
      cause: { cause: { name: 'TimeoutError' } },
    });
  });
});

describe('rate limits', () => {
  const secondary = (retryAfter: string) => ({
    route: routes.openIssue,
    status: 403,
    headers: { 'retry-after': retryAfter },
    body: { message: 'You have exceeded a secondary rate limit.' },
  });

  test('are waited for as GitHub asks', async () => {
    github.faults.add({ ...secondary('60'), times: 3 });
    const { status } = await connect(github, { sleep }).rest.issues.create(issue);
    expect(status).toBe(201);
    expect(sleeps).toEqual([60_000, 60_000, 60_000]);
    expect(await github.byHand.issues()).toHaveLength(1);
  });

  test('are an error when the wait is too long, or asked for too often', async () => {
    github.faults.add(secondary('121'));
    await expect(connect(github, { sleep }).rest.issues.create(issue)).rejects.toThrow(/secondary rate/);
    expect(sleeps).toEqual([]);
    github.faults.add({ ...secondary('1'), times: 4 });
    await expect(connect(github, { sleep }).rest.issues.create(issue)).rejects.toThrow(/secondary rate/);
    expect(sleeps).toEqual([1_000, 1_000, 1_000]);
    expect(await github.byHand.issues()).toEqual([]);
  });

  test('of the hour are an error that says when it ends', async () => {
    github.setLimits({ requestsPerHour: 0 });
    await expect(readRepository(connect(github), name)).rejects.toMatchObject({
      code: 'github-rate-limit',
      fact: expect.stringMatching(/rate limit is used up: .*It allows requests again at 2\d{3}-.*Z\./),
    });
  });
});

describe('pace', () => {
  test('keeps GitHub’s limits: 80 creations a minute and 500 an hour, 180 writes a minute', async () => {
    const { notifications, write } = throttleGroups(githubPace);
    expect(60_000 / githubPace.betweenCreations).toBeLessThanOrEqual(80);
    expect(60_000 / githubPace.betweenWrites).toBeLessThan(180);
    expect(await notifications.key('no-id').currentReservoir()).toBe(500);
    expect(await write.key('no-id').currentReservoir()).toBeNull();
  });

  test('may be left out', async () => {
    expect(await throttleGroups(unpaced).notifications.key('no-id').currentReservoir()).toBeNull();
  });
});
