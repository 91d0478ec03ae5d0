import { isOverAge } from './age.ts';
import type { UserSnapshot } from './user-snapshot.ts';

/** What strict mode does: it sets these keys Inactive and touches nothing else. */
export interface StrictPlan {
  /** Ids of the keys that are Active and over age, in the order of the snapshot. */
  readonly deactivates: readonly string[];
}

/** Plans strict mode: every Active key over `maxAccessKeyAge` (whole days) goes, used or not. */
export function planStrict(user: UserSnapshot, maxAccessKeyAge: number, now: Date): StrictPlan {
  const overAge = user.accessKeys.filter(
    (key) => key.status === 'Active' && isOverAge(key, maxAccessKeyAge, now),
  );
  return { deactivates: overAge.map(({ id }) => id) };
}
