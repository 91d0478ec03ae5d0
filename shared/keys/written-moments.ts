import { wholeDays } from './age.ts';

/** How a line for people writes moments in the past. */
export interface WrittenMoments {
  used(at: Date): string;
  created(at: Date): string;
}

/** "used 3 hours ago", for what is read at once, such as a card. */
export function relativeMoments(now: Date): WrittenMoments {
  return { used: (at) => `used ${ago(at, now)}`, created: (at) => `created ${ago(at, now)}` };
}

/** "last used on 2026-11-20" (UTC), for what has to read the same on another day, such as an issue's body. */
export const datedMoments: WrittenMoments = {
  used: (at) => `last used ${onDate(at)}`,
  created: (at) => `created ${onDate(at)}`,
};

/** "1 day", "90 days". */
export function countOf(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const minute = 60_000;

/** Hours up to two days, then whole days. A moment in the future (clocks differ) is written as its date. */
function ago(at: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - at.getTime()) / minute);
  if (minutes < 0) return onDate(at);
  if (minutes === 0) return 'just now';
  if (minutes < 60) return `${countOf(minutes, 'minute')} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${countOf(hours, 'hour')} ago` : `${countOf(wholeDays(at, now), 'day')} ago`;
}

function onDate(at: Date): string {
  return `on ${at.toISOString().slice(0, 10)}`;
}
