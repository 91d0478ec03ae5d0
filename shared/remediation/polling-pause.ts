const seconds = 1_000;
const minutes = 60 * seconds;

/** How long a run is watched closely. The script itself may take 10 minutes. */
export const closeWatch = 15 * minutes;

/**
 * How long to wait before executions are looked at again: a fifth of the time that the youngest has been running, 2 to
 * 30 seconds; a minute once it is overdue. A fifth of it is jitter, so that several bots do not ask in step.
 *
 * @param running milliseconds since the youngest start
 * @param random at least 0 and less than 1
 */
export function pollingPause(running: number, random: number): number {
  const pause = running > closeWatch ? minutes : Math.min(Math.max(running / 5, 2 * seconds), 30 * seconds);
  return Math.round(pause * (0.9 + 0.2 * random));
}
