import type { Draft, TrailIssue } from '../../shared/remediation/ports.ts';
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
import type { Actor } from '../../shared/trail/events.ts';
import type { Plan } from '../../shared/trail/plan.ts';
import type { RequestState } from '../../shared/trail/state.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { approvalsGiven, person, whoMayApprove } from './people.ts';
import { statusLines, summarizeStatus } from './request-status.ts';
import { describeRun, modeNames, summarizePlan, whatWillHappen } from './what-will-happen.ts';

/** What every card of a request tells, recorded or not. */
interface Asked {
  readonly plan: Plan;
  readonly userName: string;
  readonly requester: Actor;
  readonly reason: string;
  readonly expiresAt: Date;
}

/** The card before anything is recorded: no buttons. */
export function draftCard(draft: Draft, now: Date): Message {
  const { issue, plan, user } = draft;
  const asked: Asked = { ...draft, userName: user.userName };
  return message(headline(asked, issue, md`is being requested`), [
    ...lead(asked, issue, evidenceOf(user, now)),
    context(
      md`The buttons appear when the request is recorded on ${issueLink(issue)}. If there are none after two minutes it was not recorded: ask again.`,
    ),
    footer(issue, expiryOf(asked), describeRun(plan)),
  ]);
}

/** The card of a recorded request, as the trail has it. Approve and Deny are on it while it is pending. */
export function requestCard(request: RequestState, issue: TrailIssue, evidence?: Evidence): Message {
  const { requested, expiresAt } = request;
  const { plan } = requested.data;
  const asked: Asked = { ...requested.data, requester: requested.actor, expiresAt };
  const isPending = request.status === 'pending';
  const isAhead = isPending || request.status === 'started';
  return message(headline(asked, issue, isAhead ? summarizePlan(plan) : summarizeStatus(request)), [
    ...(isAhead ? lead(asked, issue, evidence) : [heading(asked, issue)]),
    ...sections(limits.effects, statusLines(request)),
    ...(isPending ? decision(request, issue) : []),
    footer(
      issue,
      isPending ? expiryOf(asked) : undefined,
      describeRun(plan),
      md`plan ${requested.data.digest.slice(0, 12)}`,
    ),
  ]);
}

/** The card of a request that never came to be recorded. */
export function withdrawnCard(issue: TrailIssue): Message {
  const whom = md`${nameOf(issue)} in account ${issue.finding.accountId}`;
  return message(md`The request for ${whom} was withdrawn`, [
    section(
      md`*Withdrawn*: this request for ${whom} was not recorded, and nothing can be approved here.`,
      md`Nothing was done. ${issueLink(issue)} has what was recorded.`,
    ),
  ]);
}

function headline({ plan, userName }: Asked, issue: TrailIssue, what: Mrkdwn): Mrkdwn {
  return md`${plain(modeNames[plan.kind])} for ${userName} in ${issue.finding.accountId}: ${what}`;
}

function lead(asked: Asked, issue: TrailIssue, evidence: Evidence | undefined): Block[] {
  return [
    heading(asked, issue),
    ...sections(limits.effects, [md`*What will happen*`, ...whatWillHappen(asked.plan, evidence)]),
  ];
}

function heading({ plan, userName, requester, reason }: Asked, { finding }: TrailIssue): Block {
  const why = reason.trim() === '' ? md`no reason given` : code(reason, limits.prose);
  return section(
    md`*${plain(modeNames[plan.kind])} for* ${userName} in account ${finding.accountId}`,
    md`Asked by ${person(requester)}: ${why}`,
  );
}

function decision(request: RequestState, issue: TrailIssue): Block[] {
  const value = encodeValue('request', { issue: issue.number, requestId: request.id });
  return [
    section(md`${approvalsGiven(request)}. May approve: ${whoMayApprove(request)}`),
    actions(
      button({ label: 'Approve…', actionId: actionIds.openApproval, value, style: 'primary' }),
      button({ label: 'Deny…', actionId: actionIds.openDenial, value, style: 'danger' }),
    ),
  ];
}

function footer(issue: TrailIssue, ...more: readonly (Mrkdwn | undefined)[]): Block {
  return context(join([issueLink(issue), ...more.filter((part) => part !== undefined)], ' · '));
}

function expiryOf({ expiresAt }: Asked): Mrkdwn {
  return md`expires ${moment(expiresAt)}`;
}

function nameOf({ userName, finding }: TrailIssue): Mrkdwn {
  return code(userName ?? finding.userId, limits.name);
}
