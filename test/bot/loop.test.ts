import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { PersonName } from '../../sandbox/slack/people.ts';
import { until } from '../../sandbox/until.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.close());

function addAlice() {
  const { world } = stage.aws;
  const alice = world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(120) }] });
  world.evaluateRule();
  return alice;
}

function cardWith(text: string) {
  return until(`a card with ${text}`, async () =>
    (await stage.slack.reader.messages()).find(({ blocks }) => JSON.stringify(blocks).includes(text)),
  );
}

function modalOf(who: PersonName, callbackId: string) {
  return until(`the modal ${callbackId} of ${who}`, () =>
    stage.slack.reader.openViews(who).find((view) => view.callback_id === callbackId),
  );
}

/** The text in the last modal of this person, once it says so. */
function modalSaying(who: PersonName, text: string) {
  return until(`a modal of ${who} that says ${text}`, () => {
    const shown = JSON.stringify(stage.slack.reader.openViews(who).at(-1)?.blocks ?? []);
    return shown.includes(text) ? shown : undefined;
  });
}

test('the runbook, from the command to the closed issue', async () => {
  const alice = addAlice();
  const { slack, github } = stage;
  const number = await stage.openIssue(alice);
  await stage.start();

  expect(await stage.ask('alice', '/keys remediate alice left the company')).toContain('*Requested*');
  const card = await cardWith('keyturn_open_approval');
  expect(JSON.stringify(card.blocks)).toContain('left the company');
  expect(await stage.ask('kim', '/keys pending')).toContain('Waiting for approval: 1');

  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_approval' });
  const modal = await modalOf('sam', 'keyturn_approve');
  expect(JSON.stringify(modal.blocks)).toContain(alice.accessKeys[0]?.id);
  const submitted = await slack.byHand.submit('sam', modal.id);
  await modalSaying('sam', '*Recorded*');
  await slack.byHand.resend(submitted);

  await until('the closed issue', async () =>
    (await github.byHand.issue(number)).state === 'closed' ? true : undefined,
  );
  expect(alice.accessKeys.map(({ status }) => status)).toEqual(['Inactive']);
  expect(stage.aws.world.automation.executions).toHaveLength(1);
  const done = await cardWith('As predicted');
  expect(done.ts).toBe(card.ts);
  expect(done.replies.map(({ text }) => text).join('\n')).toContain('As predicted');
  expect(await stage.ask('alice', '/keys undo alice needed after all')).toContain('*Requested*');
});

test('who may not approve gets the reason, and nothing to send', async () => {
  const alice = addAlice();
  const { slack } = stage;
  await stage.openIssue(alice);
  await stage.start();
  await stage.ask('sam', '/keys remediate alice');
  const card = await cardWith('keyturn_open_approval');

  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_approval' });
  expect(await stage.told('sam', 'own request')).not.toContain('keyturn_approve');
  await slack.byHand.click('olivia', { ts: card.ts, actionId: 'keyturn_open_approval' });
  await stage.told('olivia', 'not one of those who may approve');
  expect(slack.reader.openViews('olivia').filter(({ submit }) => submit)).toEqual([]);
  expect(alice.accessKeys.map(({ status }) => status)).toEqual(['Active']);
});

test('a denial with its reason, then the card can be decided no more', async () => {
  const alice = addAlice();
  const { slack, github } = stage;
  const number = await stage.openIssue(alice);
  await stage.start();
  await stage.ask('alice', '/keys remediate alice');
  const card = await cardWith('keyturn_open_denial');

  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_denial' });
  const modal = await modalOf('sam', 'keyturn_deny');
  await slack.byHand.submit('sam', modal.id, { keyturn_reason: 'she is on leave' });
  await modalSaying('sam', '*Recorded.*');
  expect(await stage.github.byHand.comments(number)).toHaveLength(2);
  expect((await github.byHand.comments(number)).at(-1)?.body).toContain('she is on leave');

  const request = { issue: number, requestId: '00000000-0000-4000-8000-000000000000' };
  const forged = { actionId: 'keyturn_open_approval', forged: true, ts: card.ts };
  await slack.byHand.click('sam', { ...forged, value: JSON.stringify(request) });
  await stage.told('sam', 'no such request');
  await slack.byHand.click('sam', { ...forged, value: 'nonsense' });
  await stage.told('sam', 'nothing that Keyturn wrote');
});

test('the dialog of remediate without a name, and strict after the runbook left a key Active', async () => {
  const { aws, slack } = stage;
  const used = { at: aws.world.daysAgo(1), service: 's3', region: 'us-east-1' };
  const bob = aws.world.addUser({
    name: 'bob',
    keys: [{ createdAt: aws.world.daysAgo(200), lastUsed: used }],
  });
  aws.world.evaluateRule();
  await stage.openIssue(bob);
  await stage.start();

  await slack.byHand.command('alice', '/keys remediate');
  const modal = await modalOf('alice', 'keyturn_remediate');
  const wrong = await slack.byHand.submit('alice', modal.id, {
    keyturn_user: 'b b',
    keyturn_account: 'x'.repeat(12),
  });
  expect(JSON.stringify(wrong.body)).toContain('An account has 12 digits.');
  await slack.byHand.submit('alice', modal.id, { keyturn_user: 'BOB', keyturn_reason: 'rotation' });
  await modalSaying('alice', '*Requested*');

  const card = await cardWith('keyturn_open_approval');
  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_approval' });
  await slack.byHand.submit('sam', (await modalOf('sam', 'keyturn_approve')).id);
  const offer = await until('the button that requests strict', async () =>
    (await slack.reader.messages())
      .flatMap(({ replies }) => replies)
      .find(({ blocks }) => JSON.stringify(blocks).includes('keyturn_request_strict')),
  );
  await slack.byHand.click('alice', { ts: offer.ts, actionId: 'keyturn_request_strict' });
  await until('the request for strict', async () =>
    (await slack.reader.messages()).find(({ text }) => text.startsWith('Strict for')),
  );
  expect(bob.accessKeys.map(({ status }) => status)).toEqual(['Active']);
});

test('a name in several accounts, in the dialog: the choice is made there', async () => {
  const alice = addAlice();
  const { slack } = stage;
  await stage.openIssue(alice);
  await stage.openIssue({ ...alice, id: 'AIDAELSEWHERE000001' }, { accountId: '999988887777' });
  await stage.start();
  await slack.byHand.command('alice', '/keys remediate');
  const modal = await modalOf('alice', 'keyturn_remediate');
  await slack.byHand.submit('alice', modal.id, { keyturn_user: 'alice', keyturn_mode: 'runbook' });
  await modalSaying('alice', 'is in 2 accounts');
  const view = slack.reader.openViews('alice').at(-1);
  const [actionId = ''] = JSON.stringify(view?.blocks).match(/keyturn_choose(_\d)?/) ?? [];
  await slack.byHand.clickInView('alice', view?.id ?? '', { actionId });
  await modalSaying('alice', '*Requested*');
});
