import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findButton, press, textOf } from '../../sandbox/at-work.ts';
import { Witness } from '../../sandbox/checker/witness.ts';
import { comeToRest } from '../../sandbox/come-to-rest.ts';
import type { Loop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';
import { letIn, production, staging } from '../bot/organization.ts';
import { ask, issueOf, trailOf } from './bot-at-work.ts';
import { approveBulk, bulkCard, bulkIssues, closedBulks } from './bulk-at-work.ts';
import { configCatchesUp, goodScan } from './catch-up.ts';
import { startOrganization } from './organization-loop.ts';

const whole = ['requested', 'approved', 'approved', 'started', 'finished', 'verified'];

let loop: Loop;
let witness: Witness;
beforeAll(async () => {
  loop = await startOrganization();
  const session = `keyturn-bot@${loop.github.repository.replace('/', '.')}`;
  const writers = [production, staging].map(
    (account) => `arn:aws:sts::${account}:assumed-role/KeyturnRemediator/${session}`,
  );
  witness = new Witness(loop, { writers });
});
afterAll(() => loop.close());

function addIdle(account: string, names: readonly string[]): void {
  const { world } = loop.aws;
  for (const name of names) world.addUser({ name, account, keys: [{ createdAt: world.daysAgo(120) }] });
  witness.note();
}

async function scan(): Promise<void> {
  for (const account of [production, staging]) configCatchesUp(loop, account);
  await goodScan(loop);
}

const statusOf = (user: string, account: string) =>
  loop.aws.world.userNamed(user, account).accessKeys.map(({ status }) => status);

/** The accounts in which executions for this user ran, by the role that they ran with. */
function executionsOf(user: string, account: string): unknown[] {
  const { id } = loop.aws.world.userNamed(user, account);
  return loop.aws.world.automation.executions
    .filter(({ parameters }) => parameters['IAMResourceId']?.includes(id))
    .map(({ account: place, parameters }) => [place.id, parameters['AutomationAssumeRole']?.[0]]);
}

async function expectRemediated(user: string, account: string): Promise<void> {
  expect([user, statusOf(user, account)]).toEqual([user, ['Inactive']]);
  expect(executionsOf(user, account)).toEqual([[account, `arn:aws:iam::${account}:role/KeyturnRunbook`]]);
  const { trail, issue, state } = await trailOf(loop, user, account);
  expect(trail.events.map(({ type }) => type)).toEqual(whole);
  expect(state.ignored).toEqual([]);
  expect(issue.state).toBe('closed');
  expect(await loop.github.byHand.comments(issue.number)).toHaveLength(2);
}

test('two accounts at once, one chosen and one typed: each user in their own account, by two approvers', async () => {
  const { world } = loop.aws;
  const [inProduction, inStaging] = [
    ['ann', 'abe', 'amy'],
    ['ann', 'sid'],
  ];
  addIdle(production, inProduction);
  addIdle(staging, inStaging);
  const lastUsed = { at: world.daysAgo(0.1), service: 's3', region: 'us-east-1' };
  world.addUser({ name: 'busy', account: production, keys: [{ createdAt: world.daysAgo(200), lastUsed }] });
  witness.note();
  await scan();

  const text = 'remediate --all-unused the vendor left';
  expect(await ask(loop, 'alice', `/keys ${text}`)).toContain('Findings are open in 2 accounts');
  const ts = loop.slack.reader.ephemerals('alice').at(-1)?.ts ?? '';
  const value = JSON.stringify({ account: production, text });
  await loop.slack.byHand.click('alice', { ts, actionId: 'keyturn_account_choose', value });
  const card = await bulkCard(loop, (_, shown) => findButton(shown, 'Approve') !== undefined, production);
  expect(textOf(card)).toContain('the vendor left');
  const asked = `/keys remediate --all-unused ${staging} they, too`;
  expect(await ask(loop, 'alice', asked)).toContain('*Requested*');

  const files = await loop.slack.reader.files();
  const list = files.find(({ threadTs }) => threadTs === card.ts)?.content ?? '';
  for (const name of inProduction) expect(list).toMatch(new RegExp(`^${name}\t.*1 key$`, 'm'));
  expect(list).toMatch(/^busy\t.*left out/m);
  expect(list).not.toContain('sid');

  await approveBulk(loop, 'sam', production);
  await approveBulk(loop, 'sam', staging);
  expect(loop.aws.world.automation.executions).toEqual([]);
  await approveBulk(loop, 'kim', production);
  await approveBulk(loop, 'kim', staging);
  await closedBulks(loop, 2);
  for (const name of inProduction) await expectRemediated(name, production);
  for (const name of inStaging) await expectRemediated(name, staging);
  expect(statusOf('busy', production)).toEqual(['Active']);
  expect(await comeToRest(loop, witness)).toEqual([]);
}, 180_000);

test('an account that lets nobody in any more, midway: its thread is told, the other goes on, and so does it in the end', async () => {
  const { automation } = loop.aws.world;
  const [shut, ready] = [
    ['bob', 'bea', 'ben'],
    ['cat', 'cem'],
  ];
  addIdle(production, shut);
  addIdle(staging, ready);
  await scan();
  for (const account of [production, staging]) {
    expect(await ask(loop, 'alice', `/keys remediate --all-unused ${account}`)).toContain('*Requested*');
  }
  await approveBulk(loop, 'sam', production);
  await approveBulk(loop, 'sam', staging);
  automation.inProgressMs = 3_000;
  await approveBulk(loop, 'kim', production);
  await until('a first execution', () =>
    shut.some((name) => executionsOf(name, production).length > 0) ? true : undefined,
  );
  letIn(loop.aws.world, production, false);
  const denied = { kind: 'error', code: 'AccessDenied', message: 'no', status: 403 } as const;
  loop.aws.faults.fail(/./, denied, { account: production });
  automation.inProgressMs = 50;
  await approveBulk(loop, 'kim', staging);
  await closedBulks(loop, 3);
  for (const name of ready) await expectRemediated(name, staging);
  await bulkCard(
    loop,
    (_, { replies }) => replies.some(({ text }) => text.includes('is gone on with')),
    production,
  );
  const open = (await bulkIssues(loop)).filter(({ state }) => state === 'open');
  expect(open.map(({ title }) => title)).toEqual([`Bulk remediation: 3 users in account ${production}`]);

  letIn(loop.aws.world, production, true);
  loop.aws.faults.clear();
  // Whoever had trouble is looked at once a minute, and all of them when a process starts.
  await loop.bot.end('SIGTERM');
  await loop.startBot();
  await closedBulks(loop, 4);
  for (const name of shut) await expectRemediated(name, production);
  expect(await comeToRest(loop, witness)).toEqual([]);
}, 180_000);

test('Stop in one account: who was begun is seen to the end, nobody else is touched', async () => {
  const [first, rest] = [
    ['dan', 'dot'],
    ['eli', 'eva', 'ewa', 'exa'],
  ];
  addIdle(staging, [...first, ...rest]);
  await scan();
  await ask(loop, 'alice', `/keys remediate --all-unused ${staging}`);
  const matching = ({ UserName: name }: Readonly<Record<string, unknown>>) => rest.includes(String(name));
  await approveBulk(loop, 'sam', staging);
  // Nobody begins whom IAM does not show.
  loop.aws.faults.deny('GetUser', { account: staging, matching });
  await approveBulk(loop, 'kim', staging);
  for (const name of first) {
    await until(`the outcome of ${name}`, async () =>
      (await issueOf(loop, name, staging)).state === 'closed' ? true : undefined,
    );
  }
  await press(loop, 'alice', await bulkCard(loop, (_, card) => !!findButton(card, 'Stop'), staging), 'Stop');
  await closedBulks(loop, 5);
  await bulkCard(loop, (text) => text.includes('*Stopped*') && text.includes('2 as predicted'), staging);
  for (const name of first) await expectRemediated(name, staging);
  for (const name of rest) {
    expect([statusOf(name, staging), executionsOf(name, staging)]).toEqual([['Active'], []]);
    expect((await trailOf(loop, name, staging)).trail.events).toEqual([]);
  }
  expect(await comeToRest(loop, witness)).toEqual([]);
}, 180_000);
