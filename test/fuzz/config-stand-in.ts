import { createServer, type IncomingMessage } from 'node:http';
import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import fc from 'fast-check';
import { readerClients } from '../../shared/aws/clients.ts';
import { isRecord } from '../../shared/trust-boundaries.ts';
import { connection } from '../aws/stand-in.ts';
import type { Target } from './target.ts';

type Input = Readonly<Record<string, unknown>>;
/** By operation: the answer, or what makes it. */
export type Answers = Readonly<Record<string, unknown | ((input: Input) => unknown)>>;

export interface ConfigStandIn {
  readonly config: ConfigServiceClient;
  /** From now on. */
  answer(next: Answers): void;
}

/** AWS Config that answers whatever a case says, to the real SDK. */
async function startConfig() {
  let answers: Answers = {};
  const server = createServer(async (request, response) => {
    const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
    const input = await inputOf(request);
    const answer = answers[operation];
    const body = JSON.stringify(typeof answer === 'function' ? answer(input) : (answer ?? {})) ?? 'null';
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${address.port}`;
  const { config } = readerClients({ ...connection, maxAttempts: 1 });
  return {
    config,
    answer: (next: Answers) => {
      answers = next;
    },
    async close() {
      delete process.env['AWS_ENDPOINT_URL'];
      config.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function inputOf(request: IncomingMessage): Promise<Input> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const input: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
  return isRecord(input) ? input : {};
}

export function configTarget<Case>(
  name: string,
  cases: fc.Arbitrary<Case>,
  test: (standIn: ConfigStandIn, one: Case) => Promise<void>,
): Target {
  return {
    name,
    async open() {
      const { close, ...standIn } = await startConfig();
      return { property: fc.asyncProperty(cases, (one) => test(standIn, one)), close };
    },
  };
}
