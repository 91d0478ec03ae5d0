import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../../sandbox/until.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
let issue: number;
beforeEach(async () => {
  stage = await startStage();
  await stage.writePolicy((text) => text.replace('count: 2', 'count: 1'));
  const { world } = stage.aws;
  const alice = world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(120) }] });
  issue = await stage.openIssue(alice);
  await stage.start();
});
afterEach(() => stage.close());

function messageWith(text: string) {
  return until(`a message with ${text}`, async () =>
    (await stage.slack.reader.messages())
      .flatMap((thread) => [thread, ...thread.replies])
      .find(({ blocks }) => JSON.stringify(blocks).includes(text)),
  );
}

function lastModal(text: string) {
  return until(`a modal that says ${text}`, () => {
    const view = stage.slack.reader.openViews('sam').at(-1);
    return view && JSON.stringify(view).includes(text) ? view : undefined;
  });
}

test('what AWS refuses is told in the thread', async () => {
  const { aws, slack } = stage;
  await stage.ask('alice', '/keys remediate alice --strict');
  const card = await messageWith('keyturn_open_approval');
  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_approval' });
  const modal = await lastModal('keyturn_approve');
  aws.faults.deny('UpdateAccessKey');
  await slack.byHand.submit('sam', modal.id);
  await messageWith('iam:UpdateAccessKey failed');
});

test('a fault of GitHub is told to whoever asked, and nothing is done', async () => {
  stage.github.faults.add({ route: 'GET /repos/{owner}/{repo}/issues', status: 403, times: 20 });
  expect(await stage.ask('alice', '/keys list')).toContain('GitHub would not list the issues');
});

test('without the response URL the answer comes another way', async () => {
  stage.slack.faults.add({ route: 'response_url', status: 500 });
  expect(await stage.ask('alice', '/keys help')).toContain('/keys whoami');
  expect(stage.logged.join('')).toContain('the response URL did not work');
});

test('an error of our own is told with the number by which the log has it', async () => {
  stage.slack.faults.add({ route: 'usergroups.users.list', status: 200, body: { ok: true, users: 7 } });
  expect(await stage.ask('alice', '/keys whoami')).toContain('Slack does not say who is in the user groups');
  stage.slack.faults.add({ route: 'users.info', status: 200, body: { ok: true, user: {} } });
  expect(await stage.ask('kim', '/keys whoami')).toContain('Slack did not say who somebody is');
});

test('a dialog that cannot be opened is told beside the card', async () => {
  const { slack } = stage;
  await stage.ask('alice', '/keys remediate alice');
  const card = await messageWith('keyturn_open_approval');
  slack.faults.add({ route: 'views.open', status: 200, body: { ok: false, error: 'expired_trigger_id' } });
  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_approval' });
  const told = await until('the answer', () => slack.reader.ephemerals('sam')[0]);
  expect(JSON.stringify(told.blocks)).toContain('expired_trigger_id');
});

test('the modal tells the plan also when ages cannot be read', async () => {
  const { aws, slack } = stage;
  await stage.ask('alice', '/keys remediate alice');
  const card = await messageWith('keyturn_open_approval');
  aws.faults.deny('GetUser');
  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_approval' });
  await lastModal('keyturn_approve');
  expect(stage.logged.join('')).toContain('an approval is shown without ages');
});

test('a broken trail: nothing can be decided, and show says so', async () => {
  const { slack, github } = stage;
  await stage.ask('alice', '/keys remediate alice');
  const card = await messageWith('keyturn_open_approval');
  const [comment] = await github.byHand.comments(issue);
  await github.byHand.editComment(comment?.id ?? 0, `edited ${comment?.body}`);
  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_approval' });
  await lastModal('is broken');
  expect(await stage.ask('alice', '/keys show alice')).toContain('The trail is broken');
  expect(await stage.ask('alice', '/keys pending')).toContain('Nothing waits');
});

test('the buttons of a finding ask for a remediation; forged ones are refused', async () => {
  const { slack } = stage;
  await stage.ask('alice', '/keys show alice');
  const ts = slack.reader.ephemerals('alice').at(-1)?.ts ?? '';
  const press = async (actionId: string, value: object, forged = true) => {
    const before = slack.reader.ephemerals('alice').length;
    const pressed = JSON.stringify(value);
    await slack.byHand.click('alice', { ts, actionId, value: pressed, forged });
    const answer = await until('the answer', () => slack.reader.ephemerals('alice')[before]);
    return JSON.stringify(answer.blocks);
  };
  expect(await press('keyturn_review', { issue })).toContain('Strict would');
  expect(await press('keyturn_review', { issue: 999 })).toContain('GitHub would not read issue #999');
  const requestId = '00000000-0000-4000-8000-000000000000';
  expect(await press('keyturn_request_strict', { issue, requestId })).toContain('no such request');
  expect(await press('keyturn_choose', { issue, text: 'nonsense' })).toContain('no such subcommand');
  expect(await press('keyturn_remediate_runbook', { issue }, false)).toContain('*Requested*');
  expect(await press('keyturn_remediate_strict', { issue })).toContain('Another request');
});

test('a rate limit of messages keeps no dialog waiting', async () => {
  const { slack, aws } = stage;
  await stage.ask('alice', '/keys remediate alice --strict');
  const card = await messageWith('keyturn_open_approval');
  await stage.openIssue(aws.world.addUser({ name: 'bob', keys: [{ createdAt: aws.world.daysAgo(120) }] }));
  const posts = slack.requests.of('chat.postMessage');
  slack.faults.add({ route: 'chat.postMessage', status: 429, headers: { 'retry-after': '10' } });
  await slack.byHand.command('alice', '/keys remediate bob');
  await until('the rate limit', () => slack.requests.of('chat.postMessage') > posts || undefined);
  await slack.byHand.click('sam', { ts: card.ts, actionId: 'keyturn_open_approval' });
  await lastModal('keyturn_approve');
  const posted = JSON.stringify(await slack.reader.messages());
  expect(posted).not.toContain('bob');
  await messageWith('bob');
});
