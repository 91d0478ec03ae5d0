import type { Claim, Quorum, Reference } from './claims.ts';
import type { Entry } from './ledger.ts';
import type { Kind, Law } from './observed.ts';

/** What people approve, whether one user is meant or many. */
export interface Approvable {
  readonly requester: string;
  /** Whose quorum of the policy it takes. */
  readonly takes: Kind;
  readonly expiresAt: Date;
  readonly quorum: Quorum;
  readonly digest: string;
  /** Hash of its own envelope. */
  readonly recordedIn: string;
  /** With it, the approvals are those of a bulk request. */
  readonly bulk?: Reference;
  readonly approvedBy: Set<string>;
}

/**
 * A second approval of one person, or one that comes late, is no approval: it is not counted, and does no harm. Nor is
 * one that says to be of a bulk request and does not come with the request itself.
 */
export function takeApproval(
  request: Approvable,
  { actor, data }: Claim,
  { at, hash }: Entry,
  law: Law,
): string | undefined {
  if (at >= request.expiresAt || (request.bulk && hash !== request.recordedIn)) return undefined;
  if (actor.kind !== 'slack' || !law.members.includes(actor.id)) return `${actor.id} may approve nothing`;
  if (actor.id === request.requester && !law.selfApproval) return 'the requester approved';
  if (data.digest !== request.digest) return 'another plan was approved';
  if (!isSame(data.bulk, request.bulk)) return 'it was approved elsewhere';
  const entitled = [request.quorum.approvers, law.quorums[request.takes].approvers];
  if (!entitled.every((list) => isNamed(list, actor.id, law))) return `${actor.id} is no approver`;
  request.approvedBy.add(actor.id);
  return undefined;
}

/** What keeps this from being carried out. */
export function lacking(
  { approvedBy, quorum, takes, expiresAt }: Approvable,
  { at }: Pick<Entry, 'at'>,
  law: Law,
): string | undefined {
  if (at >= expiresAt) return 'it had expired';
  const needed = Math.max(quorum.count, law.quorums[takes].count);
  return approvedBy.size < needed ? `${approvedBy.size} people approved of ${needed}` : undefined;
}

/** What is wrong with how it was requested. */
export function wrongWish({ requester, quorum, takes }: Approvable, law: Law): string | undefined {
  if (quorum.count < law.quorums[takes].count) return 'it asks for fewer people than the policy';
  return law.members.includes(requester) ? undefined : `${requester} may request nothing`;
}

/** Whether one of those who might approve it, by the policy or by the request, or the requester. */
export function mayStop(request: Approvable, person: string, law: Law): boolean {
  const entitled = [...request.quorum.approvers, ...law.quorums[request.takes].approvers];
  return law.members.includes(person) && (person === request.requester || isNamed(entitled, person, law));
}

function isNamed(list: readonly string[], person: string, { groups }: Law): boolean {
  return list.some((name) => name === person || groups[name]?.includes(person));
}

function isSame(one: Reference | undefined, other: Reference | undefined): boolean {
  return (
    one?.issue === other?.issue && one?.requestId === other?.requestId && one?.approval === other?.approval
  );
}
