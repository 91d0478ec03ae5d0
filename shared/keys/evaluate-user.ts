import { isOverAge, keyIdleSince, wholeDays } from './age.ts';
import type { AccessKey, UserSnapshot } from './user-snapshot.ts';

/** How one key stands against the Config rule. */
export interface KeyEvaluation {
  readonly key: AccessKey;
  /** Whole days since it was created. */
  readonly ageDays: number;
  /** Whole days since it was last used or, never used, created. */
  readonly idleDays: number;
  /** Why it is a finding (`overAge`) or none. The rule looks at Active keys only. */
  readonly verdict: 'overAge' | 'withinAge' | 'inactive' | 'expired';
}

export interface UserEvaluation {
  /** All keys, in the order of the snapshot. */
  readonly keys: readonly KeyEvaluation[];
  /** Those that make the user a finding: Active and over age. Empty: no finding. */
  readonly overAge: readonly KeyEvaluation[];
}

/** Evaluates a user's keys as ACCESS_KEYS_ROTATED does, with `maxAccessKeyAge` in whole days. */
export function evaluateUser(user: UserSnapshot, maxAccessKeyAge: number, now: Date): UserEvaluation {
  const keys = user.accessKeys.map((key) => ({
    key,
    ageDays: wholeDays(key.createdAt, now),
    idleDays: wholeDays(keyIdleSince(key), now),
    verdict: verdictOf(key, maxAccessKeyAge, now),
  }));
  return { keys, overAge: keys.filter(({ verdict }) => verdict === 'overAge') };
}

function verdictOf(key: AccessKey, maxAccessKeyAge: number, now: Date): KeyEvaluation['verdict'] {
  if (key.status === 'Inactive') return 'inactive';
  if (key.status === 'Expired') return 'expired';
  return isOverAge(key, maxAccessKeyAge, now) ? 'overAge' : 'withinAge';
}
