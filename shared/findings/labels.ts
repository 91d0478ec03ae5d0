import type { IssueRecord } from './ports.ts';

/** Marks every issue of the project: issues are listed by it. */
export const keyturnLabel = 'keyturn';

/** Hints for the Action that the issue's trail is worth reading. */
export const pendingLabel = 'keyturn:pending';
export const exemptLabel = 'keyturn:exempt';

/** The issue's trail is broken: another issue has taken its place. */
export const brokenLabel = 'keyturn:broken';

/** A key that a request deactivated became Active again, and nobody asked Keyturn for that. */
export const reactivatedLabel = 'reactivated';

/** GitHub does not distinguish upper and lower case in labels. */
export function hasLabel(issue: Pick<IssueRecord, 'labels'>, label: string): boolean {
  return issue.labels.some((present) => present.toLowerCase() === label.toLowerCase());
}

/** The labels that an issue of this scan bears: `keyturn` and the configured ones, each once. */
export function ownLabels(configured: readonly string[]): string[] {
  const byName = new Map([keyturnLabel, ...configured].map((label) => [label.toLowerCase(), label]));
  return [...byName.values()];
}

/** Those of the labels that the issue does not bear. */
export function missingLabels(issue: IssueRecord, wanted: readonly string[]): string[] {
  return wanted.filter((label) => !hasLabel(issue, label));
}
