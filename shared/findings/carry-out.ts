import type { Action } from './action.ts';
import type { IssueLedger, IssueNow, IssueRecord } from './ports.ts';
import { sameText } from './same-text.ts';

export type Doing = Exclude<Action, { readonly kind: 'nothing' }>;

/**
 * Carries one action out. Before anything is explained in a comment the issue is read again: when somebody changed its
 * state or labels or commented on it since the scan listed it, it is left to the next scan. A comment that is already
 * the last one, because what follows it failed the last time, is not written twice.
 *
 * Undefined: the issue was left.
 */
export async function carryOut(action: Doing, ledger: IssueLedger): Promise<IssueRecord | undefined> {
  if (action.kind === 'open') return ledger.openIssue(action.issue);
  const { issue, comment, change } = action;
  if (comment !== undefined) {
    const now = await ledger.readIssue(issue.number);
    if (hasChanged(issue, now)) return undefined;
    if (!sameText(now.lastComment ?? '', comment)) await ledger.comment(issue.number, comment);
  }
  await ledger.changeIssue(issue.number, change);
  return issue;
}

/** A transferred issue answers under another address. */
function hasChanged(before: IssueRecord, { issue: now }: IssueNow): boolean {
  return (
    now.url !== before.url ||
    now.state !== before.state ||
    now.comments !== before.comments ||
    new Set(now.labels).symmetricDifference(new Set(before.labels)).size > 0
  );
}
