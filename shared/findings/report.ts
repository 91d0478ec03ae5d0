import type { ErrorCode } from '../errors.ts';
import type { Ages } from '../keys/age.ts';
import type { Action } from './action.ts';
import type { Finding } from './finding.ts';
import type { Exemption } from './hold.ts';
import type { RuleSnapshot } from './ports.ts';
import type { Subject } from './subject.ts';

/** What a scan found and did: everything that the log, the job summary and the outputs are made from. */
export interface ScanReport {
  readonly scope: ScanScope;
  readonly scannedAt: Date;
  /** How many users AWS Config calls NON_COMPLIANT; IAM may know better of some. */
  readonly nonCompliant: number;
  /** False when something could not be read or written: the scan cannot be trusted to be the whole picture. */
  readonly complete: boolean;
  /** False: AWS Config may have no results at all, so that no finding means nothing. */
  readonly evaluated: boolean;
  /** Oldest key first. */
  readonly findings: readonly ReportedFinding[];
  /** What was done to the issues (in a dry run: what would be), in order. */
  readonly actions: readonly ReportedAction[];
  /** Their issues are as they were. */
  readonly unreadableAccounts: readonly UnreadableAccount[];
  /** Users about whom IAM would not say anything. Their issues are as they were. */
  readonly unreadable: readonly { readonly subject: Subject; readonly reason: string }[];
  /** Writes that failed, and why. */
  readonly failures: readonly string[];
  /** Issues that would have been closed, had everything been readable. */
  readonly withheld: readonly IssueLink[];
  /** Findings that have no issue yet, because this scan had opened as many as it or GitHub allows. Oldest key first. */
  readonly deferred: readonly Finding[];
  readonly warnings: readonly string[];
}

/** What a scan was of. */
export type ScanScope =
  | { readonly kind: 'account'; readonly rule: RuleSnapshot }
  | {
      readonly kind: 'organization';
      readonly aggregator: string;
      readonly ruleName: string;
      readonly region: string;
      /** How many accounts the aggregator shows. */
      readonly accounts: number;
      /** Ids of those with IAM users in which the rule has no results. */
      readonly withoutRule: readonly string[];
    };

/** An account of an organization of which nothing is known but what the aggregator shows. */
export interface UnreadableAccount {
  readonly accountId: string;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly remedy: string;
  /** How many users AWS Config calls NON_COMPLIANT there. */
  readonly nonCompliant: number;
  /** How many open issues were left as they are. */
  readonly openIssues: number;
}

export interface ReportedFinding {
  readonly finding: Finding;
  /** Those of its account. */
  readonly ages: Ages;
  /** In force, of its keys over age. */
  readonly exemptions: readonly Exemption[];
  /** Absent: deferred, failed, or a dry run. */
  readonly issue?: IssueLink;
}

export interface ReportedAction {
  readonly kind: Exclude<Action['kind'], 'nothing'>;
  readonly subject: Subject;
  /** Absent: a new issue in a dry run. */
  readonly issue?: IssueLink;
  /** With `duplicate`: the issue that goes on. */
  readonly kept?: IssueLink;
}

export interface IssueLink {
  readonly number: number;
  readonly url: string;
}

/** Whether every key over age is exempt for now: then the finding is no news. */
export function isExcused({ finding, exemptions }: ReportedFinding): boolean {
  return finding.overAge.every(({ id }) => exemptions.some(({ keyId }) => keyId === id));
}

/** How many issues the scan opened, changed in text or state, and closed: the outputs of the Action. */
export function countActions({ actions }: ScanReport): { opened: number; updated: number; closed: number } {
  const count = (...kinds: ReportedAction['kind'][]) =>
    actions.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    opened: count('open'),
    updated: count('update', 'reopen'),
    closed: count('close', 'duplicate', 'broken'),
  };
}
