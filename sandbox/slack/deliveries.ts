import { createHmac } from 'node:crypto';
import type { Envelope, SocketMode } from './socket-mode.ts';

/** What the bot is sent: a command's form, or an interaction's JSON. */
export type Payload =
  | { readonly kind: 'command'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'interaction'; readonly fields: object };

/** How a request differs from the one that Slack would send. HTTP only, except `retry`. */
export interface Sending {
  readonly signature?: 'wrong' | 'missing';
  /** Seconds by which the timestamp is off; above zero it lies in the future. */
  readonly secondsOff?: number;
  readonly retry?: { readonly number: number; readonly reason: string };
  /** Another process than the connected one. */
  readonly to?: string;
}

/** What came of it. */
export interface Delivered {
  /** Absent: sent through a socket, or no answer came. */
  readonly status?: number;
  /** Answered with success in time. */
  readonly acknowledged: boolean;
  /** The ack's JSON or text; undefined: an empty ack. */
  readonly body: unknown;
  /** From the request to its ack. */
  readonly milliseconds: number;
  /** What was sent, to be sent again. */
  readonly payload: Payload;
}

function formOf({ kind, fields }: Payload): string {
  if (kind === 'command') return new URLSearchParams({ ...fields }).toString();
  return new URLSearchParams({ payload: JSON.stringify(fields) }).toString();
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Brings to the bot what people do: through a socket when one is connected, else as a signed HTTP request. */
export class Deliveries {
  /** Where the bot listens, such as `http://127.0.0.1:3000/slack/events`. */
  url: string | undefined;
  readonly #signingSecret: string;
  readonly #sockets: SocketMode;
  /** What requests are stamped with: the bot compares it with its own clock. */
  readonly #now: () => Date;
  readonly #ackMilliseconds: number;

  constructor(signingSecret: string, sockets: SocketMode, now: () => Date, ackMilliseconds: number) {
    this.#signingSecret = signingSecret;
    this.#sockets = sockets;
    this.#now = now;
    this.#ackMilliseconds = ackMilliseconds;
  }

  async send(payload: Payload, sending: Sending = {}): Promise<Delivered> {
    const start = performance.now();
    const answer =
      this.#sockets.size > 0 && !sending.to
        ? this.#bySocket(payload, sending)
        : this.#byHttp(payload, sending);
    return { ...(await answer), milliseconds: performance.now() - start, payload };
  }

  async #bySocket(payload: Payload, { retry }: Sending) {
    const type: Envelope['type'] = payload.kind === 'command' ? 'slash_commands' : 'interactive';
    const ack = await within(
      this.#sockets.deliver({ type, payload: payload.fields, ...(retry && { retry }) }),
      this.#ackMilliseconds,
    );
    return { acknowledged: ack !== undefined, body: ack?.payload };
  }

  async #byHttp(payload: Payload, sending: Sending) {
    const url = sending.to ?? this.url;
    if (!url) throw new Error('No bot is connected.');
    const body = formOf(payload);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...this.#headers(body, sending) },
        body,
        signal: AbortSignal.timeout(this.#ackMilliseconds),
      });
      const text = await response.text();
      return { status: response.status, acknowledged: response.ok, body: parsed(text) };
    } catch {
      return { acknowledged: false, body: undefined };
    }
  }

  #headers(body: string, { signature, secondsOff = 0, retry }: Sending): Record<string, string> {
    const timestamp = String(Math.floor(this.#now().getTime() / 1_000) + secondsOff);
    const secret = signature === 'wrong' ? `${this.#signingSecret}x` : this.#signingSecret;
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return {
      'x-slack-request-timestamp': timestamp,
      ...(signature !== 'missing' && { 'x-slack-signature': `v0=${digest}` }),
      ...(retry && { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
    };
  }
}

async function within<Value>(value: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
