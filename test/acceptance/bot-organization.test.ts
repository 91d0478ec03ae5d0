import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approve, findButton, openCard, outcomeOf, request } from '../../sandbox/at-work.ts';
import type { Loop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';
import { letIn, production, staging } from '../bot/organization.ts';
import { operations } from '../infra/operations.ts';
import { ask, cardsOf, chooseIn, issueOf, trailOf } from './bot-at-work.ts';
import { openFinding, startOrganization } from './organization-loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startOrganization();
});
afterAll(() => loop.close());

const statusOf = (user: string, account: string) =>
  loop.aws.world.userNamed(user, account).accessKeys.map(({ status }) => status);
const eventsOf = async (user: string, account: string) =>
  (await trailOf(loop, user, account)).trail.events.map(({ type }) => type);
const closedIssue = (user: string, account: string) =>
  until(`the closed issue of ${user} in ${account}`, async () =>
    (await issueOf(loop, user, account)).state === 'closed' ? true : undefined,
  );
/** The accounts in which executions for this user ran. */
const executionsOf = (userId: string) =>
  loop.aws.world.automation.executions
    .filter(({ parameters }) => parameters['IAMResourceId']?.includes(userId))
    .map(({ account }) => account.id);
/** Requests since then that were made in this account, or to get into it. */
const askedOf = (account: string, since: number) =>
  loop.aws.requests.list
    .slice(since)
    .filter((one) => one.account === account || String(one.input['RoleArn']).includes(account));
const entriesOf = (account: string) =>
  askedOf(account, 0).filter(({ operation }) => operation === 'AssumeRole').length;

/** Kills the bot at this call. Resolves when it is dead. */
async function killAt(operation: string, nth: number, effect: 'before' | 'after'): Promise<void> {
  const { promise: death, resolve } = Promise.withResolvers<unknown>();
  const dying = () => {
    resolve(loop.bot.end('SIGKILL'));
    return { kind: 'drop', effect } as const;
  };
  loop.aws.faults.fail(operation, dying, { nth });
  await death;
  loop.aws.faults.clear();
}

test('one name in two accounts: choice, approval, runbook in that account alone, verified, closed', async () => {
  const { world } = loop.aws;
  await openFinding(loop, 'ann', production);
  const ann = await openFinding(loop, 'ann', staging, { loginProfile: { createdAt: world.daysAgo(200) } });

  expect(await ask(loop, 'alice', '/keys remediate ann')).toContain('is in 2 accounts');
  await chooseIn(loop, 'alice', 'remediate ann', await issueOf(loop, 'ann', staging));
  const card = await openCard(loop, 'ann', 'Runbook');
  expect(card.text).toContain(staging);
  await approve(loop, 'sam', card);
  expect((await outcomeOf(loop, card)).replies.at(-1)?.text).toMatch(/As predicted.*Resolved/s);
  await closedIssue('ann', staging);

  expect(executionsOf(ann.id)).toEqual([staging]);
  expect([statusOf('ann', staging), statusOf('ann', production)]).toEqual([['Inactive'], ['Active']]);
  expect(ann.loginProfile).toBeUndefined();
  expect(await eventsOf('ann', staging)).toEqual([
    'requested',
    'approved',
    'started',
    'finished',
    'verified',
  ]);
  expect(await eventsOf('ann', production)).toEqual([]);
  expect(askedOf(production, 0)).toEqual([]);
  expect(entriesOf(staging)).toBe(1);
  const start = loop.aws.requests.list.find(({ operation }) => operation === 'StartAutomationExecution');
  expect(start).toMatchObject({
    account: staging,
    input: { Parameters: { AutomationAssumeRole: [`arn:aws:iam::${staging}:role/KeyturnRunbook`] } },
  });
});

test('strict and undo in a member, of a user who was renamed', async () => {
  const { world, requests } = loop.aws;
  const since = requests.total;
  world.renameUser(await openFinding(loop, 'bea', production), 'bella');
  await loop.slack.byHand.command('alice', '/keys remediate bea --strict');
  const card = await openCard(loop, 'bella', 'Strict');
  await approve(loop, 'sam', card);
  await approve(loop, 'kim', card);
  await outcomeOf(loop, card);
  expect(statusOf('bella', production)).toEqual(['Inactive']);
  await closedIssue('bea', production);

  expect(await ask(loop, 'alice', '/keys undo bea it is needed')).toContain('*Requested*');
  const undo = await until('the card of the undo', async () =>
    (await cardsOf(loop, 'bella')).find((one) => findButton(one, 'Approve')),
  );
  await approve(loop, 'sam', undo);
  await approve(loop, 'kim', undo);
  await until('the reactivated key', () => statusOf('bella', production).includes('Active') || undefined);
  await outcomeOf(loop, undo);
  const writes = requests.list.slice(since).filter(({ operation }) => operation === 'UpdateAccessKey');
  expect(writes.map(({ account }) => account)).toEqual([production, production]);
  expect(askedOf(staging, since)).toEqual([]);
});

