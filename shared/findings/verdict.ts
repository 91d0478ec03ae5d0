import type { Evidence } from '../keys/evidence.ts';
import type { Case } from './action.ts';
import { type Finding, findingOf } from './finding.ts';
import { type IssueHold, isExempt, type RemediatedKey, reactivatedKeys } from './hold.ts';
import type { IssueRecord, RuleSnapshot } from './ports.ts';

/** What a case comes to, if the evidence is right. */
export type Verdict =
  | { readonly kind: 'open'; readonly finding: Finding }
  | {
      readonly kind: 'reopen';
      readonly issue: IssueRecord;
      readonly finding: Finding;
      readonly reactivated: readonly RemediatedKey[];
    }
  | { readonly kind: 'close'; readonly issue: IssueRecord }
  /** The issue's state is right; its text and labels may not be. */
  | {
      readonly kind: 'refresh';
      readonly issue: IssueRecord;
      readonly reactivated: readonly RemediatedKey[];
    }
  | { readonly kind: 'leave'; readonly reason: string };

/** Judges a case by what IAM says of the user. */
export function judge(it: Case, evidence: Evidence, rule: RuleSnapshot, now: Date): Verdict {
  if (evidence.kind === 'unreadable') return leave(`IAM would not say: ${evidence.reason}`);
  const finding = findingOf(evidence, rule.maxAccessKeyAge, now);
  if (it.issue?.state === 'open') return judgeOpen(it.issue, it.hold, finding, evidence);
  if (it.issue?.state === 'closed') return judgeClosed(it.issue, it.hold, finding, evidence, now);
  return finding ? { kind: 'open', finding } : leave('IAM shows no Active key over age.');
}

function judgeOpen(
  issue: IssueRecord,
  hold: IssueHold,
  finding: Finding | undefined,
  evidence: Evidence,
): Verdict {
  if (finding) return { kind: 'refresh', issue, reactivated: reactivatedIn(finding, issue, hold) };
  if (!hold.pendingRequest) return { kind: 'close', issue };
  return evidence.kind === 'gone'
    ? leave('The user is gone, but a request is not finished yet.')
    : { kind: 'refresh', issue, reactivated: [] };
}

/** Closed issues without a finding are refreshed as long as Config names the user: they say that it is behind. */
function judgeClosed(
  issue: IssueRecord,
  hold: IssueHold,
  finding: Finding | undefined,
  evidence: Evidence,
  now: Date,
): Verdict {
  if (evidence.kind === 'gone') return leave('The user is gone.');
  if (finding === undefined) return { kind: 'refresh', issue, reactivated: [] };
  const keyIds = finding.overAge.map(({ id }) => id);
  return isExempt(hold, keyIds, now)
    ? leave('The keys over age are exempt.')
    : { kind: 'reopen', issue, finding, reactivated: reactivatedIn(finding, issue, hold) };
}

function reactivatedIn({ user }: Finding, issue: IssueRecord, hold: IssueHold): readonly RemediatedKey[] {
  const active = user.accessKeys.filter(({ status }) => status === 'Active');
  return reactivatedKeys(
    hold,
    issue,
    active.map(({ id }) => id),
  );
}

function leave(reason: string): Verdict {
  return { kind: 'leave', reason };
}
