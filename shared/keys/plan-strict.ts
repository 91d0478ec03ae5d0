import { evaluateUser } from './evaluate-user.ts';
import type { UserSnapshot } from './user-snapshot.ts';

/** What strict mode does: it sets these keys Inactive and touches nothing else. */
export interface StrictPlan {
  /** Ids of the keys that are Active and over age, in the order of the snapshot. */
  readonly deactivates: readonly string[];
}

/** Plans strict mode: every Active key over `maxAccessKeyAge` (whole days) goes, used or not. */
export function planStrict(user: UserSnapshot, maxAccessKeyAge: number, now: Date): StrictPlan {
  return { deactivates: evaluateUser(user, maxAccessKeyAge, now).overAge.map(({ key }) => key.id) };
}
