import { exemptLabel, hasLabel, pendingLabel } from './labels.ts';
import type { IssueRecord } from './ports.ts';

/** What the decisions recorded on an issue forbid the scan to do. */
export interface IssueHold {
  /** A request is not finished yet: the issue is not closed. */
  readonly pendingRequest: boolean;
  /** Until then the keys of `exemptKeyIds` are no reason to open or reopen an issue. */
  readonly exemption?: Exemption;
}

export interface Exemption {
  readonly until: Date;
  readonly keyIds: readonly string[];
  /** Given by the person who asked for it. Untrusted text. */
  readonly reason?: string;
}

/** Whether the issue says that its trail is worth reading. */
export function hasHint(issue: IssueRecord): boolean {
  return hasLabel(issue, pendingLabel) || hasLabel(issue, exemptLabel);
}

/**
 * The hold on an issue. A hint is believed only as long as nobody has read the trail, and only in the careful
 * direction: `keyturn:pending` keeps the issue open, `keyturn:exempt` excuses nobody.
 */
export function holdOf(issue: IssueRecord, holds: ReadonlyMap<number, IssueHold>): IssueHold {
  return holds.get(issue.number) ?? { pendingRequest: hasLabel(issue, pendingLabel) };
}

/** The exemption when it is in force and covers all these keys: another key over age is news. */
export function exemptionFor(hold: IssueHold, keyIds: readonly string[], now: Date): Exemption | undefined {
  const { exemption } = hold;
  if (exemption === undefined || exemption.until <= now) return undefined;
  return keyIds.every((id) => exemption.keyIds.includes(id)) ? exemption : undefined;
}
