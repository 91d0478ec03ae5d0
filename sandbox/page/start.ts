/** Serves the page on loopback, to whoever has the address that is printed. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Loop } from '../loop.ts';
import { perform } from './acts.ts';
import { readServed } from './files.ts';
import { admit, securityHeaders } from './guard.ts';
import { Live } from './live.ts';
import { Playground } from './playground.ts';

export interface Page {
  /** With the token in it. */
  readonly url: string;
  close(): Promise<void>;
}

const mostCharacters = 200_000;

/** @param port 0: any free one */
export async function startPage(loop: Loop, port = 0): Promise<Page> {
  const token = randomBytes(24).toString('base64url');
  const playground = new Playground(loop);
  const live = new Live(playground);
  let host = '';
  const server = createServer((request, response) => {
    const { url: target = '', headers } = request;
    const admission = admit({ target, headers }, token, host);
    if (admission.kind === 'refused') refuse(response, admission.status);
    else void serve({ playground, live, path: admission.path }, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page has no port');
  host = `127.0.0.1:${address.port}`;
  return {
    url: `http://${host}/${token}/`,
    async close() {
      live.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Route {
  readonly playground: Playground;
  readonly live: Live;
  readonly path: string;
}

async function serve(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method } = request;
  if (method === 'POST' && route.path === '/act') return act(route, request, response);
  if (method !== 'GET') return refuse(response, 405);
  if (route.path === '/events') return stream(route.live, response);
  const file = await readServed(route.path);
  if (!file) return refuse(response, 404);
  response.writeHead(200, { ...securityHeaders, 'content-type': file.type }).end(file.content);
}

/** The content type makes a browser ask before another page's script may send it. */
async function act(
  { playground, live }: Route,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.headers['content-type'] !== 'application/json') return refuse(response, 415);
  const body = await text(request);
  if (body.length > mostCharacters) return refuse(response, 413);
  const outcome = await perform(playground, parsed(body));
  live.refresh();
  response
    .writeHead(200, { ...securityHeaders, 'content-type': 'application/json' })
    .end(JSON.stringify(outcome));
}

/** Each event is the whole scene: whoever reconnects has missed nothing. */
function stream(live: Live, response: ServerResponse): void {
  response.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream' });
  response.write('retry: 500\n\n');
  const end = live.listen((json) => response.write(`data: ${json}\n\n`));
  response.on('close', end);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...securityHeaders, 'content-type': 'text/plain' }).end();
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
