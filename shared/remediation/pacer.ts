import type { Clock } from './ports.ts';

/** Waits until this name may have another turn. */
export interface Pacer {
  turn(name: string): Promise<void>;
}

/** Lets each name go on once per `interval` milliseconds, in the order of asking. */
export function createPacer(clock: Pick<Clock, 'now' | 'sleep'>, interval: number): Pacer {
  const next = new Map<string, number>();
  return {
    async turn(name) {
      const now = clock.now().getTime();
      const turn = Math.max(next.get(name) ?? now, now);
      next.set(name, turn + interval);
      if (turn > now) await clock.sleep(turn - now);
    },
  };
}
