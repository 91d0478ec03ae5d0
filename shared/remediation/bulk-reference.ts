import { hashOf } from '../trail/envelope.ts';
import type { RequestState } from '../trail/state.ts';
import type { Subject } from '../trail/subject.ts';
import type { BulkTrail } from './bulk-trail.ts';
import { nameUuid } from './name-uuid.ts';

/** How long after its start users of a bulk request are begun, in milliseconds. */
const beginnable = 24 * 3_600_000;

/** The id of one user's request: the same in any process, so that nobody is begun twice. */
export function userRequestId(bulkId: string, userId: string): string {
  return nameUuid(bulkId, userId);
}

/** The envelope of the last approval and the start, by the hash that requests refer to it with. */
export function startHashOf({ trail, bulk }: Pick<BulkTrail, 'trail' | 'bulk'>): string | undefined {
  if (!bulk || !('started' in bulk)) return undefined;
  const { seq } = bulk.started;
  const found = trail.envelopes.find(({ envelope }) => envelope.seq === seq);
  return found && hashOf(found.token);
}

/**
 * What is wrong with the approvals that a user's request says to have from a bulk request; undefined: that trail, as it
 * reads now, holds them for exactly this. Whether it was stopped since, `barOf` tells.
 */
export function referenceFault(
  request: Pick<RequestState, 'id' | 'requested' | 'approvals'>,
  subject: Subject,
  found: Pick<BulkTrail, 'bulk' | 'trail' | 'subject'>,
): string | undefined {
  const { bulk, trail } = found;
  const { digest, bulk: reference } = request.requested.data;
  if (trail.state === 'broken') return 'the trail of the bulk request is broken';
  if (!bulk || !('started' in bulk)) return 'the bulk request was not approved';
  const isPlace =
    reference?.issue === found.subject.issue &&
    subject.repositoryId === found.subject.repositoryId &&
    subject.accountId === found.subject.accountId;
  if (!isPlace) return 'the bulk request is another one';
  if (reference.requestId !== bulk.id || reference.approval !== startHashOf(found)) {
    return 'the bulk request has no such approval';
  }
  const user = bulk.requested.data.plan.users.find(({ userId }) => userId === subject.userId);
  if (user?.issue !== subject.issue || request.id !== userRequestId(bulk.id, user.userId)) {
    return 'the bulk request does not list this user';
  }
  if (user.digest !== digest) return 'the bulk request approved another plan';
  return namesOf(request) === namesOf(bulk) ? undefined : 'other people approved the bulk request';
}

/** Why nobody is begun any more, as the beginning of a sentence; undefined: users may be. */
export function barOf({ trail, bulk }: Pick<BulkTrail, 'trail' | 'bulk'>, now: Date): string | undefined {
  if (trail.state === 'broken') return 'The trail of the bulk request is broken';
  if (bulk?.status === 'stopped') return 'The bulk request was stopped';
  if (bulk?.status === 'finished') return 'The bulk request has ended';
  if (bulk?.status !== 'started') return 'The bulk request was not approved';
  const age = now.getTime() - bulk.started.at.getTime();
  return age < beginnable ? undefined : 'The bulk request started more than 24 hours ago';
}

/** Those that each user's request repeats: no policy asks for as many people. */
export function approvalsOf({ approvals }: Pick<RequestState, 'approvals'>): RequestState['approvals'] {
  return approvals.slice(0, 16);
}

function namesOf(voted: Pick<RequestState, 'approvals'>): string {
  return approvalsOf(voted)
    .map(({ actor }) => actor.id)
    .toSorted()
    .join(' ');
}
