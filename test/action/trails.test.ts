import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IamUser } from '../../sandbox/aws/iam-user.ts';
import { type AwsStandIn, startAws } from '../../sandbox/aws/start.ts';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { readMarker } from '../../shared/findings/marker.ts';
import type { TrailComment } from '../../shared/trail/comment.ts';
import type { TrailEvent } from '../../shared/trail/events.ts';
import { policyText } from '../fakes/policy-file.ts';
import { append, botKey, plans, trailEvent } from '../fakes/trail.ts';
import { daysAgo, today } from '../fakes/user-snapshot.ts';
import { capturedRun } from './captured-run.ts';

const publicKey = botKey.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const policy = policyText((text) => text.replace(/publicKeys: .*/, `publicKeys: [${publicKey}]`));

let now: Date;
let aws: AwsStandIn;
let github: GitHubStandIn;
let ada: IamUser;
let keyId: string;

beforeEach(async () => {
  now = today;
  aws = await startAws({ now: () => now });
  github = await startGitHub({ now: () => now });
  aws.world.addRule();
  ada = aws.world.addUser({ name: 'ada', keys: [{ createdAt: daysAgo(200) }] });
  keyId = ada.accessKeys[0]?.id ?? '';
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'AKIASTATIC',
    AWS_SECRET_ACCESS_KEY: 'static',
  });
  await github.byHand.writeFile('.github/keyturn.yml', policy);
  aws.world.evaluateRule();
});
afterEach(() => Promise.all([aws.close(), github.close()]));

async function scan(given: Readonly<Record<string, string>> = {}) {
  github.requests.clear();
  const variables = { GITHUB_API_URL: github.url, GITHUB_REPOSITORY: github.repository };
  const ran = await capturedRun({ 'github-token': github.token, ...given }, variables, now);
  expect(ran.error).toBeUndefined();
  return ran;
}

/** Comments of the bot on an issue, one for each step, sealed now. */
async function record(issue: number, ...steps: readonly TrailEvent[][]): Promise<number[]> {
  const marker = readMarker((await github.byHand.issue(issue)).body ?? '');
  const { accountId = '', userId = '' } = marker ?? {};
  const about = { repositoryId: github.repositoryId, issue, accountId, userId };
  let comments: TrailComment[] = [];
  const ids: number[] = [];
  for (const events of steps) {
    comments = append(comments, events, { about, at: now });
    ids.push((await github.byHand.comment(issue, comments.at(-1)?.body ?? '')).id);
  }
  return ids;
}

/** All of ada's keys, and the credential report sees it. */
function deactivateByHand(): void {
  for (const key of ada.accessKeys) {
    key.status = 'Inactive';
    key.statusChangedAt = now;
  }
  aws.world.account().report.latest = undefined;
}

const strictPlan = () => ({ ...plans.strict, deactivates: [keyId] });
const remediation = (): TrailEvent[][] => [
  [trailEvent('requested', { data: { plan: strictPlan() } })],
  [trailEvent('approved'), trailEvent('started', { data: { keyIds: [keyId] } })],
  [
    trailEvent('finished'),
    trailEvent('verified', { data: { keys: [{ id: keyId, outcome: 'deactivated' }] } }),
  ],
];
const states = async () => (await github.byHand.issues()).map(({ state }) => state);
const lastComment = async (issue: number) => (await github.byHand.comments(issue)).at(-1)?.body;

test('an unfinished request keeps an issue open, a hint without one does not', async () => {
  await scan();
  await github.byHand.editIssue(1, { labels: ['keyturn', 'access-key', 'keyturn:pending'] });
  await record(1, ...remediation().slice(0, 2));
  deactivateByHand();
  await scan();
  expect(await states()).toEqual(['open']);
  for (const { id } of await github.byHand.comments(1)) await github.byHand.deleteComment(id);
  await scan();
  expect(await states()).toEqual(['closed']);
});

