import { hasLabel, keyturnLabel } from '../trail/labels.ts';
import type { IssueRecord } from './ports.ts';

/** The labels that an issue of this scan bears: `keyturn` and the configured ones, each once. */
export function ownLabels(configured: readonly string[]): string[] {
  const byName = new Map([keyturnLabel, ...configured].map((label) => [label.toLowerCase(), label]));
  return [...byName.values()];
}

/** Those of the labels that the issue does not bear. */
export function missingLabels(issue: IssueRecord, wanted: readonly string[]): string[] {
  return wanted.filter((label) => !hasLabel(issue, label));
}
