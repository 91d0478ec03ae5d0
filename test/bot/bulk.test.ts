import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { PersonName } from '../../sandbox/slack/people.ts';
import type { Thread } from '../../sandbox/slack/reader.ts';
import { until } from '../../sandbox/until.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.close());

async function addUsers(...names: string[]) {
  const { world } = stage.aws;
  const users = names.map((name) => world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] }));
  world.evaluateRule();
  for (const user of users) await stage.openIssue(user);
  return users;
}

function cardWith(text: string): Promise<Thread> {
  return until(`a card with ${text}`, async () =>
    (await stage.slack.reader.messages()).find(({ blocks }) => JSON.stringify(blocks).includes(text)),
  );
}

function modalSaying(who: PersonName, text: string): Promise<string> {
  return until(`a modal of ${who} that says ${text}`, () => {
    const shown = JSON.stringify(stage.slack.reader.openViews(who).at(-1)?.blocks ?? []);
    return shown.includes(text) ? shown : undefined;
  });
}

async function approve(who: PersonName, ts: string): Promise<string> {
  const { slack } = stage;
  await slack.byHand.click(who, { ts, actionId: 'keyturn_bulk_approve_open' });
  const modal = await until(`the modal of ${who}`, () =>
    slack.reader.openViews(who).find((view) => view.callback_id === 'keyturn_bulk_approve'),
  );
  await slack.byHand.submit(who, modal.id);
  await modalSaying(who, '*Recorded.*');
  return JSON.stringify(modal.blocks);
}

test('from the command to the closed issues', async () => {
  const users = await addUsers('ada', 'bert', 'cleo');
  const { slack, github } = stage;
  await stage.start();
  expect(await stage.ask('alice', '/keys remediate --all-unused they all left')).toContain('*Requested*');
  const { ts } = await cardWith('keyturn_bulk_approve_open');
  const pending = await stage.ask('kim', '/keys pending');
  expect(pending).toContain('Waiting for approval: 1');
  expect(pending).toContain('*Bulk request for* 3 users');

  await slack.byHand.click('alice', { ts, actionId: 'keyturn_bulk_approve_open' });
  await stage.told('alice', 'own request');
  expect(slack.reader.openViews('alice').at(-1)?.callback_id).toBe('');
  const shown = await approve('sam', ts);
  for (const { name } of users) expect(shown).toContain(`\`${name}\``);
  await approve('kim', ts);

  const done = await cardWith('3 as predicted');
  expect(done.ts).toBe(ts);
  for (const { accessKeys } of users) expect(accessKeys.map(({ status }) => status)).toEqual(['Inactive']);
  await until(
    'the closed issues',
    async () => (await github.byHand.issues()).every(({ state }) => state === 'closed') || undefined,
  );
  const told = (await cardWith('3 as predicted')).replies.map(({ text }) => text);
  for (const { name } of users) expect(told.filter((text) => text.startsWith(`\`${name}\``))).toHaveLength(1);
  expect(await stage.ask('alice', '/keys remediate --all-unused')).toContain('No finding is open');
  expect(await stage.ask('kim', '/keys pending')).toContain('Nothing waits for approval');
});

test('a denial with its reason', async () => {
  await addUsers('ada');
  const { slack } = stage;
  await stage.start();
  await stage.ask('alice', '/keys remediate —all-unused');
  const { ts } = await cardWith('keyturn_bulk_deny_open');
  await slack.byHand.click('sam', { ts, actionId: 'keyturn_bulk_deny_open' });
  const modal = await until('the modal', () =>
    slack.reader.openViews('sam').find((view) => view.callback_id === 'keyturn_bulk_deny'),
  );
  await slack.byHand.submit('sam', modal.id, { keyturn_reason: 'next week' });
  await modalSaying('sam', 'next week');
  await cardWith('*Denied*');
  await slack.byHand.click('sam', { ts, actionId: 'keyturn_bulk_approve_open', forged: true, value: '{}' });
  await stage.told('sam', 'nothing that Keyturn wrote');
});

test('findings in several accounts: which one?', async () => {
  const [ada] = await addUsers('ada');
  if (!ada) throw new Error('nobody');
  await stage.openIssue({ ...ada, id: 'AIDAELSEWHERE000001' }, { accountId: '999988887777' });
  await stage.start();
  const { slack } = stage;
  expect(await stage.ask('alice', '/keys remediate --all-unused because')).toContain('in 2 accounts');
  const chooser = slack.reader.ephemerals('alice').at(-1);
  if (!chooser) throw new Error('nobody asks');
  const account = stage.aws.world.account().id;
  const value = (text: string) => JSON.stringify({ account, text });
  const on = { ts: chooser.ts, actionId: 'keyturn_account_choose' };
  await slack.byHand.click('alice', { ...on, forged: true, value: value('nonsense') });
  await slack.byHand.click('alice', { ...on, forged: true, value: value('remediate --all-unused because') });
  const card = await cardWith('keyturn_bulk_approve_open');
  expect(JSON.stringify(card.blocks)).toContain('because');
  await until(
    'the answer to the choice',
    () => slack.reader.ephemerals('alice').some(({ text }) => text.includes('*Requested*')) || undefined,
  );
  expect(await stage.ask('alice', `/keys remediate --all-unused ${account}`)).toContain('is pending');
});

test('Stop: the button is on the card while users are begun', async () => {
  stage.aws.world.automation.inProgressMs = 400;
  await addUsers(...Array.from({ length: 14 }, (_, n) => `user-${n}`));
  const { slack } = stage;
  await stage.start();
  await stage.ask('alice', '/keys remediate --all-unused');
  const { ts } = await cardWith('keyturn_bulk_approve_open');
  await approve('sam', ts);
  await approve('kim', ts);
  await cardWith('keyturn_bulk_stop');
  await slack.byHand.click('alice', { ts, actionId: 'keyturn_bulk_stop' });
  await cardWith('*Stopped*');
  const { executions } = stage.aws.world.automation;
  // What was on its way to AWS when Stop was recorded may still arrive; nobody is begun after it.
  expect(executions.length).toBeLessThan(14);
  const stopped = await stage.ask('kim', '/keys pending');
  expect(stopped).toMatch(/14 users.*stopped|Nothing waits/s);
});