test('an exemption holds until its date, is shown meanwhile, and ends by itself', async () => {
  await scan();
  const until = '2026-12-22T12:00:00.000Z';
  const plan = { ...plans.exempt, keyIds: [keyId], until };
  const exempted = trailEvent('exempted', { data: { keyIds: [keyId], until, reason: 'a vendor' } });
  await record(1, [trailEvent('requested', { data: { plan } })], [trailEvent('approved'), exempted]);
  await github.byHand.editIssue(1, { labels: ['keyturn', 'access-key', 'keyturn:exempt'] });

  const { summary } = await scan({ 'fail-on-findings': 'true' });
  expect(summary).toContain('| of these exempt for now | 1 |  |');
  expect((await github.byHand.issue(1)).body).toContain(`**Exempt until 2026-12-22**: \`${keyId}\``);

  await github.byHand.closeIssue(1);
  await scan();
  expect(await states()).toEqual(['closed']);
  expect(github.requests.writes).toBe(0);

  now = new Date(until);
  await scan();
  expect(await states()).toEqual(['open']);
  expect((await github.byHand.issue(1)).body).not.toContain('Exempt until');
});

test('a key that came back reopens its issue, once', async () => {
  await scan();
  await record(1, ...remediation());
  await github.byHand.closeIssue(1);

  await scan();

  expect(await github.byHand.issue(1)).toMatchObject({
    state: 'open',
    labels: expect.arrayContaining(['reactivated']),
  });
  expect(await lastComment(1)).toMatch(
    new RegExp(
      `^Reopening: \`${keyId}\` is Active again.+\n.+deactivated on 2026-11-22; approved by \`bob\` \\(Slack \`U0BOB\`\\)`,
    ),
  );
  await scan();
  expect(github.requests.writes).toBe(0);
});

describe('a broken trail', () => {
  test('takes its issue out of use, and another one takes its place', async () => {
    await scan();
    const [first = 0] = await record(1, ...remediation());
    await github.byHand.editIssue(1, { labels: ['keyturn', 'access-key', 'keyturn:pending'] });
    await github.byHand.deleteComment(first);

    const { summary } = await scan();

    expect(await states()).toEqual(['closed', 'open']);
    expect((await github.byHand.issue(1)).labels).toContain('keyturn:broken');
    expect(await lastComment(1)).toContain('Envelope 1 is missing before comment');
    expect((await github.byHand.issue(2)).body).toContain('Takes the place of #1');
    expect(summary).toContain('**their trail is broken** | 1 | [#1]');

    await scan();
    expect(github.requests.writes).toBe(0);
    expect(github.requests.of('GET /repos/{owner}/{repo}/issues/{issue_number}/comments')).toBe(0);
  });

  test('is not what an envelope in a stranger’s comment makes of it', async () => {
    await scan();
    await record(1, ...remediation());
    const forged = (await lastComment(1))?.replace(/keyturn:v1 \w/, 'keyturn:v1 x') ?? '';
    await github.byHand.comment(1, forged, 'mallory');
    await github.byHand.editIssue(1, { labels: ['keyturn', 'access-key', 'keyturn:exempt'] });
    await scan();
    expect(await states()).toEqual(['open']);
    expect((await github.byHand.issue(1)).labels).not.toContain('keyturn:broken');
  });
});

test('trails cost one request for each hinted issue', async () => {
  for (let count = 0; count < 30; count += 1) {
    aws.world.addUser({ name: `user-${count}`, keys: [{ createdAt: daysAgo(100 + count) }] });
  }
  aws.world.account().report.latest = undefined;
  aws.world.evaluateRule();
  await scan();
  for (let number = 1; number <= 10; number += 1) {
    await github.byHand.editIssue(number, { labels: ['keyturn', 'access-key', 'keyturn:exempt'] });
  }
  await scan();
  expect(github.requests.writes).toBe(0);
  expect(github.requests.total).toBeLessThanOrEqual(1 + 10 + 5);
});

test('without public keys a hint is believed, and the run says so', async () => {
  await scan();
  await github.byHand.editIssue(1, { labels: ['keyturn', 'access-key', 'keyturn:pending'] });
  deactivateByHand();
  github.faults.add({ route: 'GET /repos/{owner}/{repo}/contents/{path}', status: 404, times: 9 });
  const { log } = await scan({ 'aws-region': 'us-east-1' });
  expect(log).toMatch(/^::warning::The trail of #1 could not be verified/m);
  expect(await states()).toEqual(['open']);
});
