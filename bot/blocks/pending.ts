import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { actionIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import { limits } from '../../shared/slack/limits.ts';
import { type Block, button, context, type Message, message, section } from '../../shared/slack/message.ts';
import { md, moment, plain } from '../../shared/slack/mrkdwn.ts';
import type { RequestState } from '../../shared/trail/state.ts';
import type { OpenBulk } from '../open-bulks.ts';
import { phraseUsers } from './bulk-plan.ts';
import { approvalsGiven, whoMayApprove } from './people.ts';
import { modeNames, summarizePlan } from './what-will-happen.ts';

export interface WaitingRequest {
  readonly issue: TrailIssue;
  readonly request: RequestState;
}

/** `/keys pending`: what waits, and for whom; what expires first comes first. */
export function pendingList(waiting: readonly WaitingRequest[], bulks: readonly OpenBulk[] = []): Message {
  if (waiting.length === 0 && bulks.length === 0)
    return message(md`Nothing waits for approval`, [section(md`✅ Nothing waits for approval.`)]);
  const sorted = waiting.toSorted((a, b) => a.request.expiresAt.getTime() - b.request.expiresAt.getTime());
  const pending = bulks.filter(({ bulk }) => bulk.status === 'pending').length;
  const title = md`*Waiting for approval: ${waiting.length + pending}*`;
  return message(title, [
    section(title),
    ...bulks.slice(0, limits.bulksInList).map(bulkRow),
    ...sorted.slice(0, limits.requestsInList).map(row),
    sorted.length > limits.requestsInList
      ? context(md`and ${sorted.length - limits.requestsInList} more`)
      : undefined,
  ]);
}

function bulkRow({ issue, bulk }: OpenBulk): Block {
  const { plan } = bulk.requested.data;
  const what = md`*Bulk request for* ${phraseUsers(plan)} in ${issue.accountId}: *${plain(bulk.status)}*`;
  if (bulk.status !== 'pending') return section(md`${what} · ${issueLink(issue)}`);
  return {
    ...section(
      what,
      md`${approvalsGiven(bulk)}; waits for ${whoMayApprove(bulk, 5)}; expires ${moment(bulk.expiresAt)} · ${issueLink(issue)}`,
    ),
    accessory: button({
      label: 'Approve…',
      actionId: actionIds.openBulkApproval,
      value: encodeValue('request', { issue: issue.number, requestId: bulk.id }),
    }),
  };
}

function row({ issue, request }: WaitingRequest): Block {
  const { plan, userName } = request.requested.data;
  return {
    ...section(
      md`*${plain(modeNames[plan.kind])} for* ${userName} in ${issue.finding.accountId}: ${summarizePlan(plan)}`,
      md`${approvalsGiven(request)}; waits for ${whoMayApprove(request, 5)}; expires ${moment(request.expiresAt)} · ${issueLink(issue)}`,
    ),
    accessory: button({
      label: 'Approve…',
      actionId: actionIds.openApproval,
      value: encodeValue('request', { issue: issue.number, requestId: request.id }),
    }),
  };
}
