import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { type Message, message, section } from '../../shared/slack/message.ts';
import { md, plain } from '../../shared/slack/mrkdwn.ts';
import type { RequestState } from '../../shared/trail/state.ts';
import { whoMayApprove } from './people.ts';
import { modeNames } from './what-will-happen.ts';

/** Calls the approvers into the thread, once the request can be approved. */
export function approvalNeeded(request: RequestState, { finding }: TrailIssue): Message {
  const { plan, userName, quorum } = request.requested.data;
  const title = md`👀 ${plain(modeNames[plan.kind])} for ${userName} in ${finding.accountId} needs ${plain(quorum.count === 1 ? '1 approval' : `${quorum.count} approvals`)}`;
  return message(title, [section(md`${title} of ${whoMayApprove(request, quorum.approvers.length)}`)]);
}
