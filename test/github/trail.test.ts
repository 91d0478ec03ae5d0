import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import { unpaced } from '../../shared/github/pace.ts';
import { GitHubTrailComments } from '../../shared/github/trail-comments.ts';
import { GitHubTrailIssues } from '../../shared/github/trail-issues.ts';
import type { Finding } from '../../shared/remediation/ports.ts';
import { connect, name, routes } from './connected.ts';

const start = new Date('2026-03-01T12:00:00Z');
const bob: Finding = { accountId: '111122223333', userId: 'AIDABOB' };
const eve: Finding = { accountId: '111122223333', userId: 'AIDAEVE' };
let time = start;
let github: GitHubStandIn;
let issues: GitHubTrailIssues;
let comments: GitHubTrailComments;

beforeEach(async () => {
  time = start;
  github = await startGitHub({ now: () => time });
  const client = connect(github, { token: github.botToken });
  issues = new GitHubTrailIssues(client, name);
  comments = new GitHubTrailComments(client, name);
});
afterEach(() => github.close());

function pass(minutes: number): void {
  time = new Date(time.getTime() + minutes * 60_000);
}

async function open(finding: Finding, labels = ['keyturn']): Promise<number> {
  const body = `About keys.\n${writeMarker(finding)}`;
  return (await github.byHand.openIssue('github-actions[bot]', { title: 'T', body, labels })).number;
}

const numbers = (list: readonly { number: number }[]) => list.map(({ number }) => number);
const labelsOf = async (number: number) => (await github.byHand.issue(number)).labels;

describe('listSince', () => {
  test('gives issues with a marker that were updated since, of any state', async () => {
    await open(bob);
    await github.byHand.openIssue('alice', { title: 'T', body: 'No marker.', labels: ['keyturn'] });
    pass(5);
    const second = await open(eve);
    await github.byHand.closeIssue(second);
    await github.byHand.comment(second, 'hello');
    expect(await issues.listSince(time)).toEqual([
      {
        number: second,
        url: `${github.url}/octo-org/keys/issues/${second}`,
        finding: eve,
        userName: undefined,
        state: 'closed',
        labels: ['keyturn'],
        comments: 1,
      },
    ]);
    expect(numbers(await issues.listSince(start))).toEqual([1, 3]);
  });
});

describe('listFor', () => {
  test('gives every issue about a user, and reads only news after the first time', async () => {
    for (let count = 0; count < 100; count += 1) await open(eve);
    pass(60);
    const first = await open(bob);
    expect(numbers(await issues.listFor(bob))).toEqual([first]);
    expect(github.requests.byRoute()).toEqual({ [routes.listIssues]: 2, [routes.readIssue]: 1 });
    pass(60);
    const second = await open(bob);
    await github.byHand.closeIssue(first);
    github.requests.clear();
    expect(numbers(await issues.listFor(bob))).toEqual([first, second]);
    expect(github.requests.of(routes.listIssues)).toBe(1);
    expect((await issues.listFor(bob))[0]).toMatchObject({ state: 'closed' });
  });

  test('passes over issues that lost their label, name somebody else now, or are gone', async () => {
    const unlabelled = await open(bob);
    const renamed = await open(bob);
    const emptied = await open(bob);
    await open(bob);
    const kept = await open(bob);
    expect(await issues.listFor(bob)).toHaveLength(5);
    await github.byHand.editIssue(unlabelled, { labels: [] });
    await github.byHand.editIssue(renamed, { body: writeMarker(eve) });
    await github.byHand.editIssue(emptied, { body: '' });
    // Read again: the one that lists do not show any more, then the fourth one, deleted by now.
    github.faults.add({ route: routes.readIssue, status: 410, nth: 2 });
    expect(numbers(await issues.listFor(bob))).toEqual([kept]);
    expect(numbers(await issues.listFor(eve))).toEqual([renamed]);
  });

  test('passes over an issue that was moved to another repository', async () => {
    const number = await open(bob);
    const body = { ...(await github.byHand.issue(number)), number: 77, assignees: [] };
    github.faults.add({ route: routes.readIssue, status: 200, body });
    expect(await issues.listFor(bob)).toEqual([]);
  });

  test('passes on what GitHub refuses', async () => {
    await open(bob);
    github.faults.add({ route: routes.readIssue, status: 403 });
    await expect(issues.listFor(bob)).rejects.toMatchObject({ code: 'github-permission-missing' });
  });
});

describe('read', () => {
  test('gives the issue as it is now', async () => {
    expect(await issues.read(await open(bob))).toMatchObject({ finding: bob, state: 'open', comments: 0 });
  });

  test('refuses an issue without a marker', async () => {
    await github.byHand.openIssue('alice', { title: 'T', body: 'b', labels: ['keyturn'] });
    await expect(issues.read(1)).rejects.toMatchObject({ code: 'github-marker-missing' });
  });
});

