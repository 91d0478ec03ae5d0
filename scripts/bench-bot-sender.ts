import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

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

/** Sends signed commands over connections that stay open, as Slack does. */
export class Sender {
  readonly #target: Target;
  readonly #agent: Agent;

  constructor(target: Target, connections: number) {
    this.#target = target;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends a command; resolves to the milliseconds until its ack. */
  async send(text: string): Promise<number> {
    const { port, signingSecret, teamId, userId, channel, responseUrl } = this.#target;
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
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    };
    const start = performance.now();
    const status = await new Promise<number>((resolve, reject) => {
      const options = {
        agent: this.#agent,
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/slack/events',
        headers,
      };
      const sent = request(options, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject).end(body);
    });
    const milliseconds = performance.now() - start;
    if (status !== 200) throw new Error(`The bot answered ${status}.`);
    return milliseconds;
  }

  close(): void {
    this.#agent.destroy();
  }
}
