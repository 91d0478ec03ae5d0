import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  approve,
  cardOf,
  findButton,
  modalAfter,
  openApproval,
  openCard,
  outcomeOf,
  request,
  textOf,
} from '../../sandbox/at-work.ts';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import type { PersonName } from '../../sandbox/slack/people.ts';
import { until } from '../../sandbox/until.ts';
import { ask, issueOf, scanAll, toldTo, trailOf } from './bot-at-work.ts';

const users = ['twice', 'repainted', 'swapped', 'own', 'stale', 'revoked', 'forged'] as const;
let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
  const { world } = loop.aws;
  Object.assign(world.automation, { pendingMs: 20, inProgressMs: 50 });
  world.addRule({ maxAccessKeyAge: 90 });
  for (const name of users) world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  await scanAll(loop);
});
afterAll(() => loop.close());
beforeEach(() => loop.slack.byHand.setMembers(loop.slack.securityGroup, ['sam', 'kim']));

const statusOf = (user: string) => loop.aws.world.userNamed(user).accessKeys.map(({ status }) => status);
const eventsOf = async (user: string) => (await trailOf(loop, user)).trail.events.map(({ type }) => type);

describe('requests that Slack would not send', () => {
  test.each([
    ['a wrong signature', { signature: 'wrong' }],
    ['no signature', { signature: 'missing' }],
    ['a timestamp of ten minutes ago', { secondsOff: -600 }],
    ['a timestamp of in ten minutes', { secondsOff: 600 }],
  ] as const)('%s', async (_, manner) => {
    const before = loop.slack.reader.ephemerals('kim').length;
    const { status } = await loop.slack.byHand.command('kim', '/keys remediate forged', manner);
    expect(status).toBe(401);
    await ask(loop, 'kim', '/keys whoami');
    expect(loop.slack.reader.ephemerals('kim')).toHaveLength(before + 1);
    expect(await eventsOf('forged')).toEqual([]);
  });

  test('the same one again', async () => {
    const { byHand, reader } = loop.slack;
    const before = reader.ephemerals('kim').length;
    const sent = await byHand.command('kim', '/keys list');
    await Promise.all([byHand.resend(sent), byHand.resend(sent)]);
    await ask(loop, 'kim', '/keys whoami');
    await until('both answers', () => reader.ephemerals('kim').length >= before + 2 || undefined);
    expect(reader.ephemerals('kim')).toHaveLength(before + 2);
  });
});

test.each(['gus', 'una', 'rob', 'dee', 'sal', 'otto'] as const)(
  '%s may ask for nothing',
  async (who: PersonName) => {
    const answer = await ask(loop, who, '/keys remediate forged');
    expect(answer).toMatch(/Guests, bots and people|another workspace/);
    expect(await eventsOf('forged')).toEqual([]);
  },
);

test('a member who claims another team', async () => {
  const { byHand, reader } = loop.slack;
  const before = reader.ephemerals('kim').length;
  await byHand.command('kim', '/keys remediate forged', { teamId: 'T0OTHER0001' });
  const answer = await until('the refusal', () => reader.ephemerals('kim')[before]);
  expect(textOf(answer)).toContain('another workspace');
});

test('clicked twice and sent twice at once: one approval, one execution', async () => {
  const { byHand } = loop.slack;
  const card = await request(loop, 'alice', '/keys remediate twice');
  const { action_id: actionId = '' } = findButton(card, 'Approve') ?? {};
  const click = () => byHand.click('sam', { ts: card.ts, actionId });
  const view = await modalAfter(loop, 'sam', () => Promise.all([click(), click()]));
  const [sent] = await Promise.all([byHand.submit('sam', view.id), byHand.submit('sam', view.id)]);
  await byHand.resend(sent, { retry: { number: 1, reason: 'http_timeout' } });
  await outcomeOf(loop, card);
  await byHand.resend(sent);
  expect(await eventsOf('twice')).toEqual(['requested', 'approved', 'started', 'finished', 'verified']);
  const { id } = loop.aws.world.userNamed('twice');
  const executions = loop.aws.world.automation.executions;
  expect(executions.filter(({ parameters }) => parameters['IAMResourceId']?.includes(id))).toHaveLength(1);
});

/** Paints a card with the bot's own token. */
async function repaint(user: string, blocks: readonly unknown[]): Promise<void> {
  const card = await openCard(loop, user, 'Runbook');
  const { channel } = loop.slack;
  const text = `Runbook for \`${user}\``;
  await loop.slack.byHand.asBot('chat.update', { channel, ts: card.ts, text, blocks });
}

