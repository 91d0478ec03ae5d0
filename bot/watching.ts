import type { Clock } from '../shared/remediation/ports.ts';
import type { Watch } from '../shared/remediation/watch.ts';

/** The bot's main loop: one round after the other until it is stopped. */
export interface Watching {
  /** Resolves when the round under way is over. */
  stop(): Promise<void>;
}

/** Begins with the look at everything that a process before this one may have left half done. */
export function keepWatch(watch: Pick<Watch, 'tick'>, clock: Pick<Clock, 'sleep'>): Watching {
  const stopping = Promise.withResolvers<void>();
  let isStopping = false;
  const turn = async () => {
    while (!isStopping) await Promise.race([clock.sleep(await watch.tick()), stopping.promise]);
  };
  const turning = turn();
  return {
    async stop() {
      isStopping = true;
      stopping.resolve();
      await turning;
    },
  };
}
