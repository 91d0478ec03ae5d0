import type { Policy } from '../policy/schema.ts';
import type { Plan } from '../trail/plan.ts';
import { readFindingTrail } from './finding-trail.ts';
import type { World } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';

const day = 24 * 3_600_000;

/**
 * Whether the plan would deactivate more keys within 24 hours than the policy allows. Counted from all trails, started
 * requests included, so that a restart forgets nothing.
 */
export async function refuseOverLimit(
  world: World,
  policy: Policy,
  plan: Plan,
): Promise<Refused | undefined> {
  const wanted = 'deactivates' in plan ? plan.deactivates.length : 0;
  if (wanted === 0) return undefined;
  const limit = policy.limits.keysDeactivatedPerDay;
  const done = await countDeactivations(world, policy);
  if (done + wanted <= limit) return undefined;
  return refuse(
    'daily-limit',
    `${done} keys were deactivated within 24 hours, ${wanted} more are approved here, and the policy allows ${limit}.`,
  );
}

async function countDeactivations(world: World, policy: Policy): Promise<number> {
  const since = new Date(world.clock.now().getTime() - day);
  let count = 0;
  for (const issue of await world.issues.listSince(since)) {
    if (issue.comments === 0) continue;
    const { state } = await readFindingTrail(world, policy, issue);
    count += state.deactivations.filter(({ at }) => at > since).length;
  }
  return count;
}
