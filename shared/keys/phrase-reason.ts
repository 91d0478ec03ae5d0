import type { PasswordDates, Reason } from './explain-plan.ts';
import type { AccessKey } from './user-snapshot.ts';
import { countOf, type WrittenMoments } from './written-moments.ts';

/**
 * Puts a reason into one plain line whose subject is the key or the password: "stays Active: used 3 hours ago
 * for s3 in us-east-1".
 *
 * Not escaped: the service and the region are AWS's text, so the caller escapes the whole line for the place
 * where it is shown.
 */
export function phraseReason(reason: Reason, moments: WrittenMoments): string {
  return `${phraseEffect(reason)}: ${phraseCause(reason, moments)}`;
}

function phraseEffect(reason: Reason): string {
  switch (reason.why) {
    case 'overAge':
      return 'is deactivated';
    case 'idle':
      return reason.key.status === 'Active' ? 'is deactivated' : `is ${reason.key.status}`;
    case 'withinAge':
    case 'notActive':
    case 'inUse':
    case 'unrecorded':
      return `stays ${reason.key.status}`;
    case 'passwordIdle':
      return 'is deleted';
    case 'passwordInUse':
    case 'passwordUnrecorded':
    case 'passwordOutOfScope':
      return 'is kept';
    case 'noPassword':
    case 'noPasswordFails':
      return 'is not affected';
  }
}

/** The part of phraseReason behind the colon: "used 3 hours ago for s3 in us-east-1". Not escaped. */
export function phraseCause(reason: Reason, moments: WrittenMoments): string {
  switch (reason.why) {
    case 'overAge':
      // Whether the key is in use is what an approver of strict mode has to know.
      return `older than ${limit(reason)}, ${created(reason.key, moments)}, ${usage(reason.key, moments)}`;
    case 'withinAge':
      return `not older than ${limit(reason)}, ${created(reason.key, moments)}`;
    case 'notActive':
      return 'strict mode touches Active keys only';
    case 'idle':
      return idleKeyCause(reason, moments);
    case 'inUse':
      return idleness(reason.key, moments);
    case 'passwordIdle':
      return `${idleFor(reason)}, ${idleness(reason, moments)}`;
    case 'passwordInUse':
      return idleness(reason, moments);
    case 'unrecorded':
    case 'passwordUnrecorded':
      return 'AWS Config does not record this user, so the runbook fails before it changes anything';
    case 'passwordOutOfScope':
      return 'strict mode touches access keys only';
    case 'noPassword':
      return 'the user has none';
    case 'noPasswordFails':
      return 'the user has none; with an age of 0 days the runbook tries to delete it all the same and ends Failed';
  }
}

function idleKeyCause(reason: Extract<Reason, { readonly why: 'idle' }>, moments: WrittenMoments): string {
  switch (reason.key.status) {
    case 'Active':
      return `${idleFor(reason)}, ${idleness(reason.key, moments)}`;
    case 'Inactive':
      return 'the runbook deactivates it once more and counts it as deactivated';
    case 'Expired':
      return 'the runbook tries to set it Inactive, and AWS does not document what comes of that';
  }
}

function limit(reason: { readonly maxAccessKeyAge: number }): string {
  return countOf(reason.maxAccessKeyAge, 'day');
}

function idleFor(reason: { readonly maxCredentialUsageAge: number }): string {
  return `idle for ${countOf(reason.maxCredentialUsageAge, 'day')} or more`;
}

function created(credential: PasswordDates | AccessKey, moments: WrittenMoments): string {
  return moments.created(credential.createdAt);
}

/** Its last use or, never used, its creation: what the runbook goes by. */
function idleness(credential: PasswordDates | AccessKey, moments: WrittenMoments): string {
  const used = usage(credential, moments);
  return credential.lastUsedAt ? used : `${used}, ${created(credential, moments)}`;
}

function usage(credential: PasswordDates | AccessKey, moments: WrittenMoments): string {
  if (!credential.lastUsedAt) return 'never used';
  return `${moments.used(credential.lastUsedAt)}${'id' in credential ? place(credential) : ''}`;
}

function place({ lastUsedService, lastUsedRegion }: AccessKey): string {
  return `${lastUsedService ? ` for ${lastUsedService}` : ''}${lastUsedRegion ? ` in ${lastUsedRegion}` : ''}`;
}
