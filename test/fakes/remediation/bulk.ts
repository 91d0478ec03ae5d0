import type { BulkIssue } from '../../../shared/remediation/bulk-ports.ts';
import { type Bulks, createBulks } from '../../../shared/remediation/bulks.ts';
import { approveBulk } from '../../../shared/remediation/decide-bulk.ts';
import type { TrailIssue, World } from '../../../shared/remediation/ports.ts';
import { type BulkInput, requestBulk } from '../../../shared/remediation/request-bulk.ts';
import { createWatch, type Watch } from '../../../shared/remediation/watch.ts';
import type { BulkState } from '../../../shared/trail/bulk-state.ts';
import { accessKey, userSnapshot } from '../user-snapshot.ts';
import { Surroundings } from './fake-world.ts';
import { person } from './people.ts';

export const bulkRequestId = '22222222-2222-4222-8222-222222222222';
export const accountId = userSnapshot().accountId;

/** Surroundings whose policy lets two people approve strict, and as many keys as need be. */
export function bulkSurroundings(keysPerDay = 1_000): Surroundings {
  return new Surroundings((text) =>
    `${text}limits: {keysDeactivatedPerDay: ${keysPerDay}}\n`.replace(
      'strict: {approvers: [S0SECURITY, U0LEAD]}',
      'strict: {approvers: [S0SECURITY], count: 2}',
    ),
  );
}

/** The n-th user of these tests, with a key that nobody ever used. */
export function idleUser(n: number, changes: Parameters<typeof userSnapshot>[0] = {}) {
  const id = String(n).padStart(4, '0');
  return userSnapshot({
    userId: `AIDAIDLE${id}`,
    userName: `idle-${id}`,
    accessKeys: [accessKey({ id: `AKIAIDLE${id}` })],
    ...changes,
  });
}

export function addIdle(surroundings: Surroundings, count: number): TrailIssue[] {
  return Array.from({ length: count }, (_, n) => surroundings.addFinding(idleUser(n + 1)));
}

export function bulkInput(changes: Partial<BulkInput> = {}): BulkInput {
  const requester = person('U9');
  return { requestId: bulkRequestId, accountId, requester, reason: 'nobody uses them', ...changes };
}

/** Makes a bulk request that has to succeed. */
export async function bulkOf(world: World, changes: Partial<BulkInput> = {}) {
  const result = await requestBulk(world, bulkInput(changes));
  if (result.kind === 'refused') throw result.error;
  return result;
}

export function approveBulkAs(
  world: World,
  { issue, bulk }: { readonly issue: BulkIssue; readonly bulk: BulkState },
  who: string,
) {
  const { digest } = bulk.requested.data;
  return approveBulk(world, { issue: issue.number, requestId: bulk.id, digest, person: person(who) });
}

/** A request that two people have approved. */
export async function startedBulk(world: World, changes: Partial<BulkInput> = {}) {
  const made = await bulkOf(world, changes);
  for (const who of ['U1', 'U2']) {
    const result = await approveBulkAs(world, made, who);
    if (result.kind === 'refused') throw result.error;
  }
  return made;
}

/** The loops of one process of the bot. */
export interface Loops {
  readonly watch: Watch;
  readonly bulks: Bulks;
}

export function loopsOf(world: World, commentsPerHour?: number): Loops {
  const watch = createWatch(world);
  return { watch, bulks: createBulks(world, watch, commentsPerHour) };
}

/** Lets both loops turn, until nothing moves any more. */
export async function turn(world: World, { watch, bulks }: Loops, rounds = 40): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await bulks.tick();
    await watch.tick();
    await world.clock.sleep(31_000);
  }
}
