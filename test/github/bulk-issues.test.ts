import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import { GitHubBulkIssues } from '../../shared/github/bulk-issues.ts';
import { GitHubIssueLedger } from '../../shared/github/issue-ledger.ts';
import { bulkShare, githubPace, unpaced } from '../../shared/github/pace.ts';
import { GitHubTrailIssues } from '../../shared/github/trail-issues.ts';
import { writeBulkMarker } from '../../shared/trail/bulk-marker.ts';
import { connect, name, routes } from './connected.ts';

const start = new Date('2026-03-01T12:00:00Z');
const requestId = '22222222-2222-4222-8222-222222222222';
const wanted = { accountId: '111122223333', requestId, title: 'Bulk', text: 'Who is in it' };
let github: GitHubStandIn;

beforeEach(async () => {
  github = await startGitHub({ now: () => start });
});
afterEach(() => github.close());

function issuesOf(): GitHubBulkIssues {
  const client = connect(github, { token: github.botToken });
  const patience = { now: () => start, sleep: async () => undefined };
  return new GitHubBulkIssues(
    client,
    name,
    new GitHubIssueLedger(client, name, { patience, warn: () => undefined }),
  );
}

describe('opening', () => {
  test('labels it, and finds it again by its request', async () => {
    const issues = issuesOf();
    const opened = await issues.open(wanted);
    expect(opened).toEqual({
      number: 1,
      url: `${github.url}/octo-org/keys/issues/1`,
      accountId: '111122223333',
      requestId,
      state: 'open',
      updatedAt: start,
    });
    expect(await github.byHand.issue(1)).toMatchObject({
      title: 'Bulk',
      labels: ['keyturn', 'keyturn:bulk'],
    });
    expect(await issuesOf().open(wanted)).toEqual(opened);
    expect(await issues.listSince(start)).toEqual([opened]);
    expect(await issues.read(1)).toEqual(opened);
    expect(github.requests.of(routes.openIssue)).toBe(1);
  });

  test('after an answer that was lost, it is not opened twice', async () => {
    github.faults.add({ route: routes.openIssue, drop: true, when: 'after' });
    expect((await issuesOf().open(wanted)).number).toBe(1);
    expect(await github.byHand.issues()).toHaveLength(1);
  });

  test('of two that two processes open at once, the lower number stays', async () => {
    const [one, other] = await Promise.all([issuesOf().open(wanted), issuesOf().open(wanted)]);
    expect([one.number, other.number]).toEqual([1, 1]);
    const open = (await github.byHand.issues()).filter(({ state }) => state === 'open');
    expect(open.map(({ number }) => number)).toEqual([1]);
  });
});

test('is no finding, and a finding is no bulk request', async () => {
  await issuesOf().open(wanted);
  const body = writeMarker({ accountId: '111122223333', userId: 'AIDA1' });
  const labels = ['keyturn', 'keyturn:bulk'];
  await github.byHand.openIssue('alice', { title: 'T', body, labels });
  const findings = new GitHubTrailIssues(connect(github), name);
  expect((await findings.listSince(start)).map(({ number }) => number)).toEqual([2]);
  expect((await issuesOf().listSince(start)).map(({ number }) => number)).toEqual([1]);
  await expect(issuesOf().read(2)).rejects.toMatchObject({ code: 'github-marker-missing' });
  await expect(findings.read(1)).rejects.toMatchObject({ code: 'github-marker-missing' });
});

test.each(['keyturn', 'keyturn:bulk'])(
  'without the label %s it is no bulk request’s any more',
  async (label) => {
    const { number } = await issuesOf().open(wanted);
    await connect(github).rest.issues.removeLabel({ ...name, issue_number: number, name: label });
    await expect(issuesOf().read(number)).rejects.toMatchObject({ code: 'github-marker-missing' });
    expect((await issuesOf().readMarked(number)).requestId).toBe(requestId);
  },
);

test('one that is locked says so, and can be read by who stops it', async () => {
  const { number } = await issuesOf().open(wanted);
  github.byHand.setFate(number, 'locked');
  await expect(issuesOf().read(number)).rejects.toMatchObject({ code: 'bulk-locked' });
  expect((await issuesOf().readMarked(number)).requestId).toBe(requestId);
});

test('a finding’s issue that somebody gives the hidden line of a bulk request stays a finding’s', async () => {
  const body = `${writeMarker({ accountId: '111122223333', userId: 'AIDA1' })}\n${writeBulkMarker(wanted)}`;
  await github.byHand.openIssue('alice', { title: 'T', body, labels: ['keyturn', 'keyturn:bulk'] });
  expect(await issuesOf().listSince(start)).toEqual([]);
  await expect(issuesOf().read(1)).rejects.toMatchObject({ code: 'github-marker-missing' });
});

test('is closed once', async () => {
  const issues = issuesOf();
  await issues.open(wanted);
  await issues.close(1, 'completed');
  await issues.close(1, 'completed');
  expect((await issues.read(1)).state).toBe('closed');
  expect(github.requests.of(routes.changeIssue)).toBe(1);
});

test('bulk requests leave room for others under GitHub’s limit', () => {
  expect(bulkShare(githubPace)).toBe(400);
  expect(bulkShare(unpaced)).toBeUndefined();
});
