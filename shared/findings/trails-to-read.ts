import type { Action } from './action.ts';
import { hasHint, type IssueHold } from './hold.ts';
import type { IssueRecord } from './ports.ts';
import { trackIssues } from './tracked-issues.ts';

/**
 * The issues of one account whose trails have a say before anything is planned: those that bear a hint, and of
 * several for one user all that may hold decisions. Issues that are labelled as broken already are passed over.
 */
export function hintedIssues(issues: readonly IssueRecord[], accountId: string): IssueRecord[] {
  return [...trackIssues(issues, accountId, new Map()).values()].flatMap(({ kept, duplicates }) => {
    const sound = kept ? [kept.issue, ...duplicates] : [];
    return sound.filter((issue) => hasHint(issue) || (duplicates.length > 0 && issue.comments > 0));
  });
}

/** The issues that would be reopened although nobody has read whether something was decided on them. */
export function issuesToReopen(
  actions: readonly Action[],
  holds: ReadonlyMap<number, IssueHold>,
): IssueRecord[] {
  return actions
    .filter((action) => action.kind === 'reopen')
    .map(({ issue }) => issue)
    .filter(({ number, comments }) => comments > 0 && !holds.has(number));
}
