import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findButton, openApproval, openCard, outcomeOf, request } from '../../sandbox/at-work.ts';
import type { BotProcess } from '../../sandbox/bot-process.ts';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';
import { ask, cardsOf, scanAll, trailOf } from './bot-at-work.ts';

let loop: Loop;
let first: BotProcess;
let second: BotProcess;
beforeAll(async () => {
  loop = await startLoop();
  const { world } = loop.aws;
  world.addRule({ maxAccessKeyAge: 90 });
  for (const name of ['asked', 'runbook', 'strict', 'third', 'stopped', 'halted']) {
    world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  }
  await scanAll(loop);
  first = loop.bot;
  second = await loop.startBot();
});
afterAll(() => loop.close());

const at = ({ port }: BotProcess) => ({ to: `http://127.0.0.1:${port}/slack/events` });
const eventsOf = async (user: string) => (await trailOf(loop, user)).trail.events.map(({ type }) => type);

function executionsOf(user: string) {
  const { id } = loop.aws.world.userNamed(user);
  return loop.aws.world.automation.executions.filter(({ parameters }) =>
    parameters['IAMResourceId']?.includes(id),
  );
}

async function expectOneEnd(user: string, events: readonly string[]): Promise<void> {
  const [card] = (await cardsOf(loop, user)).filter(({ replies }) => replies.length > 0);
  if (!card) throw new Error(`There is no thread about ${user}`);
  const { replies } = await outcomeOf(loop, card);
  await until(
    'the closed issue',
    async () => (await trailOf(loop, user)).issue.state === 'closed' || undefined,
  );
  const { trail } = await trailOf(loop, user);
  expect(trail.state).toBe('intact');
  expect(trail.events.map(({ type }) => type)).toEqual(events);
  expect(replies.filter(({ text }) => text.includes('Resolved'))).not.toEqual([]);
  expect(loop.aws.world.userNamed(user).accessKeys.map(({ status }) => status)).toEqual(['Inactive']);
}

test('one command, delivered to both: one request', async () => {
  const sent = await loop.slack.byHand.command('alice', '/keys remediate asked', at(first));
  await loop.slack.byHand.resend(sent, { ...at(second), retry: { number: 1, reason: 'http_timeout' } });
  await openCard(loop, 'asked', 'Runbook');
  await until('the other card withdrawn', async () => {
    const cards = await cardsOf(loop, 'asked');
    return cards.every(({ text }) => !text.includes('is being requested')) || undefined;
  });
  const cards = await cardsOf(loop, 'asked');
  expect(cards.filter((card) => findButton(card, 'Approve'))).toHaveLength(1);
  expect(await eventsOf('asked')).toEqual(['requested']);
});

test('two approvers at once, one at each: one approval completes it, one execution', async () => {
  const { byHand } = loop.slack;
  const card = await request(loop, 'alice', '/keys remediate runbook');
  const [sam, kim] = [await openApproval(loop, 'sam', card), await openApproval(loop, 'kim', card)];
  await Promise.all([
    byHand.submit('sam', sam.id, {}, at(first)),
    byHand.submit('kim', kim.id, {}, at(second)),
  ]);
  await expectOneEnd('runbook', ['requested', 'approved', 'started', 'finished', 'verified']);
  expect(executionsOf('runbook')).toHaveLength(1);
});

test('the two approvals of strict at once, one at each', async () => {
  const { byHand } = loop.slack;
  const card = await request(loop, 'alice', '/keys remediate strict --strict');
  const [sam, kim] = [await openApproval(loop, 'sam', card), await openApproval(loop, 'kim', card)];
  await Promise.all([
    byHand.submit('sam', sam.id, {}, at(first)),
    byHand.submit('kim', kim.id, {}, at(second)),
  ]);
  await expectOneEnd('strict', ['requested', 'approved', 'approved', 'started', 'finished', 'verified']);
});

test('a third process begins while the automation runs, and takes part in it', async () => {
  const card = await request(loop, 'alice', '/keys remediate third');
  const view = await openApproval(loop, 'sam', card);
  await loop.slack.byHand.submit('sam', view.id);
  await until('the execution', () => executionsOf('third').length > 0 || undefined);
  const third = await loop.startBot();
  await expectOneEnd('third', ['requested', 'approved', 'started', 'finished', 'verified']);
  expect(executionsOf('third')).toHaveLength(1);
  expect(await third.end('SIGTERM')).toBe(0);
  loop.slack.connect({ kind: 'http', url: at(second).to });
});

test('SIGTERM right after the ack of a command: it is answered first', async () => {
  const before = loop.slack.reader.ephemerals('alice').length;
  const sent = await loop.slack.byHand.command('alice', '/keys remediate stopped', at(first));
  expect(sent.acknowledged).toBe(true);
  expect(await first.end('SIGTERM')).toBe(0);
  expect(JSON.stringify(loop.slack.reader.ephemerals('alice')[before])).toContain('*Requested*');
  expect(await eventsOf('stopped')).toEqual(['requested']);
});

test('SIGTERM right after the ack of an approval: it is recorded, and the next process ends it', async () => {
  const card = await request(loop, 'alice', '/keys remediate halted');
  const view = await openApproval(loop, 'sam', card);
  const { acknowledged } = await loop.slack.byHand.submit('sam', view.id, {}, at(second));
  expect(acknowledged).toBe(true);
  expect(await second.end('SIGTERM')).toBe(0);
  expect((await eventsOf('halted')).slice(0, 3)).toEqual(['requested', 'approved', 'started']);
  await loop.startBot();
  await expectOneEnd('halted', ['requested', 'approved', 'started', 'finished', 'verified']);
  expect(executionsOf('halted')).toHaveLength(1);
  expect(await ask(loop, 'olivia', '/keys help')).toContain('/keys list');
});
