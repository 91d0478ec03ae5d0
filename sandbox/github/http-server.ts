import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Request } from './exchange.ts';
import type { Outcome } from './front.ts';

async function requestOf(incoming: IncomingMessage): Promise<Omit<Request, 'person'>> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? 'GET',
    // Octokit sends a file's path as one segment.
    path: url.pathname.includes('/contents/') ? decodeURIComponent(url.pathname) : url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(headers),
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function send(response: ServerResponse, outcome: Outcome): void {
  if (outcome === 'dropped') {
    response.destroy();
    return;
  }
  const { status, headers, body } = outcome;
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  if (outcome.cutOff) response.write(text.slice(0, text.length / 2), () => response.destroy());
  else response.end(text);
}

/** Serves on a free port of 127.0.0.1. `serve` may still be set while the server runs. */
export class HttpServer {
  serve: (request: Omit<Request, 'person'>) => Promise<Outcome> = async () => 'dropped';
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (incoming, response) => {
      try {
        send(response, await this.serve(await requestOf(incoming)));
      } catch (error) {
        send(response, { status: 500, headers: {}, body: { message: String(error) } });
      }
    });
  }

  /** Resolves to its address, without a slash at the end. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}
