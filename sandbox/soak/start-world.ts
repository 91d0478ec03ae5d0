import { Worker } from 'node:worker_threads';
import { z } from 'zod';

const addressesSchema = z.object({
  awsUrl: z.string(),
  account: z.string(),
  githubUrl: z.string(),
  repository: z.string(),
  githubToken: z.string(),
  slackUrl: z.string(),
  slackToken: z.string(),
  people: z.object({ alice: z.string(), sam: z.string(), kim: z.string() }),
});

const throttledSchema = z.object({ aws: z.number(), github: z.number(), slack: z.number() });

/** By the service that asked for patience. */
export type Throttled = z.infer<typeof throttledSchema>;

export interface SoakWorld {
  readonly addresses: z.infer<typeof addressesSchema>;
  now(): Date;
  /** Time passes at once. */
  advance(milliseconds: number): void;
  /** A day of other people's life in AWS; AWS Config sees the keys as they are; `trouble` and `peace`: faults on and off. */
  tell(what: 'live' | 'evaluate' | 'trouble' | 'peace'): Promise<void>;
  /** How many answers asked for patience since this was asked last. */
  countThrottled(): Promise<Throttled>;
  /** What the checker says, given who was told that their request stands on which issue. */
  check(promises: readonly { readonly person: string; readonly issue: number }[]): Promise<string[]>;
  close(): Promise<void>;
}

const answerSchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.string().optional(),
});

/** Starts AWS, GitHub and Slack in a thread of their own. */
export async function startWorld(seed: number, publicKey: string, start: Date): Promise<SoakWorld> {
  const memory = new SharedArrayBuffer(8);
  const time = new BigInt64Array(memory);
  Atomics.store(time, 0, BigInt(start.getTime()));
  const worker = new Worker(new URL('./world-worker.ts', import.meta.url), {
    workerData: { time: memory, seed, publicKey },
    execArgv: [],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  worker.on('message', (message: unknown) => {
    const { id, result, error } = answerSchema.parse(message);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });
  worker.on('error', (error) => {
    for (const call of waiting.values()) call.reject(error);
  });
  let calls = 0;
  const ask = (name: string, argument?: unknown): Promise<unknown> => {
    calls += 1;
    const call = Promise.withResolvers<unknown>();
    waiting.set(calls, call);
    worker.postMessage({ id: calls, name, argument });
    return call.promise;
  };
  return {
    addresses: addressesSchema.parse(await ask('addresses')),
    now: () => new Date(Number(Atomics.load(time, 0))),
    advance: (milliseconds) => void Atomics.add(time, 0, BigInt(Math.ceil(milliseconds))),
    tell: async (what) => void (await ask(what)),
    countThrottled: async () => throttledSchema.parse(await ask('throttled')),
    check: async (promises) => z.array(z.string()).parse(await ask('check', promises)),
    close: async () => {
      await ask('close');
      await worker.terminate();
    },
  };
}
