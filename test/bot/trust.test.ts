import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PersonName } from '../../sandbox/slack/people.ts';
import { until } from '../../sandbox/until.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  const { world } = stage.aws;
  await stage.openIssue(world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(120) }] }));
  await stage.start();
});
afterAll(() => stage.close());

test('nothing is decided while Slack does not say who is in a user group', async () => {
  const body = { ok: false, error: 'missing_scope', needed: 'usergroups:read' };
  stage.slack.faults.add({ route: 'usergroups.users.list', times: 9, status: 200, body });
  expect(await stage.ask('olivia', '/keys remediate alice')).toContain('user groups');
  expect(stage.logged.join('')).toContain('asks for the scope usergroups:read');
});

test.each(['gus', 'una', 'rob', 'dee', 'sal', 'otto'] as const)(
  '%s may not even look',
  async (who: PersonName) => {
    expect(await stage.ask(who, '/keys list')).toMatch(/Guests, bots and people|another workspace/);
  },
);

test('a member who claims to be of another team', async () => {
  const { slack } = stage;
  const before = slack.reader.ephemerals('kim').length;
  await slack.byHand.command('kim', '/keys list', { teamId: 'T0OTHER0001' });
  const answer = await until('the refusal', () => slack.reader.ephemerals('kim')[before]);
  expect(JSON.stringify(answer.blocks)).toContain('another workspace');
});

test.each([
  ['a wrong signature', { signature: 'wrong' }],
  ['no signature', { signature: 'missing' }],
  ['an old timestamp', { secondsOff: -600 }],
  ['a timestamp from the future', { secondsOff: 600 }],
] as const)('%s is refused', async (_, manner) => {
  const before = stage.slack.reader.ephemerals('kim').length;
  const { status } = await stage.slack.byHand.command('kim', '/keys list', manner);
  expect(status).toBe(401);
  expect(stage.slack.reader.ephemerals('kim')).toHaveLength(before);
});

test('a repeated delivery is answered once', async () => {
  const before = stage.slack.reader.ephemerals('kim').length;
  const sent = await stage.slack.byHand.command('kim', '/keys help');
  await stage.slack.byHand.resend(sent, { retry: { number: 1, reason: 'http_timeout' } });
  await stage.ask('kim', '/keys whoami');
  const answers = () => stage.slack.reader.ephemerals('kim');
  // The answer to help may come after the one to whoami was waited for.
  await until('both answers', () => (answers().length >= before + 2 ? true : undefined));
  expect(answers()).toHaveLength(before + 2);
});
