import { type Ages, isIdle, isOverAge, keyIdleSince, passwordIdleSince } from './age.ts';
import { failsWithoutLoginProfile } from './plan-runbook.ts';
import type { AccessKey, UserSnapshot } from './user-snapshot.ts';

/** Why strict mode deactivates a key (`overAge`) or leaves it alone. Limits are whole days. */
export type StrictKeyReason =
  | { readonly why: 'overAge' | 'withinAge'; readonly key: AccessKey; readonly maxAccessKeyAge: number }
  | { readonly why: 'notActive'; readonly key: AccessKey };

/** Why the runbook sets a key Inactive (`idle`, whatever its status) or leaves it alone. Limits are whole days. */
export type RunbookKeyReason =
  | { readonly why: 'idle'; readonly key: AccessKey; readonly maxCredentialUsageAge: number }
  | { readonly why: 'inUse'; readonly key: AccessKey }
  /** AWS Config does not record the user: the run fails before it changes anything. */
  | { readonly why: 'unrecorded'; readonly key: AccessKey };

/** Why the console password is deleted (`passwordIdle`) or kept. */
export type PasswordReason =
  | ({ readonly why: 'passwordIdle'; readonly maxCredentialUsageAge: number } & PasswordDates)
  | ({ readonly why: 'passwordInUse' } & PasswordDates)
  | { readonly why: 'passwordUnrecorded' }
  /** Strict mode touches access keys only. */
  | { readonly why: 'passwordOutOfScope' }
  | { readonly why: 'noPassword' }
  /** With an age of 0 days the runbook tries to delete the password that is not there, and its run ends Failed. */
  | { readonly why: 'noPasswordFails' };

export interface PasswordDates {
  readonly createdAt: Date;
  /** Absent: never used. */
  readonly lastUsedAt?: Date;
}

export type Reason = StrictKeyReason | RunbookKeyReason | PasswordReason;

/** What either mode would do to each credential of a user, and why. */
export interface PlanExplanation {
  /** All keys, in the order of the snapshot. */
  readonly keys: readonly {
    readonly key: AccessKey;
    readonly runbook: RunbookKeyReason;
    readonly strict: StrictKeyReason;
  }[];
  readonly password: { readonly runbook: PasswordReason; readonly strict: PasswordReason };
}

/** Explains planRunbook and planStrict, credential by credential. phraseReason puts a reason into words. */
export function explainPlan(user: UserSnapshot, ages: Ages, now: Date): PlanExplanation {
  return {
    keys: user.accessKeys.map((key) => ({
      key,
      runbook: runbookKeyReason(user, key, ages.maxCredentialUsageAge, now),
      strict: strictKeyReason(key, ages.maxAccessKeyAge, now),
    })),
    password: {
      runbook: runbookPasswordReason(user, ages.maxCredentialUsageAge, now),
      strict: { why: user.loginProfileCreatedAt ? 'passwordOutOfScope' : 'noPassword' },
    },
  };
}

export function strictKeyReason(key: AccessKey, maxAccessKeyAge: number, now: Date): StrictKeyReason {
  if (key.status !== 'Active') return { why: 'notActive', key };
  return { why: isOverAge(key, maxAccessKeyAge, now) ? 'overAge' : 'withinAge', key, maxAccessKeyAge };
}

export function runbookKeyReason(
  user: UserSnapshot,
  key: AccessKey,
  maxCredentialUsageAge: number,
  now: Date,
): RunbookKeyReason {
  if (user.configName === undefined) return { why: 'unrecorded', key };
  if (!isIdle(keyIdleSince(key), maxCredentialUsageAge, now)) return { why: 'inUse', key };
  return { why: 'idle', key, maxCredentialUsageAge };
}

function runbookPasswordReason(user: UserSnapshot, maxCredentialUsageAge: number, now: Date): PasswordReason {
  const { loginProfileCreatedAt: createdAt, passwordLastUsedAt: lastUsedAt } = user;
  const idleSince = passwordIdleSince(user);
  if (createdAt === undefined || idleSince === undefined) {
    const fails = user.configName !== undefined && failsWithoutLoginProfile(user, maxCredentialUsageAge);
    return { why: fails ? 'noPasswordFails' : 'noPassword' };
  }
  if (user.configName === undefined) return { why: 'passwordUnrecorded' };
  const dates = { createdAt, ...(lastUsedAt && { lastUsedAt }) };
  if (!isIdle(idleSince, maxCredentialUsageAge, now)) return { why: 'passwordInUse', ...dates };
  return { why: 'passwordIdle', maxCredentialUsageAge, ...dates };
}
