import { shortHashOf } from '../trail/envelope.ts';
import { readableText } from '../trail/readable.ts';
import type { BulkProgress } from './bulk-ports.ts';
import type { BulkTrail } from './bulk-trail.ts';
import type { World } from './ports.ts';
import { attempt, meantEvents } from './show.ts';

/**
 * Brings the card and the thread of a bulk request in line with its trail. May be repeated, and holds nothing up.
 * Resolves to whether it worked.
 */
export async function showBulk(world: World, found: BulkTrail, progress?: BulkProgress): Promise<boolean> {
  const { bulk, issue } = found;
  if (!bulk) return true;
  return attempt(world, `show bulk request ${bulk.id}`, async () => {
    const { card } = bulk.requested.data;
    await world.bulkBoard.show(card, { bulk, ...(progress && { progress }) }, issue);
    await tellBulk(world, found);
  });
}

/** The thread tells of every envelope after the request's own, by its hash: a trail that was cut is seen by that. */
async function tellBulk(world: World, { bulk, issue, ignored, trail }: BulkTrail): Promise<void> {
  const rest = trail.envelopes.slice(1);
  if (!bulk || rest.length === 0) return;
  const { card } = bulk.requested.data;
  const told = await world.conversation.readNotices(card);
  for (const envelope of rest) {
    const events = meantEvents(envelope, ignored);
    const key = shortHashOf(envelope.token);
    if (events.length === 0 || told.has(key)) continue;
    await world.conversation.notify(card, { key, events, readable: readableText(events) }, issue);
  }
}
