import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Where the bot listens, and with what Slack signs. */
export interface Target {
  readonly port: number;
  readonly signingSecret: string;
  readonly teamId: string;
  readonly userId: string;
  readonly channel: string;
  /** Takes the answers; each command has an address of its own. */
  readonly responseUrl: string;
}

/**
 * Sends signed commands over connections that stay open, as Slack does. On bare sockets, with every request made before
 * the first is sent: the sender shares the machine with the bot, and what it takes itself is none of the bot's time.
 */
export class Sender {
  readonly #target: Target;
  readonly #connections: readonly Socket[];

  private constructor(target: Target, connections: readonly Socket[]) {
    this.#target = target;
    this.#connections = connections;
  }

  static async connect(target: Target, connections: number): Promise<Sender> {
    const sockets = Array.from({ length: connections }, () => connect(target.port, '127.0.0.1').setNoDelay());
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return new Sender(target, sockets);
  }

  /** Sends the command once over each connection, all at once; resolves to the milliseconds until each ack. */
  sendAll(text: string): Promise<number[]> {
    const requests = this.#connections.map((socket) => ({ socket, request: this.#request(text) }));
    return Promise.all(requests.map(({ socket, request }) => acknowledged(socket, request)));
  }

  /** A whole HTTP request. */
  #request(text: string): string {
    const { signingSecret, teamId, userId, channel, responseUrl } = this.#target;
    const body = new URLSearchParams({
      team_id: teamId,
      user_id: userId,
      user_name: 'bench',
      channel_id: channel,
      command: '/keys',
      text,
      trigger_id: randomUUID(),
      response_url: responseUrl,
    }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    return [
      'POST /slack/events HTTP/1.1',
      'host: 127.0.0.1',
      'content-type: application/x-www-form-urlencoded',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-slack-request-timestamp: ${timestamp}`,
      `x-slack-signature: v0=${digest}`,
      '',
      body,
    ].join('\r\n');
  }

  close(): void {
    for (const socket of this.#connections) socket.destroy();
  }
}

async function acknowledged(socket: Socket, request: string): Promise<number> {
  const start = performance.now();
  const answer = once(socket, 'data');
  socket.write(request);
  const [head] = await answer;
  const milliseconds = performance.now() - start;
  const [status] = String(head).split('\r\n', 1);
  if (status !== 'HTTP/1.1 200 OK') throw new Error(`The bot answered ${status}.`);
  return milliseconds;
}
