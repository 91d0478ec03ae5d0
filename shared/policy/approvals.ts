import type { Policy } from './schema.ts';

/** What can be requested and approved. */
export type RequestKind = 'runbook' | 'strict' | 'undo' | 'exempt';

/** Who has to approve one request. Recorded with the request, so that a later policy can only add to it. */
export interface Quorum {
  /** Ids of Slack user groups (S…) and people (U…, W…). */
  readonly approvers: readonly string[];
  /** How many different people. */
  readonly count: number;
  readonly selfApproval: boolean;
}

/**
 * Who is in which user group, by the group's id, as Slack says now. A group that is not there is unknown (Slack did
 * not answer): nobody gains a right from it, and nobody is told to have none.
 */
export type GroupMembers = ReadonlyMap<string, ReadonlySet<string>>;

export interface Ballot {
  /** What the policy says now. */
  readonly current: Quorum;
  /** What it said when the request was made. */
  readonly recorded: Quorum;
  readonly requester: string;
  /** The people who approved before, by Slack id. */
  readonly approvedBy: readonly string[];
  /** The person who approves now. */
  readonly candidate: string;
  readonly members: GroupMembers;
}

export type BallotDecision =
  /** With this approval the quorum is complete. */
  | { readonly kind: 'allowed' }
  /** This approval counts; so many more people are needed. */
  | { readonly kind: 'needs-more'; readonly missing: number }
  | { readonly kind: 'refused'; readonly reason: BallotRefusal };

export type BallotRefusal = 'already-approved' | 'own-request' | 'not-an-approver' | 'members-unknown';

export type Right = 'yes' | 'no' | 'unknown';

/** The quorum that the policy asks for now. Undo and exempt fall back to strict's. */
export function quorumFor({ approvals }: Policy, kind: RequestKind): Quorum {
  const { approvers, count } = approvals[kind] ?? approvals.strict;
  return { approvers: [...approvers].sort(), count, selfApproval: approvals.selfApproval };
}

/**
 * Decides one approval. Total: every input has an answer. Both quorums, the current and the recorded one, must grant
 * the right, to this person now and again to everybody who approved before; the larger count holds.
 */
export function decideBallot(ballot: Ballot): BallotDecision {
  const { current, recorded, candidate, approvedBy } = ballot;
  if (approvedBy.includes(candidate)) return { kind: 'refused', reason: 'already-approved' };
  if (isBarred(ballot, candidate)) return { kind: 'refused', reason: 'own-request' };
  const own = rightIn(ballot, candidate);
  if (own === 'no') return { kind: 'refused', reason: 'not-an-approver' };

  const earlier = [...new Set(approvedBy)]
    .filter((person) => !isBarred(ballot, person))
    .map((person) => rightIn(ballot, person));
  if (own === 'unknown' || earlier.includes('unknown')) return { kind: 'refused', reason: 'members-unknown' };
  const standing = earlier.filter((right) => right === 'yes').length + 1;
  const missing = Math.max(current.count, recorded.count) - standing;
  return missing > 0 ? { kind: 'needs-more', missing } : { kind: 'allowed' };
}

/** Whether the list (of user groups and people) names this person, directly or by a group. */
export function isNamed(list: readonly string[], person: string, members: GroupMembers): Right {
  if (list.includes(person)) return 'yes';
  const groups = list.filter(isGroup);
  if (groups.some((group) => members.get(group)?.has(person))) return 'yes';
  return groups.every((group) => members.has(group)) ? 'no' : 'unknown';
}

/** Whether this full member of the workspace may request. */
export function mayRequest({ approvals }: Policy, person: string, members: GroupMembers): Right {
  return approvals.requesters.length === 0 ? 'yes' : isNamed(approvals.requesters, person, members);
}

/** How many people a request still lacks, were everybody who may approve it to do so; 0: it can be approved. */
export function missingApprovers(
  quorum: Quorum,
  requester: string,
  members: GroupMembers,
): number | 'unknown' {
  const groups = quorum.approvers.filter(isGroup);
  const people = new Set(quorum.approvers.filter((id) => !isGroup(id)));
  for (const group of groups) for (const person of members.get(group) ?? []) people.add(person);
  if (!quorum.selfApproval) people.delete(requester);
  const missing = Math.max(quorum.count - people.size, 0);
  return missing > 0 && groups.some((group) => !members.has(group)) ? 'unknown' : missing;
}

/** The user groups whose members have to be known to decide about these lists. */
export function groupsIn(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat().filter(isGroup))].sort();
}

function isGroup(id: string): boolean {
  return id.startsWith('S');
}

function isBarred({ current, recorded, requester }: Ballot, person: string): boolean {
  return person === requester && !(current.selfApproval && recorded.selfApproval);
}

function rightIn({ current, recorded, members }: Ballot, person: string): Right {
  const rights = [current, recorded].map(({ approvers }) => isNamed(approvers, person, members));
  if (rights.includes('no')) return 'no';
  return rights.includes('unknown') ? 'unknown' : 'yes';
}
