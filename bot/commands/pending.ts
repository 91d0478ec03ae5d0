import { readFindingTrail } from '../../shared/remediation/finding-trail.ts';
import type { Message } from '../../shared/slack/message.ts';
import { pendingList, type WaitingRequest } from '../blocks/pending.ts';
import type { Bot } from '../bot.ts';
import { createFreshCache } from '../fresh-cache.ts';
import { findOpenBulks, openSince } from '../open-bulks.ts';

/**
 * How long one reading serves, in milliseconds: it takes a request to GitHub for each trail of the last days, and anybody
 * may ask.
 */
const shelfLife = 15_000;

/**
 * `/keys pending`, read once for all who ask within some seconds.
 *
 * @param written how many comments this process has written: after another one it is read again
 */
export function createPending(world: Bot['world'], written: () => number): () => Promise<Message> {
  const read = createFreshCache(
    shelfLife,
    () => world.clock.now(),
    (_: number) => pending(world),
  );
  return () => read(written());
}

/** By the trails themselves, whatever the labels say. */
async function pending(world: Bot['world']): Promise<Message> {
  const policy = await world.policies.read();
  const since = openSince(world.clock.now());
  const waiting: WaitingRequest[] = [];
  for (const issue of await world.issues.listSince(since)) {
    if (issue.comments === 0) continue;
    const { trail, state } = await readFindingTrail(world, policy, issue);
    if (trail.state === 'intact' && state.open?.status === 'pending') {
      waiting.push({ issue, request: state.open });
    }
  }
  return pendingList(waiting, await findOpenBulks(world, policy, since));
}
