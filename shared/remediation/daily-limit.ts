import type { Policy } from '../policy/schema.ts';
import { type BulkPlan, countedIn } from '../trail/bulk-plan.ts';
import type { BulkState } from '../trail/bulk-state.ts';
import { deletesLoginProfile, type Plan } from '../trail/plan.ts';
import { clockTolerance } from '../trail/read-trail.ts';
import type { FindingState } from '../trail/state.ts';
import { userRequestId } from './bulk-reference.ts';
import { readBulkTrail } from './bulk-trail.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import type { World } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';
import { readSealedStarts, type SealedStart } from './sealed-starts.ts';

const day = 24 * 3_600_000;

/**
 * Whether the plan would deactivate and delete more within 24 hours than the policy allows. Counted from all trails,
 * started requests included, so that a restart forgets nothing. Starts are decided one at a time within a process
 * (`locks`); two processes that decide at the same moment do not see each other's, so each may go up to the limit.
 */
export async function refuseOverLimit(
  world: World,
  policy: Policy,
  plan: Plan,
): Promise<Refused | undefined> {
  const keys = 'deactivates' in plan ? plan.deactivates.length : 0;
  const wanted = countedIn([{ keys, deletesLoginProfile: deletesLoginProfile(plan) }]);
  if (wanted === 0) return undefined;
  const limit = policy.limits.keysDeactivatedPerDay;
  const done = await countLosses(world, policy);
  if (done + wanted <= limit) return undefined;
  return refuse(
    'daily-limit',
    `${done} keys and passwords were deactivated or deleted within 24 hours, or are about to be; ${wanted} more are approved here, and the policy allows ${limit}.`,
  );
}

/** The same for a bulk request: all of it, or nobody is begun. At 0 there is none at all. */
export async function refuseBulkOverLimit(
  world: World,
  policy: Policy,
  plan: BulkPlan,
): Promise<Refused | undefined> {
  const limit = policy.limits.keysDeactivatedPerDay;
  const wanted = countedIn(plan.users);
  const done = await countLosses(world, policy);
  if (done + wanted <= limit) return undefined;
  return refuse(
    'bulk-over-limit',
    `The bulk request would deactivate or delete ${wanted} keys and passwords; ${done} were within 24 hours or are about to be, and the policy allows ${limit}.`,
  );
}

async function countLosses(world: World, policy: Policy): Promise<number> {
  const since = new Date(world.clock.now().getTime() - day);
  // What this clock sealed within the day, GitHub's may have dated before it.
  const listed = new Date(since.getTime() - clockTolerance);
  // Before the users' trails: whoever is begun meanwhile is found in the one or in the other.
  const underWay = await findStarted(world, policy, listed);
  const requests = new Set<string>();
  let count = 0;
  for (const issue of await world.issues.listSince(listed)) {
    if (issue.comments === 0) continue;
    const finding = await readFindingTrail(world, policy, issue);
    count += finding.state.deactivations.filter(({ at }) => at > since).length;
    count += countPasswords(finding.state, since);
    count += countedIn((await beyondBreak(world, policy, finding)).filter(({ at }) => at > since));
    for (const id of finding.state.requests.keys()) requests.add(id);
  }
  return count + countReserved(underWay, requests);
}

async function findStarted(world: World, policy: Policy, since: Date): Promise<readonly BulkState[]> {
  const started: BulkState[] = [];
  for (const issue of await world.bulkIssues.listSince(since)) {
    const { bulk } = await readBulkTrail(world, policy, issue);
    if (bulk?.status === 'started') started.push(bulk);
  }
  return started;
}

/** What bulk requests under way are still going to deactivate and delete. `begun`: all requests that users' trails hold. */
function countReserved(underWay: readonly BulkState[], begun: ReadonlySet<string>): number {
  const users = underWay.flatMap(({ id, requested }) =>
    requested.data.plan.users.filter(({ userId }) => !begun.has(userRequestId(id, userId))),
  );
  return countedIn(users);
}

/** Passwords that went, or are about to. */
function countPasswords({ requests }: FindingState, since: Date): number {
  return [...requests.values()].filter((request) => {
    if (!('started' in request) || request.started.at <= since) return false;
    const wasNotStarted = 'finished' in request && request.finished.data.ended === 'not started';
    return !wasNotStarted && deletesLoginProfile(request.requested.data.plan);
  }).length;
}

/** Whoever breaks a trail must not get room under the limit by it: every start that was sealed counts. */
async function beyondBreak(
  world: World,
  policy: Policy,
  { trail, state, ...finding }: FindingTrail,
): Promise<readonly SealedStart[]> {
  if (trail.state === 'intact') return [];
  const starts = await readSealedStarts(world, policy, finding);
  return starts.filter(({ requestId }) => !isStarted(state, requestId));
}

function isStarted({ requests }: FindingState, requestId: string): boolean {
  const request = requests.get(requestId);
  return request !== undefined && 'started' in request;
}
