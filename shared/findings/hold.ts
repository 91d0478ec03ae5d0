import { exemptLabel, hasLabel, pendingLabel, reactivatedLabel } from '../trail/labels.ts';
import type { IssueRecord } from './ports.ts';

/** What the decisions recorded on an issue mean for the scan. */
export interface IssueHold {
  /** A request is not finished yet: the issue is not closed. */
  readonly pendingRequest: boolean;
  /** One for each key that has one. */
  readonly exemptions: readonly Exemption[];
  /** Keys that stay Inactive as far as anybody decided. */
  readonly remediated: readonly RemediatedKey[];
  /** Whether any decision stands on the issue: of two issues for one user that one is kept. */
  readonly isSealed: boolean;
  /** Why the trail is broken, one sentence. Then nothing else that it says counts. */
  readonly broken?: string;
}

/** Until then its key is no reason to reopen an issue. */
export interface Exemption {
  readonly keyId: string;
  readonly until: Date;
  /** Given by the person who asked for it. Untrusted text. */
  readonly reason: string;
}

/** A key that a request deactivated, and that no undo took back. */
export interface RemediatedKey {
  readonly keyId: string;
  readonly deactivatedAt: Date;
  /** Names are untrusted text. */
  readonly approvals: readonly { readonly name: string; readonly id: string; readonly at: Date }[];
}

/** Of an issue without decisions, or of none. */
export const noHold: IssueHold = { pendingRequest: false, exemptions: [], remediated: [], isSealed: false };

/** Whether the issue says that its trail is worth reading. */
export function hasHint(issue: IssueRecord): boolean {
  return hasLabel(issue, pendingLabel) || hasLabel(issue, exemptLabel);
}

/**
 * The hold on an issue. A hint is believed only as long as nobody has read the trail, and only in the careful
 * direction: `keyturn:pending` keeps the issue open, `keyturn:exempt` excuses nobody.
 */
export function holdOf(issue: IssueRecord, holds: ReadonlyMap<number, IssueHold>): IssueHold {
  return holds.get(issue.number) ?? { ...noHold, pendingRequest: hasLabel(issue, pendingLabel) };
}

/** The exemptions of these keys that are in force. */
export function exemptionsOf({ exemptions }: IssueHold, keyIds: readonly string[], now: Date): Exemption[] {
  return exemptions.filter(({ keyId, until }) => now < until && keyIds.includes(keyId));
}

/** Whether each of these keys is exempt: another key over age is news. */
export function isExempt(hold: IssueHold, keyIds: readonly string[], now: Date): boolean {
  const exempt = new Set(exemptionsOf(hold, keyIds, now).map(({ keyId }) => keyId));
  return keyIds.every((id) => exempt.has(id));
}

/**
 * The remediated keys among these Active ones. None while a request is unfinished, which may be the reason, and none
 * on an open issue that says so already.
 */
export function reactivatedKeys(
  hold: IssueHold,
  issue: IssueRecord,
  activeKeyIds: readonly string[],
): readonly RemediatedKey[] {
  const isTold = issue.state === 'open' && hasLabel(issue, reactivatedLabel);
  if (hold.pendingRequest || isTold) return [];
  return hold.remediated.filter(({ keyId }) => activeKeyIds.includes(keyId));
}
