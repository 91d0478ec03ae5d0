import type { Policy } from '../shared/policy/schema.ts';
import type { BulkIssue } from '../shared/remediation/bulk-ports.ts';
import { isOpenBulk, readBulkTrail } from '../shared/remediation/bulk-trail.ts';
import type { World } from '../shared/remediation/ports.ts';
import type { BulkState } from '../shared/trail/bulk-state.ts';

/** The longest time that a policy lets a request wait, and the day in which users are begun, in milliseconds. */
const longestWait = (168 + 24) * 3_600_000;

/** Whatever waits or is under way at this moment was changed after that. */
export function openSince(now: Date): Date {
  return new Date(now.getTime() - longestWait);
}

/** A bulk request that has not ended. */
export interface OpenBulk {
  readonly issue: BulkIssue;
  readonly bulk: BulkState;
}

/** Those that wait and those under way, by their trails alone: whoever closes an issue by hand hides none. */
export async function findOpenBulks(
  world: World,
  policy: Policy,
  since: Date,
  accountId?: string,
): Promise<readonly OpenBulk[]> {
  const open: OpenBulk[] = [];
  for (const issue of await world.bulkIssues.listSince(since)) {
    if (accountId !== undefined && issue.accountId !== accountId) continue;
    const { trail, bulk } = await readBulkTrail(world, policy, issue);
    if (trail.state === 'intact' && bulk && isOpenBulk(bulk)) open.push({ issue, bulk });
  }
  return open;
}
