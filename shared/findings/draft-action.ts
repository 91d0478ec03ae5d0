import type { Evidence } from '../keys/evidence.ts';
import { reactivatedLabel } from '../trail/labels.ts';
import type { Action, Case } from './action.ts';
import { goneComment, reactivatedComment, reopenComment, resolvedComment } from './comments.ts';
import { type Finding, overAgeKeys } from './finding.ts';
import { exemptionsOf, type RemediatedKey } from './hold.ts';
import { missingLabels, ownLabels } from './labels.ts';
import { readMarker } from './marker.ts';
import type { IssueChange, IssueRecord, RuleSnapshot } from './ports.ts';
import { namesAnother, renderBody, renderTitle } from './render-issue.ts';
import { sameText } from './same-text.ts';
import { agesOf, type FindingSettings } from './settings.ts';
import type { Verdict } from './verdict.ts';

/** What is the same for all cases of a scan. */
export interface ScanContext {
  readonly rule: RuleSnapshot;
  readonly settings: FindingSettings;
  readonly now: Date;
}

/**
 * Turns a verdict into the action that carries it out.
 *
 * @param evidence what the verdict was given on, and what the issue's text is made from.
 */
export function draftAction(it: Case, verdict: Verdict, evidence: Evidence, context: ScanContext): Action {
  if (verdict.kind === 'leave') return nothing(it, verdict.reason);
  if (verdict.kind === 'open') return draftOpening(it, verdict.finding, context);
  const { subject } = it;
  const { issue } = verdict;
  const { maxAccessKeyAge } = context.rule;
  const reactivated = verdict.kind === 'close' ? [] : verdict.reactivated;
  const text = rewrite(it, issue, evidence, reactivated, context);
  switch (verdict.kind) {
    case 'refresh': {
      if (Object.keys(text).length === 0) return nothing(it, 'Nothing has changed.');
      const comment = reactivated.length > 0 && { comment: reactivatedComment(reactivated) };
      return { kind: 'update', subject, issue, ...comment, change: text };
    }
    case 'reopen': {
      const comment =
        reactivated.length > 0
          ? `Reopening: ${reactivatedComment(reactivated)}`
          : reopenComment(verdict.finding.overAge, maxAccessKeyAge);
      return { kind: 'reopen', subject, issue, comment, change: { ...text, state: 'open' } };
    }
    case 'close': {
      const comment =
        evidence.kind === 'gone'
          ? goneComment(subject.userId)
          : resolvedComment(maxAccessKeyAge, it.nonCompliant);
      const change = { ...text, state: 'closed', stateReason: 'completed' } as const;
      return { kind: 'close', subject, issue, comment, change };
    }
  }
}

export function nothing({ subject, issue }: Case, reason: string): Action {
  return { kind: 'nothing', subject, ...(issue && { issue }), reason };
}

function draftOpening(it: Case, finding: Finding, context: ScanContext): Action {
  const { labels, assignees } = context.settings;
  const title = renderTitle(finding.user);
  const body = bodyFor(it, finding, context);
  return {
    kind: 'open',
    subject: it.subject,
    finding,
    issue: { title, body, labels: ownLabels(labels), assignees },
  };
}

/**
 * What differs between the issue and what the Action would write. Once the issue is open its title is people's,
 * except that it names no other user and follows a renamed one. The text of a user who is gone stays as it was.
 */
function rewrite(
  it: Case,
  issue: IssueRecord,
  evidence: Evidence,
  reactivated: readonly RemediatedKey[],
  context: ScanContext,
): IssueChange {
  const labels =
    reactivated.length > 0 ? [...context.settings.labels, reactivatedLabel] : context.settings.labels;
  const missing = missingLabels(issue, ownLabels(labels));
  const addLabels = missing.length > 0 && { addLabels: missing };
  if (evidence.kind !== 'user') return { ...addLabels };
  const body = bodyFor(it, evidence, context);
  const before = readMarker(issue.body)?.remembered?.userName;
  const renamed = before !== undefined && before !== evidence.user.userName;
  const misnamed = renamed || namesAnother(issue.title, evidence.user);
  return {
    ...(misnamed && { title: renderTitle(evidence.user) }),
    ...(!sameText(body, issue.body) && { body }),
    ...addLabels,
  };
}

function bodyFor(
  it: Case,
  { user, remembered }: Pick<Finding, 'user' | 'remembered'>,
  { rule, settings, now }: ScanContext,
): string {
  const keyIds = overAgeKeys(user, rule.maxAccessKeyAge, now).map(({ id }) => id);
  const facts = {
    rule,
    ages: agesOf(rule, settings),
    user,
    ...(remembered && { remembered }),
    nonCompliant: it.nonCompliant,
    ownerTag: settings.ownerTag,
    exemptions: exemptionsOf(it.hold, keyIds, now),
    broken: it.broken,
  };
  return renderBody(facts, now);
}
