import type { Evidence } from '../keys/evidence.ts';
import type { Case, Confirmation, Step } from './action.ts';
import { draftAction, nothing, type ScanContext } from './draft-action.ts';
import { holdOf, type IssueHold, noHold } from './hold.ts';
import { readMarker } from './marker.ts';
import type { Compliance, IssueRecord } from './ports.ts';
import { draftBroken, draftDuplicates } from './set-aside.ts';
import type { FindingSettings } from './settings.ts';
import type { Subject } from './subject.ts';
import { type TrackedIssues, trackIssues } from './tracked-issues.ts';
import { judge, type Verdict } from './verdict.ts';

export interface PlanInput {
  readonly compliance: Compliance;
  /** By user id, for each user whom AWS Config calls NON_COMPLIANT. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** With the label `keyturn`: all, or those about this account. */
  readonly issues: readonly IssueRecord[];
  /** By issue number, for the issues whose trail was read and could be judged. */
  readonly holds: ReadonlyMap<number, IssueHold>;
  readonly settings: FindingSettings;
  readonly now: Date;
}

/**
 * Plans what a scan does to the issues of one account, without a look at the world. Whatever would close or reopen an issue, or call
 * a key reactivated, on evidence that may be some hours old is a confirmation: `settle` it with a live read.
 */
export function plan(input: PlanInput): readonly Step[] {
  const { compliance, settings, now } = input;
  const context = { rule: compliance.rule, settings, now };
  const tracked = trackIssues(input.issues, compliance.rule.accountId, input.holds);
  const nonCompliant = new Set(compliance.nonCompliantUserIds);
  const userIds = [...nonCompliant.union(new Set(tracked.keys()))].toSorted();
  return userIds.flatMap((userId) => {
    const subject = { accountId: compliance.rule.accountId, userId };
    const issues = tracked.get(userId) ?? noIssues;
    const it = caseOf(subject, nonCompliant.has(userId), issues, input);
    // An issue is not closed while a request on it is not finished.
    const isFree = (issue: IssueRecord) => !holdOf(issue, input.holds).pendingRequest;
    return [
      stepFor(it, context),
      ...draftDuplicates(subject, issues, isFree),
      ...draftBroken(subject, issues, input.holds),
    ];
  });
}

const noIssues: TrackedIssues = { duplicates: [], broken: [] };

/** What is known of a user about whom nothing was read. */
export function unread(subject: Subject): Evidence & { readonly kind: 'unreadable' } {
  return { kind: 'unreadable', ...subject, reason: 'nothing was read about this user.' };
}

function caseOf(subject: Subject, nonCompliant: boolean, issues: TrackedIssues, input: PlanInput): Case {
  const issue = issues.kept?.issue;
  return {
    subject,
    nonCompliant,
    ...(nonCompliant && { evidence: input.evidence.get(subject.userId) ?? unread(subject) }),
    ...(issue && { issue }),
    hold: issue ? holdOf(issue, input.holds) : noHold,
    broken: issues.broken.map(({ number }) => number),
  };
}

function stepFor(it: Case, context: ScanContext): Step {
  const { evidence, issue, hold } = it;
  if (evidence === undefined) {
    if (issue?.state !== 'open') return nothing(it, 'AWS Config does not name the user.');
    return hold.pendingRequest ? nothing(it, 'A request is not finished yet.') : confirm(it, issue);
  }
  const verdict = judge(it, evidence, context.rule, context.now);
  return needsLiveRead(verdict) && !isLive(evidence)
    ? confirm(it, verdict.issue)
    : draftAction(it, verdict, evidence, context);
}

type Weighty = Extract<Verdict, { readonly kind: 'close' | 'reopen' | 'refresh' }>;

/** A report of some hours ago also shows keys Active that a request has deactivated since. */
function needsLiveRead(verdict: Verdict): verdict is Weighty {
  if (verdict.kind === 'refresh') return verdict.reactivated.length > 0;
  return verdict.kind === 'close' || verdict.kind === 'reopen';
}

function isLive(evidence: Evidence): boolean {
  return evidence.kind === 'user' && evidence.source === 'live';
}

function confirm(it: Case, issue: IssueRecord): Confirmation {
  const remembered = readMarker(issue.body)?.remembered?.userName;
  const userName = it.evidence?.kind === 'user' ? it.evidence.user.userName : remembered;
  return { kind: 'confirm', subject: it.subject, issue, case: it, ...(userName && { userName }) };
}
