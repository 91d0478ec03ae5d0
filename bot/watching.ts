import type { Clock } from '../shared/remediation/ports.ts';
import type { Watch } from '../shared/remediation/watch.ts';

/** The bot's main loop: one round after the other until it is stopped. */
export interface Watching {
  /** Resolves when what is under way is over; the rest of its round is left to the next process. */
  stop(): Promise<void>;
}

/** Begins with the look at everything that a process before this one may have left half done. */
export function keepWatch(watch: Pick<Watch, 'tick'>, clock: Pick<Clock, 'sleep'>): Watching {
  const stopping = new AbortController();
  const stopped = Promise.withResolvers<void>();
  const turn = async () => {
    while (!stopping.signal.aborted) {
      await Promise.race([clock.sleep(await watch.tick(stopping.signal)), stopped.promise]);
    }
  };
  const turning = turn();
  return {
    async stop() {
      stopping.abort();
      stopped.resolve();
      await turning;
    },
  };
}
