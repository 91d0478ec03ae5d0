import type { AccessKey } from '../keys/user-snapshot.ts';
import { countOf } from '../keys/written-moments.ts';
import type { RemediatedKey } from './hold.ts';
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
  const verb = overAge.length === 1 ? 'is' : 'are';
  return `Reopening: read live from IAM, ${keys} ${verb} Active and older than ${countOf(maxAccessKeyAge, 'day')}.`;
}

/** Keys that Keyturn deactivated and that somebody, or something, has set Active again. */
export function reactivatedComment(keys: readonly RemediatedKey[]): string {
  return [
    `${keys.map(({ keyId }) => code(keyId)).join(' and ')} ${keys.length === 1 ? 'is' : 'are'} Active again, read live from IAM, and nobody asked Keyturn to undo ${keys.length === 1 ? 'its' : 'their'} deactivation.`,
    ...keys.map(
      ({ keyId, deactivatedAt, approvals }) =>
        `- ${code(keyId)} was deactivated on ${day(deactivatedAt)}; approved by ${approvals.map(approval).join(' and ')}`,
    ),
    '',
    'What usually does this is infrastructure as code: Terraform sets the `status` of an `aws_iam_access_key` back to Active, its default, at every apply. Take the key out of that code, or say `status = "Inactive"` there, before this user is remediated again. CloudTrail names the caller: look for the event `UpdateAccessKey`.',
  ].join('\n');
}

function approval({ name, id, at }: RemediatedKey['approvals'][number]): string {
  return `${code(name)} (Slack ${code(id)}) on ${day(at)}`;
}

/** `reason`: one sentence. */
export function brokenComment(reason: string): string {
  return `**The trail of this issue is broken.** ${reason} What was decided here cannot be proved any more, so nothing is remediated on this issue. While the finding holds, another issue takes its place and links to this one. Whoever may edit comments of this repository can have done it: find out who did.`;
}

/** GitHub itself marks an issue as a duplicate by a comment that begins like this. */
export function duplicateComment(kept: number): string {
  return `Duplicate of #${kept}, which is about the same IAM user. Please go on there.`;
}
