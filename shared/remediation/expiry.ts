const hour = 3_600_000;

/** When a request made at `now` expires: what is approved may be carried out for one more hour after that. */
export type Expiry =
  | { readonly kind: 'expires'; readonly at: Date }
  | { readonly kind: 'too-late'; readonly planChangesAt: Date };

/**
 * @param planChangesAt when the plan would change by itself; undefined: never
 * @param afterHours the policy's `expireAfterHours`
 */
export function expiryOf(planChangesAt: Date | undefined, afterHours: number, now: Date): Expiry {
  const byPolicy = now.getTime() + afterHours * hour;
  if (!planChangesAt) return { kind: 'expires', at: new Date(byPolicy) };
  const byPlan = planChangesAt.getTime() - hour;
  if (byPlan <= now.getTime()) return { kind: 'too-late', planChangesAt };
  return { kind: 'expires', at: new Date(Math.min(byPolicy, byPlan)) };
}
