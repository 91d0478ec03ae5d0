import { setTimeout as sleep } from 'node:timers/promises';
import type { Watch } from '../shared/remediation/watch.ts';

/** The bot's main loop: one round after the other until it is stopped. */
export interface Watching {
  /** Resolves when the round under way is over. */
  stop(): Promise<void>;
}

/** Begins with the look at everything that a process before this one may have left half done. */
export function keepWatch(
  watch: Pick<Watch, 'tick'>,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void> = pauseUnlessStopped,
): Watching {
  const stopped = new AbortController();
  const { signal } = stopped;
  const turn = async () => {
    while (!signal.aborted) await pause(await watch.tick(), signal);
  };
  const turning = turn();
  return {
    async stop() {
      stopped.abort();
      await turning;
    },
  };
}

async function pauseUnlessStopped(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
