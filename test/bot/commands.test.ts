import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../../sandbox/until.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
let aliceIssue: number;
beforeAll(async () => {
  stage = await startStage();
  const { world } = stage.aws;
  const alice = world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(120) }] });
  world.evaluateRule();
  aliceIssue = await stage.openIssue(alice);
  const elsewhere = { ...alice, id: 'AIDAELSEWHERE000001', name: 'alice' };
  await stage.openIssue(elsewhere, { accountId: '999988887777' });
  for (let n = 1; n <= 11; n += 1) {
    const createdAt = world.daysAgo(200 + n);
    await stage.openIssue(world.addUser({ name: `user-${n}`, keys: [{ createdAt }] }));
  }
  await stage.start();
});
afterAll(() => stage.close());
beforeEach(() => stage.slack.byHand.setMembers(stage.slack.securityGroup, ['sam', 'kim']));

const account = () => stage.aws.world.account().id;

test('help is made from the grammar', async () => {
  expect(await stage.ask('olivia', '/keys')).toContain(
    '/keys exempt &lt;user&gt; [account] &lt;days&gt; &lt;reason&gt;',
  );
});

test('what is no command is answered with what there is', async () => {
  expect(await stage.ask('olivia', '/keys delete alice')).toContain('no such subcommand');
});

describe('list', () => {
  test('oldest first, and the page is turned in its place', async () => {
    const text = await stage.ask('olivia', '/keys list');
    expect(text).toContain('13 findings');
    expect(text.indexOf('user-11')).toBeLessThan(text.indexOf('user-10'));
    expect(text).not.toContain('alice');
    const shown = stage.slack.reader.ephemerals('olivia').at(-1);
    await stage.slack.byHand.click('olivia', { ts: shown?.ts ?? '', actionId: 'keyturn_list_page_1' });
    await until('the second page', () => {
      const now = JSON.stringify(stage.slack.reader.ephemerals('olivia').at(-1)?.blocks);
      return now.includes('alice') ? now : undefined;
    });
  });

  test('of one account', async () => {
    expect(await stage.ask('olivia', '/keys list 999988887777')).toContain('1 finding');
  });
});

test('a name in several accounts is a choice, and the choice goes on with the command', async () => {
  expect(await stage.ask('olivia', '/keys show alice')).toContain('is in 2 accounts');
  const before = stage.slack.reader.ephemerals('olivia');
  const value = JSON.stringify({ issue: aliceIssue, text: 'show alice' });
  const ts = before.at(-1)?.ts ?? '';
  const button = JSON.stringify(before.at(-1)?.blocks).match(/keyturn_choose(_0)?/)?.[0] ?? '';
  await stage.slack.byHand.click('olivia', { ts, actionId: button, value });
  const answer = await until('the finding', () => stage.slack.reader.ephemerals('olivia')[before.length]);
  expect(JSON.stringify(answer.blocks)).toContain('Runbook would');
});

test('show reads the user live; review is the same', async () => {
  const text = await stage.ask('olivia', `/keys show alice ${account()}`);
  expect(text).toContain('Strict would');
  expect(text).toContain('keyturn_remediate_runbook');
});

test('a user without a finding: what was looked at', async () => {
  const text = await stage.ask('olivia', '/keys show nobody');
  expect(text).toContain('No finding is about a user');
  expect(text).toContain('13 issues');
});

test('a finding of an account that the bot does not act in', async () => {
  expect(await stage.ask('olivia', '/keys show alice 999988887777')).toContain('the bot acts in');
});

test('whoami tells rights and why', async () => {
  expect(await stage.ask('sam', '/keys whoami')).toContain(`<!subteam^${stage.slack.securityGroup}>`);
  expect(await stage.ask('olivia', '/keys whoami')).toContain('the policy does not name you');
});

test('an exemption needs a key over age, and asks the approvers of strict', async () => {
  const text = await stage.ask('olivia', '/keys exempt user-1 30 vendor is slow');
  expect(text).toContain('*Requested*');
  expect(await stage.ask('olivia', '/keys exempt user-1 30 vendor is slow')).toContain('Another request');
});

test('nothing to undo', async () => {
  expect(await stage.ask('olivia', '/keys undo user-2')).toContain(
    'No request deactivated keys of this user',
  );
});

describe('an exemption of', () => {
  test('a user without an old key', async () => {
    const { world } = stage.aws;
    await stage.openIssue(world.addUser({ name: 'young', keys: [{ createdAt: world.daysAgo(3) }] }));
    expect(await stage.ask('olivia', '/keys exempt young 30 why not')).toContain(
      'no Active key older than 90 days',
    );
  });

  test('a user who is gone', async () => {
    const { world } = stage.aws;
    const gone = world.addUser({ name: 'gone', keys: [{ createdAt: world.daysAgo(300) }] });
    await stage.openIssue({ ...gone, id: 'AIDAGONE00000000001' });
    expect(await stage.ask('olivia', '/keys exempt gone 30 why not')).toContain(
      'IAM has no such user any more',
    );
  });
});

test('in an account where nobody has that name', async () => {
  expect(await stage.ask('olivia', '/keys show user-1 999988887777')).toContain('in account 999988887777');
});
