import type { BulkIssue } from '../../shared/remediation/bulk-ports.ts';
import { callbackIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import { limits } from '../../shared/slack/limits.ts';
import { context, type Modal, section, sections } from '../../shared/slack/message.ts';
import { code, join, md, moment } from '../../shared/slack/mrkdwn.ts';
import type { BulkState } from '../../shared/trail/bulk-state.ts';
import { approvalTitle } from './approval-modal.ts';
import { bulkEffects, bulkUserLine, phraseUsers } from './bulk-plan.ts';
import { denialForm } from './deny-modal.ts';
import { modal } from './modal.ts';
import { approvalsGiven, person } from './people.ts';

/**
 * What somebody approves, from the trail and not from the card: every user by name, with the number of keys and whether
 * the password goes. Sending it is the approval of this very plan, by its digest.
 *
 * @param needed how many more have to approve after this person, by the rights of this moment
 */
export function bulkApprovalModal(bulk: BulkState, issue: BulkIssue, needed: number): Modal {
  const { requested, expiresAt, id: requestId } = bulk;
  const { plan, reason, digest } = requested.data;
  const { document, region, roleArn } = plan;
  return modal({
    title: approvalTitle,
    blocks: [
      section(
        md`*Bulk request for* ${phraseUsers(plan)} in account ${issue.accountId}`,
        ...bulkEffects(plan),
      ),
      ...sections(limits.bulkUsers, [md`*Each of them*`, ...plan.users.map(bulkUserLine)]),
      section(
        needed === 0
          ? md`Yours completes the quorum: *it starts at once*.`
          : md`It starts when ${needed} more approve after you.`,
        md`A user whose plan is another one when their turn comes is left alone.`,
        md`Asked by ${person(requested.actor)}: ${code(reason.trim() || 'no reason given', limits.prose)}`,
        md`${approvalsGiven(bulk)}; expires ${moment(expiresAt)}.`,
      ),
      context(
        join([issueLink(issue), md`plan ${digest.slice(0, 12)}`], ' · '),
        md`${document.name} version ${document.version} in ${region}`,
        md`as role ${roleArn}`,
      ),
    ],
    submit: {
      label: 'Approve',
      callbackId: callbackIds.approveBulk,
      metadata: encodeValue('approval', { issue: issue.number, requestId, digest }),
    },
  });
}

/** Asks why a bulk request is denied. */
export function bulkDenyModal(bulk: BulkState, issue: BulkIssue): Modal {
  const { plan } = bulk.requested.data;
  const what = md`*Bulk request for* ${phraseUsers(plan)} in account ${issue.accountId}, ${issueLink(issue)}`;
  return denialForm(what, callbackIds.denyBulk, { issue: issue.number, requestId: bulk.id });
}