describe('an issue that has left', () => {
  test.each([
    ['deleted', 'deleted'],
    ['transferred', 'another repository'],
    ['transferred-out-of-sight', 'Not Found'],
  ] as const)('%s: nothing is read or written there', async (fate, words) => {
    const number = await open(bob);
    await open(eve);
    expect(numbers(await issues.listFor(bob))).toEqual([number]);
    github.byHand.setFate(number, fate);
    const gone = { code: 'github-not-found', fact: expect.stringContaining(words) };
    await expect(issues.read(number)).rejects.toMatchObject(gone);
    await expect(issues.close(number)).rejects.toMatchObject(gone);
    await expect(issues.setHints(number, { pending: true, exempt: false })).rejects.toMatchObject(gone);
    expect(await issues.listFor(bob)).toEqual([]);
    expect(numbers(await issues.listSince(start))).not.toContain(number);
    github.byHand.liftFate(number);
    expect(numbers(await issues.listSince(start))).toContain(number);
  });

  test('a locked one takes no comment, and says so', async () => {
    const number = await open(bob);
    github.byHand.setFate(number, 'locked');
    await expect(comments.append(number, 'hello')).rejects.toMatchObject({
      code: 'github-permission-missing',
      fact: expect.stringContaining('issue is locked'),
    });
    expect((await issues.read(number)).number).toBe(number);
  });
});

describe('setHints', () => {
  test('sets and removes the hints alone, and writes nothing when they are right', async () => {
    const number = await open(bob, ['keyturn', 'access-key']);
    await issues.setHints(number, { pending: true, exempt: false });
    expect(await labelsOf(number)).toEqual(['keyturn', 'access-key', 'keyturn:pending']);
    const { writes } = github.requests;
    await issues.setHints(number, { pending: true, exempt: false });
    expect(github.requests.writes).toBe(writes);
    await issues.setHints(number, { pending: false, exempt: true });
    expect(await labelsOf(number)).toEqual(['keyturn', 'access-key', 'keyturn:exempt']);
    await issues.setHints(number, { pending: false, exempt: false });
    expect(await labelsOf(number)).toEqual(['keyturn', 'access-key']);
  });

  test('takes a label that somebody else removed meanwhile for removed', async () => {
    const number = await open(bob, ['keyturn', 'keyturn:pending']);
    const route = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}';
    github.faults.add({ route, status: 502, when: 'after' });
    await issues.setHints(number, { pending: false, exempt: false });
    expect(await labelsOf(number)).toEqual(['keyturn']);
  });
});

describe('close', () => {
  test('closes it as completed, once', async () => {
    const number = await open(bob);
    await issues.close(number);
    expect(await github.byHand.issue(number)).toMatchObject({ state: 'closed', state_reason: 'completed' });
    await github.byHand.editIssue(number, { state: 'closed', state_reason: 'not_planned' });
    await issues.close(number);
    expect(await github.byHand.issue(number)).toMatchObject({ state_reason: 'not_planned' });
    expect(github.requests.writes).toBe(1);
  });
});

describe('comments', () => {
  test('are appended and listed, all of them, by id', async () => {
    const number = await open(bob);
    for (let count = 0; count < 100; count += 1) await github.byHand.comment(number, `${count}`);
    pass(1);
    await comments.append(number, 'last');
    const list = await comments.list(number);
    expect(list).toHaveLength(101);
    expect(list.at(-1)).toEqual({ id: 101, body: 'last', createdAt: time, updatedAt: time });
    expect(github.requests.of(routes.listComments)).toBe(2);
  });

  test.each([
    [6, "6 minutes behind GitHub's"],
    [-6, "6 minutes ahead of GitHub's"],
  ])('are not read with a clock that is off: %i minutes', async (minutes, words) => {
    const number = await open(bob);
    const own = new GitHubTrailComments(connect(github, { token: github.botToken }), name, {
      now: () => start,
    });
    expect(await own.list(number)).toEqual([]);
    pass(5);
    expect(await own.list(number)).toEqual([]);
    pass(minutes - 5);
    await expect(own.list(number)).rejects.toMatchObject({
      code: 'clock-off',
      fact: expect.stringContaining(words),
    });
  });

  test('are written in time or not at all: a queue may last an hour', async () => {
    const number = await open(bob);
    const client = connect(github, { token: github.botToken, pace: { ...unpaced, creationsPerHour: 1 } });
    await new GitHubTrailComments(client, name).append(number, 'first');
    const late = new GitHubTrailComments(client, name, { writeWithin: 1 }).append(number, 'second');
    await expect(late).rejects.toMatchObject({ code: 'github-rate-limit' });
    expect(github.requests.of(routes.comment)).toBe(1);
  });

  test('are never written a second time after an unclear answer', async () => {
    const number = await open(bob);
    github.faults.add({ route: routes.comment, when: 'after', drop: true });
    await expect(comments.append(number, 'once')).rejects.toMatchObject({ code: 'github-unreachable' });
    expect(github.requests.of(routes.comment)).toBe(1);
    expect(await comments.list(number)).toHaveLength(1);
  });

  test('may have lost their author and their text', async () => {
    const comment = {
      id: 1,
      body: null,
      user: null,
      created_at: '2026-03-01T12:00:00Z',
      updated_at: '2026-03-01T12:00:00Z',
    };
    github.faults.add({ route: routes.listComments, status: 200, body: [comment] });
    expect(await comments.list(1)).toEqual([{ id: 1, body: '', createdAt: start, updatedAt: start }]);
  });
});