test('kill -9 while the runbook runs: the next process goes on in that account, and nowhere else', async () => {
  const { automation } = loop.aws.world;
  automation.inProgressMs = 4_000;
  const cat = await openFinding(loop, 'cat', staging);
  const card = await request(loop, 'alice', '/keys remediate cat');
  const death = killAt('DescribeAutomationExecutions', 2, 'before');
  await approve(loop, 'sam', card);
  await death;
  automation.inProgressMs = 50;
  const since = loop.aws.requests.total;
  await loop.startBot();
  await outcomeOf(loop, card);
  expect(executionsOf(cat.id)).toEqual([staging]);
  expect(await eventsOf('cat', staging)).toEqual([
    'requested',
    'approved',
    'started',
    'finished',
    'verified',
  ]);
  expect(askedOf(staging, since).map(({ operation }) => operation)).not.toContain('StartAutomationExecution');
  expect(askedOf(production, since).map(({ operation }) => operation)).not.toContain('GetUser');
});

test('kill -9 after the start was recorded, and an account that lets nobody in then: told once, then done', async () => {
  const { world } = loop.aws;
  const dot = await openFinding(loop, 'dot', production);
  const card = await request(loop, 'alice', '/keys remediate dot');
  const death = killAt('StartAutomationExecution', 1, 'before');
  await approve(loop, 'sam', card);
  await death;
  letIn(world, production, false);
  const replies = async () =>
    (await loop.slack.reader.messages()).find(({ ts }) => ts === card.ts)?.replies.map(({ text }) => text) ??
    [];
  const refused = async () =>
    (await replies()).filter((text) => text.includes(`Account ${production} does not let Keyturn assume`))
      .length;

  await loop.startBot();
  await until('the trouble in the thread', async () => ((await refused()) > 0 ? true : undefined));
  await openFinding(loop, 'eve', staging);
  const other = await request(loop, 'alice', '/keys remediate eve');
  await approve(loop, 'sam', other);
  await outcomeOf(loop, other);

  await loop.bot.end('SIGKILL');
  const entries = entriesOf(production);
  await loop.startBot();
  await until('another attempt', () => (entriesOf(production) > entries ? true : undefined));
  expect(await eventsOf('dot', production)).toEqual(['requested', 'approved', 'started']);
  expect(await refused()).toBe(1);

  letIn(world, production, true);
  await loop.bot.end('SIGKILL');
  await loop.startBot();
  await outcomeOf(loop, card);
  expect(executionsOf(dot.id)).toEqual([production]);
  expect(await refused()).toBe(1);
  expect((await replies()).join('\n')).toContain('The trouble is over');
});

test('credentials that end while the runbook runs are renewed, and nobody notices', async () => {
  const { world, requests } = loop.aws;
  await loop.bot.end('SIGTERM');
  // Keyturn and the SDK renew five minutes ahead.
  const role = world.account(staging).roles.get('KeyturnRemediator');
  if (role) role.sessionSeconds = 5 * 60 + 3;
  world.automation.inProgressMs = 9_000;
  await loop.startBot();
  const flo = await openFinding(loop, 'flo', staging);
  const card = await request(loop, 'alice', '/keys remediate flo');
  await approve(loop, 'sam', card);
  await until('the execution', () => executionsOf(flo.id)[0]);
  const entries = entriesOf(staging);
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  for (const [id, { role }] of world.sessions) if (role.name !== 'KeyturnBot') world.sessions.delete(id);
  const since = requests.total;
  const { replies } = await outcomeOf(loop, card);
  expect(replies.at(-1)?.text).toContain('As predicted');
  expect(replies.map(({ text }) => text).join('\n')).not.toMatch(/failed|tried again/);
  expect(entriesOf(staging)).toBeGreaterThan(entries);
  expect(askedOf(staging, since).map(({ operation }) => operation)).toContain('AssumeRole');
});

test('what is asked of AWS is what the roles are for, no more and no less', async () => {
  expect((await fetch(`http://127.0.0.1:${loop.bot.port}/readyz`)).status).toBe(200);
  const asked = new Map<string, Set<string>>();
  for (const { service, operation, caller, account } of loop.aws.requests.list) {
    const [, role = caller] = /:assumed-role\/(\w+)\//.exec(caller) ?? [];
    const name = account === loop.aws.world.account().id ? role : `${role} in a member`;
    asked.set(name, (asked.get(name) ?? new Set()).add(`${service}:${operation}`));
  }
  const { RemediatorRole, RunbookRole } = operations['member.yaml'];
  const sorted = [...asked].map(([name, actions]) => [name, [...actions].sort()]);
  expect(Object.fromEntries(sorted)).toEqual({
    KeyturnBot: operations['organization.yaml'].BotRole.toSorted(),
    'KeyturnRemediator in a member': RemediatorRole.toSorted(),
  });
  expect([...loop.aws.world.automation.called].sort()).toEqual(RunbookRole.toSorted());
  for (const { caller, sourceIdentity } of loop.aws.requests.list) {
    expect(sourceIdentity?.startsWith('keyturn-bot@')).toBe(
      caller.includes('KeyturnRemediator') || undefined,
    );
  }
});
