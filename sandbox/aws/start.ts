import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { answerTo, type Services } from './answer.ts';
import { Faults } from './faults.ts';
import type { HttpAnswer } from './protocol.ts';
import { Rates } from './rates.ts';
import { RequestLog } from './request-log.ts';
import { World } from './world.ts';

/** AWS on one machine: IAM, STS, Config and Systems Manager behind one URL, as AWS_ENDPOINT_URL takes it. */
export interface AwsStandIn {
  readonly url: string;
  readonly world: World;
  readonly requests: RequestLog;
  readonly faults: Faults;
  close(): Promise<void>;
}

export interface AwsOptions {
  /** The world's clock; it takes the place of the one that a given world has. */
  readonly now?: () => Date;
  /** Added to every answer. */
  readonly latencyMs?: number;
  readonly world?: World;
  /** What request rates are measured with. Default: the machine's own monotonic clock. */
  readonly milliseconds?: () => number;
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startAws(options: AwsOptions = {}): Promise<AwsStandIn> {
  const world = options.world ?? new World();
  if (options.now) world.now = options.now;
  const rates = new Rates(options.milliseconds ?? (() => performance.now()));
  const services = { world, rates, requests: new RequestLog(), faults: new Faults(rates, options.latencyMs) };
  const server = createServer((request, response) => {
    void serve(services, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The AWS stand-in has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    world,
    requests: services.requests,
    faults: services.faults,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = answerTo(services, request.headers, await text(request));
  const delay = services.faults.latencyMs + (answer === 'drop' ? 0 : (answer.delay ?? 0));
  // Whoever waits for nothing else does not wait for an answer that is late.
  if (delay > 0) await wait(delay, undefined, { ref: false });
  if (answer === 'drop') request.socket.destroy();
  else send(response, answer);
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, headers).end(body);
}
