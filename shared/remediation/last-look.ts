import type { Policy } from '../policy/schema.ts';
import { barOf, referenceFault } from './bulk-reference.ts';
import { type BulkTrail, readBulkTrail } from './bulk-trail.ts';
import { cutTrail, isCut } from './cut-trail.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import type { World } from './ports.ts';
import type { StartedRequest } from './step.ts';
import { threadKey } from './thread-key.ts';

/**
 * Right before the first write to AWS: why it must not be made, as the beginning of a sentence. A cut trail cannot be
 * seen from its comments; and what was approved for many users may have been stopped, or never approved at all.
 */
export async function refuseBeginning(
  world: World,
  { issue }: Pick<FindingTrail, 'issue'>,
  request: StartedRequest,
): Promise<string | undefined> {
  const policy = await world.policies.read();
  const { card, bulk: reference } = request.requested.data;
  const told = await world.conversation.readNotices(card);
  const finding = await readFindingTrail(world, policy, issue);
  if (isCut(finding, told, threadKey(request, issue.number, ''))) return cutTrail;
  if (finding.state.requests.get(request.id)?.status !== 'started')
    return 'The trail shows this start no more';
  if (!reference) return undefined;
  const found = await readBulkTrail(world, policy, await world.bulkIssues.read(reference.issue));
  const fault = referenceFault(request, finding.subject, found);
  return fault === undefined ? refuseMore(world, found, told) : `It was not approved: ${fault}`;
}

/** A bulk request at this moment, and why none of its users may be begun any more. */
export async function lookAtBulk(
  world: World,
  policy: Policy,
  { issue, bulk }: BulkTrail,
): Promise<{ readonly found: BulkTrail; readonly bar: string | undefined }> {
  const told = bulk && (await world.conversation.readNotices(bulk.requested.data.card));
  const found = await readBulkTrail(world, policy, issue);
  return { found, bar: refuseMore(world, found, told ?? new Set()) };
}

function refuseMore(world: World, found: BulkTrail, told: ReadonlySet<string>): string | undefined {
  // Whoever deletes the last comments could so undo a stop.
  const cut = isCut(found, told) ? 'The trail of the bulk request was cut' : undefined;
  return barOf(found, world.clock.now()) ?? cut;
}
