import { KeyturnError } from '../errors.ts';

/** Milliseconds by which this machine's clock and GitHub's may be apart; a trail is broken by 15 minutes. */
const tolerance = 5 * 60_000;

/**
 * Compares this machine's clock with the Date of an answer that has just come. An answer without one proves nothing.
 *
 * @throws KeyturnError `clock-off`
 */
export function refuseClockOff(date: string | undefined, now: Date): void {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return;
  const apart = Math.round((now.getTime() - theirs) / 60_000);
  if (Math.abs(now.getTime() - theirs) <= tolerance) return;
  const way = apart > 0 ? 'ahead of' : 'behind';
  throw new KeyturnError(
    'clock-off',
    `This machine's clock is ${Math.abs(apart)} minutes ${way} GitHub's: what it seals now would break a trail.`,
  );
}
