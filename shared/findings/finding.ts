import { evaluateUser } from '../keys/evaluate-user.ts';
import type { Evidence, RememberedUser } from '../keys/evidence.ts';
import type { AccessKey, UserSnapshot } from '../keys/user-snapshot.ts';

/** A user whom AWS Config calls NON_COMPLIANT and who has an Active key over age in IAM's data. */
export interface Finding {
  readonly user: UserSnapshot;
  /** The Active keys over age, oldest first; never empty. */
  readonly overAge: readonly [AccessKey, ...AccessKey[]];
  /** For the marker. */
  readonly remembered?: RememberedUser;
}

/** The Active keys over age, oldest first. `maxAccessKeyAge` in whole days. */
export function overAgeKeys(user: UserSnapshot, maxAccessKeyAge: number, now: Date): AccessKey[] {
  return evaluateUser(user, maxAccessKeyAge, now)
    .overAge.map(({ key }) => key)
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** The finding of a user whom AWS Config calls NON_COMPLIANT; undefined when IAM's data show none. */
export function findingOf(
  evidence: Evidence | undefined,
  maxAccessKeyAge: number,
  now: Date,
): Finding | undefined {
  if (evidence?.kind !== 'user') return undefined;
  const [oldest, ...others] = overAgeKeys(evidence.user, maxAccessKeyAge, now);
  if (oldest === undefined) return undefined;
  const { user, remembered } = evidence;
  return { user, overAge: [oldest, ...others], ...(remembered && { remembered }) };
}

/** Orders findings by their oldest key, the oldest first. */
export function byOldestKey(a: Finding, b: Finding): number {
  return a.overAge[0].createdAt.getTime() - b.overAge[0].createdAt.getTime();
}
