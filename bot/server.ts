import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { isNativeError } from 'node:util/types';
import { KeyturnError } from '../shared/errors.ts';
import type { Readiness } from './health.ts';

/** How far Slack's clock may be ahead of ours, in seconds. */
const skew = 60;
/**
 * How long an idle connection stays open, in milliseconds: longer than load balancers keep theirs (60 s on AWS), else
 * one of them sends a request into a connection that is being closed, and it is lost. Node's own default is 5 s.
 */
const idleTime = 65_000;

export interface Routes {
  readonly readiness: () => Promise<Readiness>;
  /** What takes Slack's requests, and checks their signatures; absent in Socket Mode. */
  readonly slack?: RequestListener;
  readonly now: () => Date;
}

/** Bolt refuses old timestamps only; a request signed for tomorrow could be sent again all day. */
export function isFromTheFuture(timestamp: string | string[] | undefined, now: Date): boolean {
  return Number(timestamp) > now.getTime() / 1_000 + skew;
}

/** Answers `GET /healthz`, `GET /readyz` and, in HTTP mode, `POST /slack/events`; 404 for all else. */
export function route(routes: Routes): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?')[0];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (path === '/healthz' && isRead) return send(response, 200, { alive: true });
    if (path === '/readyz' && isRead) return void sendReadiness(routes, response);
    if (path === '/slack/events' && request.method === 'POST' && routes.slack) {
      return toSlack(routes.slack, routes.now(), request, response);
    }
    send(response, 404, { error: 'not found' });
  };
}

async function sendReadiness({ readiness }: Routes, response: ServerResponse): Promise<void> {
  const answer = await readiness();
  send(response, answer.ready ? 200 : 503, answer);
}

function toSlack(
  slack: RequestListener,
  now: Date,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (isFromTheFuture(request.headers['x-slack-request-timestamp'], now)) {
    send(response, 401, { error: 'timestamp' });
  } else {
    slack(request, response);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

export interface Listening {
  readonly port: number;
  /**
   * Takes no new connections; resolves when the requests under way have their answers. Each of those ends its connection:
   * it would be kept for a minute else, and take new requests.
   */
  close(): Promise<void>;
}

/**
 * @param port 0: any that is free
 * @throws KeyturnError `server-port`
 */
export async function listen(listener: RequestListener, port: number): Promise<Listening> {
  const underWay = new Set<ServerResponse>();
  const server = createServer({ keepAliveTimeout: idleTime }, (request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (!server.listening) endConnection(server, response);
    listener(request, response);
  });
  await listenOn(server, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
        for (const response of underWay) endConnection(server, response);
      });
    },
  };
}

/** After its answer; whoever asked is told, unless the head of the answer is gone already. */
function endConnection(server: Server, response: ServerResponse): void {
  if (response.headersSent) response.once('close', () => setImmediate(() => server.closeIdleConnections()));
  else response.setHeader('connection', 'close');
}

async function listenOn(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const reason = isNativeError(error) && 'code' in error ? String(error.code) : 'unknown';
      reject(
        new KeyturnError('server-port', `Port ${port} cannot be listened on (${reason}).`, { cause: error }),
      );
    });
    server.listen(port, resolve);
  });
}
