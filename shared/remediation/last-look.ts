import { barOf, referenceFault } from './bulk-reference.ts';
import { type BulkTrail, readBulkTrail } from './bulk-trail.ts';
import { cutTrail, isCut } from './cut-trail.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { World } from './ports.ts';
import type { StartedRequest } from './step.ts';

/**
 * Right before the first write to AWS: why it must not be made, as the beginning of a sentence. A cut trail cannot be
 * seen from its comments; and what was approved for many users may have been stopped, or never approved at all.
 */
export async function refuseBeginning(
  world: World,
  finding: FindingTrail,
  request: StartedRequest,
): Promise<string | undefined> {
  const { bulk: reference } = request.requested.data;
  if (!reference) return (await isCut(world, finding, request)) ? cutTrail : undefined;
  const policy = await world.policies.read();
  const found = await readBulkTrail(world, policy, await world.bulkIssues.read(reference.issue));
  const fault = referenceFault(request, finding.subject, found);
  if (fault !== undefined) return `It was not approved: ${fault}`;
  return refuseMore(world, found);
}

/** Why no user of this bulk request may be begun any more. */
export async function refuseMore(world: World, found: BulkTrail): Promise<string | undefined> {
  const bar = barOf(found, world.clock.now());
  if (bar !== undefined || !found.bulk) return bar;
  // Whoever deletes the last comments could so undo a stop.
  return (await isCut(world, found, found.bulk)) ? 'The trail of the bulk request was cut' : undefined;
}
