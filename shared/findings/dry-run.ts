import type { IssueChange, IssueLedger, IssueRecord, NewIssue } from './ports.ts';

/** A write that a dry run kept back. */
export type KeptBack =
  | { readonly kind: 'open'; readonly issue: NewIssue }
  | { readonly kind: 'change'; readonly number: number; readonly change: IssueChange }
  | { readonly kind: 'comment'; readonly number: number; readonly body: string };

/** No issue of GitHub's has this number: it stands for one that a dry run would have opened. */
export const dryRunNumber = 0;

/** Reads through `ledger`, writes nothing, and tells `record` about each write instead. */
export function dryRun(ledger: IssueLedger, record: (write: KeptBack) => void): IssueLedger {
  return {
    listIssues: (since) => ledger.listIssues(since),
    readIssue: (number) => ledger.readIssue(number),
    async openIssue(issue) {
      record({ kind: 'open', issue });
      return unopened(issue);
    },
    async changeIssue(number, change) {
      record({ kind: 'change', number, change });
    },
    async comment(number, body) {
      record({ kind: 'comment', number, body });
    },
  };
}

function unopened(issue: NewIssue): IssueRecord {
  const base = { number: dryRunNumber, url: '', state: 'open', comments: 0, updatedAt: new Date(0) } as const;
  return { ...issue, ...base };
}
