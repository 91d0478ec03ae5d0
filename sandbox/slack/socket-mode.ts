import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { WebSocketConnection } from './web-socket.ts';

const mostConnections = 10;
const ackSchema = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface Envelope {
  readonly type: 'slash_commands' | 'interactive';
  readonly payload: unknown;
  readonly retry?: { readonly number: number; readonly reason: string };
}

/** `undefined`: the connection ended before the ack. */
export type EnvelopeAck = { readonly payload: unknown } | undefined;

interface Waiting {
  readonly connection: WebSocketConnection;
  readonly resolve: (ack: EnvelopeAck) => void;
}

/** Slack's end of Socket Mode. */
export class SocketMode {
  readonly #tickets = new Set<string>();
  readonly #waiting = new Map<string, Waiting>();
  #connections: WebSocketConnection[] = [];
  #dropNext = false;
  #onChange: (() => void)[] = [];

  /** How many connections are open. */
  get size(): number {
    return this.#connections.length;
  }

  /** The path of a new connection; works once. */
  ticket(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return `/link/?ticket=${ticket}&app_id=keyturn`;
  }

  accept(request: IncomingMessage, socket: Duplex): void {
    const ticket = new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    WebSocketConnection.accept(request, socket, (connection) => this.#welcome(connection));
  }

  #welcome(connection: WebSocketConnection): void {
    connection.onText = (text) => this.#acknowledge(text);
    connection.onEnd = () => this.#forget(connection);
    if (this.size >= mostConnections) {
      say(connection, { type: 'disconnect', reason: 'too_many_websockets' });
      connection.close();
      return;
    }
    this.#connections.push(connection);
    say(connection, { type: 'hello', num_connections: this.size, connection_info: { app_id: 'keyturn' } });
    this.#changed();
  }

  /** Resolves when so many connections are open. */
  async connected(count = 1): Promise<void> {
    while (this.size < count) await this.#change();
  }

  /** Resolves when no connection is open. */
  async left(): Promise<void> {
    while (this.size > 0) await this.#change();
  }

  /** Sends an envelope to the next connection in turn, and waits for its ack or its end. */
  deliver({ type, payload, retry }: Envelope): Promise<EnvelopeAck> {
    const connection = this.#connections.shift();
    if (!connection) throw new Error('No socket is connected.');
    this.#connections.push(connection);
    const id = randomUUID();
    const acknowledged = new Promise<EnvelopeAck>((resolve) => {
      this.#waiting.set(id, { connection, resolve });
    });
    const attempt = retry && { retry_attempt: retry.number, retry_reason: retry.reason };
    say(connection, { envelope_id: id, type, payload, accepts_response_payload: true, ...attempt });
    if (this.#dropNext) connection.drop();
    this.#dropNext = false;
    return acknowledged;
  }

  /** The connection that gets the next envelope ends right after it, before the ack arrives. */
  dropNext(): void {
    this.#dropNext = true;
  }

  /** Asks every connection to go; clients then open another one. */
  disconnect(reason: DisconnectReason): void {
    for (const connection of this.#connections) {
      say(connection, { type: 'disconnect', reason, debug_info: { host: 'loopback' } });
    }
  }

  /** Cuts every connection. */
  drop(): void {
    for (const connection of [...this.#connections]) connection.drop();
  }

  #acknowledge(text: string): void {
    const { envelope_id, payload } = ackSchema.parse(JSON.parse(text));
    this.#waiting.get(envelope_id)?.resolve({ payload });
    this.#waiting.delete(envelope_id);
  }

  #forget(ended: WebSocketConnection): void {
    this.#connections = this.#connections.filter((connection) => connection !== ended);
    for (const [id, { connection, resolve }] of this.#waiting) {
      if (connection !== ended) continue;
      this.#waiting.delete(id);
      resolve(undefined);
    }
    this.#changed();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#onChange.push(resolve));
  }

  #changed(): void {
    for (const resolve of this.#onChange.splice(0)) resolve();
  }
}

function say(connection: WebSocketConnection, message: object): void {
  connection.send(JSON.stringify(message));
}
