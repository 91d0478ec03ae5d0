import {
  type GroupMembers,
  groupsIn,
  isNamed,
  mayRequest,
  quorumFor,
  type RequestKind,
} from '../../shared/policy/approvals.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { Message } from '../../shared/slack/message.ts';
import { type WhoAmI, whoAmI } from '../blocks/whoami.ts';
import type { Bot } from '../bot.ts';

const kinds: readonly RequestKind[] = ['runbook', 'strict', 'undo', 'exempt'];

/** `/keys whoami`: rights by the policy and the user groups as they are now. */
export async function whoami({ world }: Bot, userId: string): Promise<Message> {
  const policy = await world.policies.read();
  const lists = kinds.map((kind) => quorumFor(policy, kind).approvers);
  const members = await world.directory.readMembers(groupsIn(policy.approvals.requesters, ...lists));
  return whoAmI({
    userId,
    // Others are refused before they get here.
    isFullMember: true,
    mayRequest: mayRequest(policy, userId, members),
    selfApproval: policy.approvals.selfApproval,
    approves: kinds.map((kind) => rightTo(kind, policy, userId, members)),
  });
}

function rightTo(
  kind: RequestKind,
  policy: Policy,
  userId: string,
  members: GroupMembers,
): WhoAmI['approves'][number] {
  const { approvers, count } = quorumFor(policy, kind);
  return {
    kind,
    count,
    right: isNamed(approvers, userId, members),
    through: approvers.filter((id) => id === userId || members.get(id)?.has(userId)),
  };
}
