import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';

export interface HttpRequest {
  /** Without the query. */
  readonly path: string;
  readonly contentType: string;
  readonly authorization: string;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON value, or text. */
  readonly body: unknown;
}

/** `dropped`: the connection is cut. */
export type Outcome = HttpAnswer | 'dropped';

async function requestOf(incoming: IncomingMessage): Promise<HttpRequest> {
  return {
    path: new URL(incoming.url ?? '/', 'http://127.0.0.1').pathname,
    contentType: incoming.headers['content-type'] ?? '',
    authorization: incoming.headers.authorization ?? '',
    body: await buffer(incoming),
  };
}

function send(response: ServerResponse, outcome: Outcome): void {
  if (outcome === 'dropped') {
    response.destroy();
    return;
  }
  const { status, headers, body } = outcome;
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers }).end(isText ? body : JSON.stringify(body));
}

/** Serves on a free port of 127.0.0.1. `serve` and `upgrade` may still be set while the server runs. */
export class HttpServer {
  serve: (request: HttpRequest) => Promise<Outcome> = async () => 'dropped';
  upgrade: (request: IncomingMessage, socket: Duplex) => void = (_request, socket) => socket.destroy();
  readonly #server: Server;
  readonly #upgraded = new Set<Duplex>();

  constructor() {
    this.#server = createServer(async (incoming, response) => {
      try {
        send(response, await this.serve(await requestOf(incoming)));
      } catch (error) {
        send(response, { status: 500, body: String(error) });
      }
    });
    this.#server.on('upgrade', (request, socket) => {
      this.#upgraded.add(socket);
      socket.on('close', () => this.#upgraded.delete(socket));
      this.upgrade(request, socket);
    });
  }

  /** Resolves to its address, without a slash at the end. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await closed;
  }
}
