import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until there is something; throws after a minute, saying what was waited for. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
): Promise<Found> {
  for (let looks = 0; looks < 600; looks += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(100);
  }
  throw new Error(`Waited a minute for ${what}`);
}
