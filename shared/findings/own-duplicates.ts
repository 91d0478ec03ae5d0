import type { Action } from './action.ts';
import type { IssueHold } from './hold.ts';
import { issuesByAccount } from './issues-by-account.ts';
import type { IssueLedger, IssueRecord } from './ports.ts';
import { draftDuplicates } from './set-aside.ts';
import { trackIssues } from './tracked-issues.ts';

/** A page of GitHub's list may be older than the next one: look back that much further, in milliseconds. */
const overlap = 60 * 60 * 1000;

/**
 * Looks at the issues again after opening some, and closes those for whose users another scan had opened one with
 * a lower number meanwhile. That scan finds its own number lower and does nothing.
 *
 * @param before what this scan listed first; GitHub's own clock in it says since when to look again.
 */
export async function findOwnDuplicates(
  opened: readonly IssueRecord[],
  before: readonly IssueRecord[],
  ledger: IssueLedger,
  holds: ReadonlyMap<number, IssueHold>,
): Promise<Action[]> {
  const again = await ledger.listIssues(lookAgainSince(before));
  const issues = new Map([...before, ...opened, ...again].map((issue) => [issue.number, issue]));
  const own = new Set(opened.map(({ number }) => number));
  const concerned = issuesByAccount(opened);
  return [...issuesByAccount([...issues.values()])]
    .filter(([accountId]) => concerned.has(accountId))
    .flatMap(([accountId, some]) =>
      [...trackIssues(some, accountId, holds)].flatMap(([userId, tracked]) =>
        draftDuplicates({ accountId, userId }, tracked, ({ number }) => own.has(number)),
      ),
    );
}

function lookAgainSince(before: readonly IssueRecord[]): Date | undefined {
  if (before.length === 0) return undefined;
  return new Date(Math.max(...before.map(({ updatedAt }) => updatedAt.getTime())) - overlap);
}
