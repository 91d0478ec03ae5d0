import {
  type BallotDecision,
  decideBallot,
  groupsIn,
  isNamed,
  type Quorum,
  quorumFor,
  type RequestKind,
} from '../policy/approvals.ts';
import type { Policy } from '../policy/schema.ts';
import type { Actor } from '../trail/events.ts';
import type { World } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';

/** A pending request, of one user or of many, as far as rights go. */
export interface Votable {
  /** Whose approvers it takes. */
  readonly kind: RequestKind;
  /** As it was recorded with the request. */
  readonly quorum: Quorum;
  readonly requester: string;
  readonly approvals: readonly { readonly actor: Actor }[];
}

/** What one person's approval would come to, by the rights of this moment. */
export async function castBallot(
  world: World,
  policy: Policy,
  { kind, quorum: recorded, requester, approvals }: Votable,
  candidate: string,
): Promise<BallotDecision> {
  const current = quorumFor(policy, kind);
  return decideBallot({
    current,
    recorded,
    requester,
    approvedBy: await fullMembers(world, approvals),
    candidate,
    members: await world.directory.readMembers(groupsIn(current.approvers, recorded.approvers)),
  });
}

/**
 * Whether this person may deny or stop it: any one of those who might approve it, by the policy or by the request, or
 * the requester, who takes it back. Undefined: yes.
 */
export async function refuseDenier(
  world: World,
  policy: Policy,
  { kind, quorum, requester }: Votable,
  person: string,
): Promise<Refused | undefined> {
  if (person === requester) return undefined;
  const entitled = [...quorumFor(policy, kind).approvers, ...quorum.approvers];
  const right = isNamed(entitled, person, await world.directory.readMembers(groupsIn(entitled)));
  if (right === 'yes') return undefined;
  if (right === 'unknown') {
    return refuse('members-unknown', 'Slack does not say who is in the user groups that may deny this.');
  }
  return refuse('deny-not-entitled', 'You are neither the requester nor one of those who may approve this.');
}

/** Who approved before and still is a person of this workspace: user groups drop who left, a list of names does not. */
async function fullMembers({ directory }: World, approvals: Votable['approvals']): Promise<string[]> {
  const people: string[] = [];
  for (const { actor } of approvals) {
    if (await directory.isFullMember(actor.id)) people.push(actor.id);
  }
  return people;
}
