import type { AccessKey, UserSnapshot } from './user-snapshot.ts';

/** The two limits that plans are made with, in whole days. */
export interface Ages {
  /** The Config rule's parameter: Active keys older than this are a finding, and strict deactivates them. */
  readonly maxAccessKeyAge: number;
  /** The runbook's parameter: keys and passwords idle for at least this long are what it acts on. */
  readonly maxCredentialUsageAge: number;
}

/** A day of 24 hours: ages are spans of time, so calendars, leap days and time zones have no part in them. */
const day = 24 * 60 * 60 * 1000;

/** Days from one moment to the other, rounded down; negative when `from` lies in the future. */
export function wholeDays(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / day);
}

/**
 * The moment from which a key is over age: when its age is *more than* `maxAccessKeyAge` whole days.
 *
 * Source: AWS calls maxAccessKeyAge the "maximum number of days without rotation" (AWS Config Developer Guide,
 * access-keys-rotated), and its texts speak of keys "more than" that old; the exact bound is undocumented. This
 * is the later one of the possible readings: no key is touched on the day on which AWS may still allow it.
 */
export function overAgeFrom(key: AccessKey, maxAccessKeyAge: number): Date {
  return new Date(key.createdAt.getTime() + (maxAccessKeyAge + 1) * day);
}

/** Whether the key's age is over the rule's limit, whatever its status. */
export function isOverAge(key: AccessKey, maxAccessKeyAge: number, now: Date): boolean {
  return now >= overAgeFrom(key, maxAccessKeyAge);
}

/**
 * The moment from which the runbook acts on a credential: when it was idle for *at least*
 * `maxCredentialUsageAge` whole days.
 *
 * Source: the script of AWSConfigRemediation-RevokeUnusedIAMUserCredentials.
 */
export function idleFrom(idleSince: Date, maxCredentialUsageAge: number): Date {
  return new Date(idleSince.getTime() + maxCredentialUsageAge * day);
}

/** Whether the runbook acts on a credential that was last used (or else created) at `idleSince`. */
export function isIdle(idleSince: Date, maxCredentialUsageAge: number, now: Date): boolean {
  return now >= idleFrom(idleSince, maxCredentialUsageAge);
}

/** Since when the key is idle: its last use or, never used, its creation. */
export function keyIdleSince(key: AccessKey): Date {
  return key.lastUsedAt ?? key.createdAt;
}

/**
 * Since when the console password is idle: its last use or, never used, the login profile's creation.
 * Undefined without a login profile, even when IAM still knows the last use of a password that was deleted.
 */
export function passwordIdleSince(user: UserSnapshot): Date | undefined {
  return user.loginProfileCreatedAt && (user.passwordLastUsedAt ?? user.loginProfileCreatedAt);
}
