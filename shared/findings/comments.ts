import type { AccessKey } from '../keys/user-snapshot.ts';
import { countOf } from '../keys/written-moments.ts';
import { limits } from './limits.ts';
import { code } from './markdown.ts';
import { day } from './render-keys.ts';

/** Why the issue is closed although IAM still knows the user. */
export function resolvedComment(maxAccessKeyAge: number, nonCompliant: boolean): string {
  const fact = `Closing: read live from IAM, no Active access key of this user is older than ${countOf(maxAccessKeyAge, 'day')}.`;
  return nonCompliant
    ? `${fact} AWS Config has not re-evaluated yet: it may call the user NON_COMPLIANT for up to a day.`
    : fact;
}

export function goneComment(userId: string): string {
  return `Closing: IAM has no user with the unique id ${code(userId)} any more.`;
}

export function reopenComment(overAge: readonly AccessKey[], maxAccessKeyAge: number): string {
  const keys = overAge
    .slice(0, limits.keysShown)
    .map(({ id, createdAt }) => `${code(id)} (created ${day(createdAt)})`)
    .join(' and ');
  return `Reopening: read live from IAM, ${keys} is Active and older than ${countOf(maxAccessKeyAge, 'day')}.`;
}

/** GitHub itself marks an issue as a duplicate by a comment that begins like this. */
export function duplicateComment(kept: number): string {
  return `Duplicate of #${kept}, which is about the same IAM user. Please go on there.`;
}
