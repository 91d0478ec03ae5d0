import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until there is something; throws after so many seconds, saying what was waited for. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  seconds = 60,
): Promise<Found> {
  for (let looks = 0; looks < seconds * 10; looks += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(100);
  }
  throw new Error(`Waited ${seconds} seconds for ${what}`);
}
