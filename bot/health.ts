import { isNativeError } from 'node:util/types';
import { KeyturnError } from '../shared/errors.ts';
import { createFreshCache } from './fresh-cache.ts';

/** Milliseconds for which an answer holds, and which one check may take. */
const shelfLife = 5_000;
const patience = 5_000;

/** Rejects when what the bot needs does not answer. By the name that people know it by. */
export type Checks = Readonly<Record<string, () => Promise<void>>>;

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or the code of what is wrong: whoever asks needs no rights, so it holds no more. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface HealthOptions {
  readonly checks: Checks;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly isStopping: () => boolean;
  /** Told of each check that fails. */
  readonly onFailure: (name: string, error: unknown) => void;
}

/** Whether Slack, GitHub and AWS answer. Asked often, they are asked once in a few seconds. */
export function createReadiness(options: HealthOptions): () => Promise<Readiness> {
  const { checks, now, isStopping } = options;
  const ask = createFreshCache(shelfLife, now, (name: string) => checkOne(options, name));
  return async () => {
    const answers = await Promise.all(Object.keys(checks).map(async (name) => [name, await ask(name)]));
    const found: Record<string, string> = Object.fromEntries(answers);
    if (isStopping()) return { ready: false, checks: { ...found, process: 'stopping' } };
    return { ready: Object.values(found).every((answer) => answer === 'ok'), checks: found };
  };
}

async function checkOne({ checks, sleep, onFailure }: HealthOptions, name: string): Promise<string> {
  const check = async () => checks[name]?.();
  const tooLate = sleep(patience).then(() => 'no answer in time');
  const answer = check().then(
    () => 'ok',
    (error: unknown) => {
      onFailure(name, error);
      return error instanceof KeyturnError ? error.code : isNativeError(error) ? error.name : 'failed';
    },
  );
  return Promise.race([answer, tooLate]);
}
