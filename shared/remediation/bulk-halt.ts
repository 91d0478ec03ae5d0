import { KeyturnError } from '../errors.ts';
import type { Policy } from '../policy/schema.ts';
import type { BulkCourse } from './bulk-course.ts';
import { progressOf } from './bulk-standing.ts';
import { type BulkTrail, brokenBulk, isOpenBulk, readBulkTrail } from './bulk-trail.ts';
import type { World } from './ports.ts';

/** A notice for the thread, once, that nobody is begun, and why. */
export interface Halt {
  readonly key: 'lost' | 'locked' | 'broken';
  readonly why: string;
}

/**
 * The bulk request as it reads now; or that nothing can be recorded on it, so that nobody is begun by it.
 *
 * @param known as it was read before: what is gone from an issue since was taken away
 */
export async function readHere(
  world: World,
  policy: Policy,
  issue: BulkTrail['issue'],
  known: BulkTrail | undefined,
): Promise<{ readonly found: BulkTrail | undefined; readonly halt?: Halt }> {
  const found = await readBulkTrail(world, policy, issue).catch(undefinedIfLost);
  const loss = await lossOf(world, issue.number);
  if (!found || loss?.key === 'lost') return { found: known ?? found, halt: lost(issue.number) };
  if (found.trail.state === 'broken' || (known && !found.bulk)) {
    return { found: found.bulk ? found : known, halt: { key: 'broken', why: brokenBulk(found).fact } };
  }
  return { found, ...(loss && found.bulk && isOpenBulk(found.bulk) && { halt: loss }) };
}

async function lossOf(world: World, number: number): Promise<Halt | undefined> {
  try {
    await world.bulkIssues.read(number);
    return undefined;
  } catch (error) {
    if (error instanceof KeyturnError && error.code === 'bulk-locked') {
      return { key: 'locked', why: error.fact };
    }
    undefinedIfLost(error);
    return lost(number);
  }
}

function lost(number: number): Halt {
  const why = `Issue #${number} is gone, or it is no bulk request's without its labels and its hidden line.`;
  return { key: 'lost', why };
}

/** Trouble of any other kind is none of the issue's. */
function undefinedIfLost(error: unknown): undefined {
  const isLost =
    error instanceof KeyturnError &&
    (error.code === 'github-marker-missing' || error.code === 'github-not-found');
  if (!isLost) throw error;
}

/**
 * Shows that nobody is begun, and tells it once. Those who were begun are seen to by the watch. Returns how many of them
 * are not over.
 */
export async function reportHalt(
  world: World,
  policy: Policy,
  course: BulkCourse,
  found: BulkTrail,
  { key, why }: Halt,
): Promise<number> {
  const { bulk, issue } = found;
  if (!bulk) return 0;
  if ('started' in bulk) await course.look(world, policy, bulk);
  const counted = progressOf(bulk.requested.data.plan.users, course.standings);
  await course.show(world, found, { ...counted, held: why });
  const { card } = bulk.requested.data;
  const told = await world.conversation.readNotices(card);
  const readable = `${why} Nobody is begun while that is so.`;
  if (!told.has(key)) await world.conversation.notify(card, { key, events: [], readable }, issue);
  return counted.running;
}
