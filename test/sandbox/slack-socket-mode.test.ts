import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConsoleLogger } from '@slack/logger';
import { WebClient } from '@slack/web-api';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';
import { startBot } from './slack-bolt.ts';

const silent = new ConsoleLogger();
silent.error = () => undefined;

let slack: SlackStandIn;

beforeEach(async () => {
  slack = await startSlack();
});
afterEach(() => slack.close());

/** A connection of the platform's own client. */
async function open(): Promise<{ readonly socket: WebSocket; readonly heard: unknown[] }> {
  const web = new WebClient(slack.appToken, { slackApiUrl: slack.url });
  const { url = '' } = await web.apps.connections.open();
  const socket = new WebSocket(url);
  const heard: unknown[] = [];
  await new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      heard.push(JSON.parse(String(data)));
      resolve();
    });
  });
  return { socket, heard };
}

function ended(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => socket.addEventListener('close', () => resolve()));
}

describe('a bot on Bolt', () => {
  let bot: Awaited<ReturnType<typeof startBot>>;
  beforeEach(async () => {
    bot = await startBot(slack, 'socket');
  });
  afterEach(() => bot.stop());

  test('gets commands and interactions, and its acks count', async () => {
    const sent = await slack.byHand.command('alice', '/keys direct', {
      retry: { number: 2, reason: 'timeout' },
    });
    expect(sent).toMatchObject({ acknowledged: true, body: { text: 'in the ack' } });
    expect(sent).not.toHaveProperty('status');
    expect(slack.reader.ephemerals('alice')).toMatchObject([{ text: 'in the ack' }]);
    expect(bot.seen).toMatchObject([{ kind: 'command', retry: 2, body: { user_name: 'alice' } }]);
    const blocks = [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'pick', text: { type: 'plain_text', text: 'Pick' } }],
      },
    ];
    const { ts } = await slack.byHand.asBot('chat.postMessage', {
      channel: slack.channel,
      text: 'x',
      blocks,
    });
    expect(await slack.byHand.click('alice', { ts: String(ts), actionId: 'pick' })).toMatchObject({
      acknowledged: true,
    });
    expect(bot.seen[1]).toMatchObject({ kind: 'block_actions', body: { actions: [{ action_id: 'pick' }] } });
  });

  test.each(['warning', 'refresh_requested'] as const)('comes back after %s', async (reason) => {
    slack.sockets.disconnect(reason);
    await slack.sockets.left();
    await slack.sockets.connected();
    expect(await slack.byHand.command('alice', '/keys direct')).toMatchObject({ acknowledged: true });
  });

  test('comes back when it was cut off in mid-flow', async () => {
    slack.sockets.dropNext();
    expect(await slack.byHand.command('alice', '/keys direct')).toMatchObject({ acknowledged: false });
    await slack.sockets.left();
    await slack.sockets.connected();
    expect(await slack.byHand.command('alice', '/keys direct')).toMatchObject({ acknowledged: true });
  });
});

describe('connections', () => {
  test('begin with hello, and take turns', async () => {
    const [one, other] = [await open(), await open()];
    expect(one.heard).toMatchObject([{ type: 'hello', num_connections: 1 }]);
    await slack.sockets.connected(2);
    for (const { socket } of [one, other]) {
      socket.addEventListener('message', ({ data }) => {
        const { envelope_id } = JSON.parse(String(data));
        // Longer than a short frame, and longer than a middle one.
        socket.send(JSON.stringify({ envelope_id, payload: { text: 'x'.repeat(200) } }));
      });
    }
    await slack.byHand.command('alice', '/keys list');
    await slack.byHand.command('alice', `/keys list ${'x'.repeat(70_000)}`);
    expect([one.heard.length, other.heard.length]).toEqual([2, 2]);
    expect(other.heard[1]).toMatchObject({ type: 'slash_commands', accepts_response_payload: true });
    expect(slack.reader.ephemerals('alice')[1]?.text).toHaveLength(200);
    slack.sockets.drop();
    await slack.sockets.left();
  });

  test('wait no longer for an ack than Slack does', async () => {
    const hasty = await startSlack({ patience: 20 });
    const web = new WebClient(hasty.appToken, { slackApiUrl: hasty.url });
    const { url = '' } = await web.apps.connections.open();
    const socket = new WebSocket(url);
    await hasty.sockets.connected();
    expect(await hasty.byHand.command('alice', '/keys help')).toMatchObject({ acknowledged: false });
    socket.close();
    await hasty.sockets.left();
    await hasty.close();
  });

  test('are ten at most', async () => {
    for (let count = 1; count <= 10; count += 1) await open();
    const { socket, heard } = await open();
    expect(heard).toEqual([{ type: 'disconnect', reason: 'too_many_websockets' }]);
    await ended(socket);
    expect(slack.sockets.size).toBe(10);
  });

  test('need a ticket of an app token', async () => {
    const bot = new WebClient(slack.botToken, { slackApiUrl: slack.url, logger: silent });
    await expect(bot.apps.connections.open()).rejects.toThrow('not_allowed_token_type');
    const app = new WebClient(slack.appToken, { slackApiUrl: slack.url, logger: silent });
    await expect(app.auth.test()).rejects.toThrow('not_allowed_token_type');
    const socket = new WebSocket(`${slack.url.replace('http', 'ws').replace('/api/', '')}/link/?ticket=none`);
    await new Promise<void>((resolve) => socket.addEventListener('error', () => resolve()));
    expect(slack.sockets.size).toBe(0);
  });

  test('close from either end', async () => {
    const { socket } = await open();
    socket.close(1000);
    await ended(socket);
    await slack.sockets.left();
    expect(slack.sockets.size).toBe(0);
  });

  test('survive nonsense and a reset', async () => {
    for (const end of [
      (raw: Socket) => raw.write(Buffer.alloc(9, 0xff)),
      (raw: Socket) => raw.resetAndDestroy(),
    ]) {
      const web = new WebClient(slack.appToken, { slackApiUrl: slack.url });
      const { host, pathname, search, port } = new URL((await web.apps.connections.open()).url ?? '');
      const raw = connect(Number(port), '127.0.0.1');
      const lines = [
        `GET ${pathname}${search} HTTP/1.1`,
        `Host: ${host}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
      ];
      raw.write(`${lines.join('\r\n')}\r\n\r\n`);
      await slack.sockets.connected();
      end(raw);
      await slack.sockets.left();
    }
  });
});
