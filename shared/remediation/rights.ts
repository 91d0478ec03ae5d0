import {
  type BallotRefusal,
  groupsIn,
  mayRequest,
  missingApprovers,
  type Quorum,
} from '../policy/approvals.ts';
import type { Policy } from '../policy/schema.ts';
import type { World } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';

/** Whether this person may request this, and whether enough others could approve it. Undefined: yes. */
export async function refuseRequester(
  world: World,
  policy: Policy,
  quorum: Quorum,
  person: string,
): Promise<Refused | undefined> {
  const guest = await refuseGuest(world, person);
  if (guest) return guest;
  const members = await world.directory.readMembers(groupsIn(policy.approvals.requesters, quorum.approvers));
  const right = mayRequest(policy, person, members);
  if (right === 'no')
    return refuse('requester-not-allowed', 'The policy names who may request, and not you.');
  const missing = missingApprovers(quorum, person, members);
  if (right === 'unknown' || missing === 'unknown') return membersUnknown();
  if (missing > 0) {
    return refuse(
      'quorum-out-of-reach',
      `The policy asks for ${quorum.count} approvals, and ${missing} of those who may approve are missing.`,
    );
  }
  return undefined;
}

export async function refuseGuest({ directory }: World, person: string): Promise<Refused | undefined> {
  if (await directory.isFullMember(person)) return undefined;
  return refuse('member-restricted', 'Guests, bots and people of other workspaces may decide nothing.');
}

export function refuseBallot(reason: BallotRefusal): Refused {
  switch (reason) {
    case 'already-approved':
      return refuse('approval-twice', 'You approved this request before.');
    case 'own-request':
      return refuse('approval-own-request', 'This is your own request.');
    case 'not-an-approver':
      return refuse('approval-not-entitled', 'You are not one of those who may approve this.');
    case 'members-unknown':
      return membersUnknown();
  }
}

function membersUnknown(): Refused {
  return refuse('members-unknown', 'Slack does not say who is in the user groups that may decide this.');
}
