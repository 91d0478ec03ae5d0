import type { Clock, Pacer } from './ports.ts';

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
