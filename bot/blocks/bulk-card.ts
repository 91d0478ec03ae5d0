import type { BulkDraft, BulkIssue, BulkView } from '../../shared/remediation/bulk-ports.ts';
import { actionIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import { limits } from '../../shared/slack/limits.ts';
import {
  actions,
  type Block,
  button,
  context,
  type Message,
  message,
  section,
  sections,
} from '../../shared/slack/message.ts';
import { code, join, type Mrkdwn, md, moment, plain } from '../../shared/slack/mrkdwn.ts';
import type { BulkPlan } from '../../shared/trail/bulk-plan.ts';
import type { BulkState } from '../../shared/trail/bulk-state.ts';
import type { Actor } from '../../shared/trail/events.ts';
import { bulkEffects, phraseUsers } from './bulk-plan.ts';
import { bulkStatusLines } from './bulk-status.ts';
import { approvalsGiven, person, whoMayApprove } from './people.ts';

interface Asked {
  readonly plan: BulkPlan;
  readonly requester: Actor;
  readonly reason: string;
  /** How many users with a finding are not in it. */
  readonly leftOut: number;
}

/** The card before anything is recorded: no buttons. */
export function draftBulkCard(draft: BulkDraft): Message {
  const { issue, expiresAt, leftOut } = draft;
  const asked = { ...draft, leftOut: leftOut.length };
  return message(headline(asked, issue, md`is being requested`), [
    ...lead(asked, issue),
    context(md`The buttons appear when the request is recorded on ${issueLink(issue)}.`),
    footer(issue, md`expires ${moment(expiresAt)}`),
  ]);
}

/** The card of a recorded bulk request, as its trail has it. */
export function bulkCard(view: BulkView, issue: BulkIssue): Message {
  const { bulk } = view;
  const { data, actor } = bulk.requested;
  const asked = { ...data, requester: actor };
  return message(headline(asked, issue, plain(bulk.status)), [
    ...lead(asked, issue),
    ...sections(limits.effects, bulkStatusLines(view)),
    ...buttons(bulk, issue),
    footer(
      issue,
      bulk.status === 'pending' ? md`expires ${moment(bulk.expiresAt)}` : undefined,
      md`plan ${data.digest.slice(0, 12)}`,
    ),
  ]);
}

/** The card of a bulk request that never came to be recorded. */
export function withdrawnBulkCard(issue: BulkIssue): Message {
  const what = md`this bulk request for account ${issue.accountId}`;
  return message(md`${what} was withdrawn`, [
    section(md`*Withdrawn*: ${what} was not recorded, so nothing can come of it.`, md`Nothing was done.`),
    footer(issue),
  ]);
}

function headline({ plan }: Asked, { accountId }: BulkIssue, what: Mrkdwn): Mrkdwn {
  return md`Bulk request for ${phraseUsers(plan)} in ${accountId}: ${what}`;
}

function lead({ plan, requester, reason, leftOut }: Asked, { accountId }: BulkIssue): Block[] {
  const why = reason.trim() === '' ? md`no reason given` : code(reason, limits.prose);
  return [
    section(
      md`*Bulk request for* ${phraseUsers(plan)} in account ${accountId}`,
      md`Asked by ${person(requester)}: ${why}`,
    ),
    section(md`*What will happen*`, ...bulkEffects(plan), md`• ${leftOut} more with a finding are left out`),
  ];
}

function buttons(bulk: BulkState, issue: BulkIssue): Block[] {
  const value = encodeValue('request', { issue: issue.number, requestId: bulk.id });
  if (bulk.status === 'started') {
    const { stopBulk: actionId } = actionIds;
    return [actions(button({ label: 'Stop: start nothing more', actionId, value, style: 'danger' }))];
  }
  if (bulk.status !== 'pending') return [];
  return [
    section(md`${approvalsGiven(bulk)}. May approve: ${whoMayApprove(bulk)}`),
    actions(
      button({ label: 'Approve…', actionId: actionIds.openBulkApproval, value, style: 'primary' }),
      button({ label: 'Deny…', actionId: actionIds.openBulkDenial, value, style: 'danger' }),
    ),
  ];
}

function footer(issue: BulkIssue, ...more: readonly (Mrkdwn | undefined)[]): Block {
  return context(join([issueLink(issue), ...more.filter((part) => part !== undefined)], ' · '));
}
