import { isOutage } from './github-error.ts';

/** Attempts at one creation. */
const attempts = 3;
/** Milliseconds: what GitHub has written may take a moment to be listed. */
const beforeLooking = 3_000;
/** Milliseconds by which this machine's clock and GitHub's may differ. */
const clockSkew = 120_000;

export interface Creation<Made> {
  create(): Promise<Made>;
  /** What was made at or after `since`, if it can be found. */
  find(since: Date): Promise<Made | undefined>;
}

export interface Patience {
  now(): Date;
  /** Milliseconds. */
  sleep(duration: number): Promise<void>;
}

/**
 * Creates one thing. When the answer leaves open whether it was made, it is looked for before it is created again:
 * GitHub has no idempotency keys, and a POST that is simply repeated opens the issue twice.
 */
export async function createOnce<Made>(creation: Creation<Made>, { now, sleep }: Patience): Promise<Made> {
  const since = new Date(now().getTime() - clockSkew);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await creation.create();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await sleep(beforeLooking);
      const made = await creation.find(since);
      if (made !== undefined) return made;
      if (attempt === attempts) throw error;
    }
  }
}
