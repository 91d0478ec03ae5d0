/** How long what was delivered is remembered, in milliseconds. Slack's last repetition comes after five minutes. */
const memory = 10 * 60_000;

/** Tells repetitions: Slack sends again what was not answered in time, and people press twice. */
export interface Deliveries {
  /** True the first time that this process sees the name. */
  isNew(name: string): boolean;
}

export function createDeliveries(now: () => Date): Deliveries {
  /** Oldest first. */
  const seen = new Map<string, number>();
  return {
    isNew(name) {
      const moment = now().getTime();
      for (const [one, at] of seen) {
        if (moment - at < memory) break;
        seen.delete(one);
      }
      if (seen.has(name)) return false;
      seen.set(name, moment);
      return true;
    },
  };
}
