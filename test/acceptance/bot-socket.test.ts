import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approve, openApproval, openCard, outcomeOf, request } from '../../sandbox/at-work.ts';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';
import { answerAfter, ask, scanAll, trailOf } from './bot-at-work.ts';

const whole = ['requested', 'approved', 'started', 'finished', 'verified'];
let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ connection: 'socket' });
  const { world } = loop.aws;
  Object.assign(world.automation, { pendingMs: 20, inProgressMs: 50 });
  world.addRule({ maxAccessKeyAge: 90 });
  for (const name of ['alice', 'bob', 'carol']) {
    world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  }
  await scanAll(loop);
  await loop.slack.sockets.connected();
});
afterAll(() => loop.close());

const eventsOf = async (user: string) => (await trailOf(loop, user)).trail.events.map(({ type }) => type);

test('a remediation from the command to the closed issue', async () => {
  const card = await request(loop, 'alice', '/keys remediate alice left');
  await approve(loop, 'sam', card);
  await outcomeOf(loop, card);
  await until(
    'the closed issue',
    async () => (await trailOf(loop, 'alice')).issue.state === 'closed' || undefined,
  );
  expect(await eventsOf('alice')).toEqual(whole);
});

test('health checks on PORT, and no way in for signed requests', async () => {
  const { port } = loop.bot;
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST' })).status).toBe(404);
});

test.each(['warning', 'refresh_requested'] as const)('asked to go (%s), it comes back', async (reason) => {
  const { sockets, requests } = loop.slack;
  const opened = requests.of('apps.connections.open');
  sockets.disconnect(reason);
  await until('another connection', () => requests.of('apps.connections.open') > opened || undefined);
  await until('one that is open', () => sockets.size > 0 || undefined);
  expect(await ask(loop, 'olivia', '/keys help')).toContain('/keys whoami');
});

test('while Slack opens no socket, it lives on and comes back', async () => {
  const { faults, requests, sockets } = loop.slack;
  const opened = requests.of('apps.connections.open');
  faults.add({ route: 'apps.connections.open', times: 6, status: 503 });
  sockets.drop();
  await sockets.left();
  await sockets.connected();
  expect(requests.of('apps.connections.open') - opened).toBe(7);
  expect(await ask(loop, 'olivia', '/keys help')).toContain('/keys whoami');
});

test('cut off before the ack: Slack sends again, and it is done once', async () => {
  const { byHand, reader, sockets } = loop.slack;
  const before = reader.ephemerals('alice').length;
  sockets.dropNext();
  const sent = await byHand.command('alice', '/keys remediate bob');
  expect(sent.acknowledged).toBe(false);
  await sockets.connected();
  await byHand.resend(sent, { retry: { number: 1, reason: 'timeout' } });
  await byHand.resend(sent, { retry: { number: 2, reason: 'timeout' } });
  expect(await answerAfter(loop, 'alice', before)).toContain('*Requested*');
  await openCard(loop, 'bob', 'Runbook');
  expect(await eventsOf('bob')).toEqual(['requested']);
});

test('cut off in the middle of a remediation, it goes on', async () => {
  const { byHand, sockets } = loop.slack;
  const card = await request(loop, 'alice', '/keys remediate carol');
  sockets.drop();
  await sockets.left();
  await sockets.connected();
  const view = await openApproval(loop, 'kim', card);
  await byHand.submit('kim', view.id);
  sockets.drop();
  await outcomeOf(loop, card);
  await until('the whole trail', async () => (await eventsOf('carol')).length === whole.length || undefined);
  expect(await eventsOf('carol')).toEqual(whole);
  await sockets.connected();
  expect(await loop.bot.end('SIGTERM')).toBe(0);
  await sockets.left();
});
