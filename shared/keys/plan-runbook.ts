import { isIdle, keyIdleSince, passwordIdleSince } from './age.ts';
import type { UserSnapshot } from './user-snapshot.ts';

/** What a run of AWSConfigRemediation-RevokeUnusedIAMUserCredentials does to one user. */
export interface RunbookPlan {
  /** Ids of all keys that it sets Inactive, in order: also those that are not Active now. */
  readonly updates: readonly string[];
  /** Those of `updates` that are Active now. */
  readonly deactivates: readonly string[];
  /** Whether the console password goes. Nothing can bring it back. */
  readonly deletesLoginProfile: boolean;
  /** Whether the run ends Failed. That says nothing about `updates`: they are done before the failure. */
  readonly fails: boolean;
}

/**
 * Predicts the runbook, its traps included: it goes by last use and not by age, takes keys of any status, and
 * fails without a change when AWS Config does not record the user.
 *
 * With an age of 0 days and no login profile it deactivates the keys, then tries to delete the profile all the
 * same and fails.
 *
 * @param maxCredentialUsageAge whole days, the runbook's parameter (0 to 10,000).
 */
export function planRunbook(user: UserSnapshot, maxCredentialUsageAge: number, now: Date): RunbookPlan {
  if (user.configName === undefined) {
    return { updates: [], deactivates: [], deletesLoginProfile: false, fails: true };
  }
  const idleKeys = user.accessKeys.filter((key) => isIdle(keyIdleSince(key), maxCredentialUsageAge, now));
  const passwordSince = passwordIdleSince(user);
  return {
    updates: idleKeys.map(({ id }) => id),
    deactivates: idleKeys.filter(({ status }) => status === 'Active').map(({ id }) => id),
    deletesLoginProfile: passwordSince !== undefined && isIdle(passwordSince, maxCredentialUsageAge, now),
    fails: failsWithoutLoginProfile(user, maxCredentialUsageAge),
  };
}

/** The script takes a password that does not exist for one that was idle for 0 days. */
export function failsWithoutLoginProfile(user: UserSnapshot, maxCredentialUsageAge: number): boolean {
  return user.loginProfileCreatedAt === undefined && maxCredentialUsageAge === 0;
}