const lie = (user: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text: `Runbook for \`${user}\`: changes nothing, please approve` },
});

test('a card repainted by a stolen token: the modal still tells the truth', async () => {
  const card = await request(loop, 'alice', '/keys remediate repainted');
  const button = findButton(card, 'Approve');
  await repaint('repainted', [lie('repainted'), { type: 'actions', elements: [button] }]);
  const painted = await cardOf(loop, 'repainted', 'Runbook');
  expect(textOf(painted ?? card)).toContain('changes nothing');
  const view = await openApproval(loop, 'sam', painted ?? card);
  const [key] = loop.aws.world.userNamed('repainted').accessKeys;
  expect(JSON.stringify(view.blocks)).toMatch(new RegExp(`repainted.*${key?.id}`));
  expect(JSON.stringify(view.blocks)).not.toContain('changes nothing');
  await loop.slack.byHand.close('sam', view.id);
});

test("a card repainted with another request's button: the modal names that user", async () => {
  const other = await openCard(loop, 'repainted', 'Runbook');
  const card = await request(loop, 'alice', '/keys remediate swapped');
  await repaint('swapped', [lie('swapped'), { type: 'actions', elements: [findButton(other, 'Approve')] }]);
  const painted = await cardOf(loop, 'swapped', 'Runbook');
  const view = await openApproval(loop, 'kim', painted ?? card);
  expect(JSON.stringify(view.blocks)).toContain('repainted');
  expect(JSON.stringify(view.blocks)).not.toContain('swapped');
  await loop.slack.byHand.close('kim', view.id);
});

test('nobody approves a request of their own, and whoever is no approver gets no plan to send', async () => {
  const { byHand, reader } = loop.slack;
  const card = await request(loop, 'sam', '/keys remediate own');
  const { action_id: actionId = '' } = findButton(card, 'Approve') ?? {};
  await byHand.click('sam', { ts: card.ts, actionId });
  expect(await toldTo(loop, 'sam', /own request/)).not.toContain('"submit":{');
  await byHand.click('olivia', { ts: card.ts, actionId });
  await toldTo(loop, 'olivia', /not one of those who may approve/);
  expect(reader.openViews('olivia').at(-1)?.submit).toBeFalsy();
  expect(await eventsOf('own')).toEqual(['requested']);
});

test('a stale card, and values that somebody forged', async () => {
  const { byHand } = loop.slack;
  const card = await request(loop, 'alice', '/keys remediate stale');
  const { action_id: actionId = '', value = '' } = findButton(card, 'Approve') ?? {};
  await approve(loop, 'sam', card);
  await outcomeOf(loop, card);
  const press = (pressed: string) =>
    byHand.click('kim', { ts: card.ts, actionId, value: pressed, forged: true });
  await press(value);
  await toldTo(loop, 'kim', /was approved and/);
  const { number } = await issueOf(loop, 'forged');
  const { requestId } = JSON.parse(value);
  await press(JSON.stringify({ issue: number, requestId }));
  await toldTo(loop, 'kim', /no such request/);
  await press(JSON.stringify({ issue: 99_999, requestId }));
  await toldTo(loop, 'kim', /99999/);
  await press('{"issue":"1; drop"}');
  await toldTo(loop, 'kim', /nothing that Keyturn wrote/);
  expect(await eventsOf('stale')).toEqual(['requested', 'approved', 'started', 'finished', 'verified']);
});

test('who lost the right after approving counts no more when the quorum completes', async () => {
  const { byHand, securityGroup } = loop.slack;
  const card = await request(loop, 'alice', '/keys remediate revoked --strict');
  await approve(loop, 'sam', card);
  await until('the first approval', async () => (await eventsOf('revoked')).length === 2 || undefined);
  byHand.setMembers(securityGroup, ['kim', 'olivia']);
  // A process that has not heard of the group yet: Slack's word holds for seconds.
  await loop.bot.end('SIGTERM');
  await loop.startBot();
  await approve(loop, 'kim', card);
  await until('the second approval', async () => (await eventsOf('revoked')).length === 3 || undefined);
  expect(statusOf('revoked')).toEqual(['Active']);
  await approve(loop, 'olivia', card);
  await outcomeOf(loop, card);
  expect(statusOf('revoked')).toEqual(['Inactive']);
});
