import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { callbackIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import { limits } from '../../shared/slack/limits.ts';
import { context, type Modal, section, sections } from '../../shared/slack/message.ts';
import { code, join, md, moment, plain } from '../../shared/slack/mrkdwn.ts';
import type { RequestState } from '../../shared/trail/state.ts';
import type { Evidence } from './evidence.ts';
import { modal } from './modal.ts';
import { approvalsGiven, person } from './people.ts';
import { describeRun, modeNames, whatWillHappen } from './what-will-happen.ts';

export const approvalTitle = 'Approve a request';

/**
 * What somebody approves, from the trail and not from the card: every key and the password by name. Sending it is the
 * approval of this very plan, by its digest.
 *
 * @param needed how many more have to approve after this person, by the rights of this moment
 * @param evidence ages and last uses, read now; they inform, and the plan alone decides
 */
export function approvalModal(
  request: RequestState,
  issue: TrailIssue,
  needed: number,
  evidence?: Evidence,
): Modal {
  const { requested, expiresAt } = request;
  const { plan, userName, reason, digest, arn } = requested.data;
  return modal({
    title: approvalTitle,
    blocks: [
      section(md`*${plain(modeNames[plan.kind])} for* ${userName} in account ${issue.finding.accountId}`),
      ...sections(limits.effects, [md`*What will happen*`, ...whatWillHappen(plan, evidence)]),
      section(
        needed === 0
          ? md`Yours completes the quorum: *it starts at once*.`
          : md`It starts when ${needed} more approve after you.`,
        md`Asked by ${person(requested.actor)}: ${code(reason.trim() || 'no reason given', limits.prose)}`,
        md`${approvalsGiven(request)}; expires ${moment(expiresAt)}.`,
      ),
      context(
        join([issueLink(issue), md`plan ${digest.slice(0, 12)}`, code(arn, limits.prose)], ' · '),
        describeRun(plan),
        plan.kind === 'runbook' ? md`as role ${plan.roleArn}` : undefined,
      ),
    ],
    submit: {
      label: 'Approve',
      callbackId: callbackIds.approve,
      metadata: encodeValue('approval', { issue: issue.number, requestId: request.id, digest }),
    },
  });
}
