import type { Ages } from '../keys/age.ts';
import { planRunbook } from '../keys/plan-runbook.ts';
import { planStrict } from '../keys/plan-strict.ts';
import { runbookObstacle } from '../keys/runbook-obstacle.ts';
import type { AccessKey, UserSnapshot } from '../keys/user-snapshot.ts';
import type { ReportedFinding, ScanReport, UnreadableAccount } from './report.ts';

/**
 * The JSON that the output `findings` points to. The form is a contract: fields are added, never changed, as long
 * as `version` is 1. Dates are ISO-8601 UTC, ages whole days. Absent means unknown or never.
 */
export interface FindingsFile {
  readonly version: 1;
  readonly scannedAt: string;
  /** False: something could not be read or written, so findings may be missing. */
  readonly complete: boolean;
  /** Of a scan of one account. */
  readonly rule?: {
    readonly name: string;
    readonly arn: string;
    readonly accountId: string;
    readonly region: string;
    readonly maxAccessKeyAge: number;
  };
  /** Of a scan of an aggregator's accounts. */
  readonly organization?: {
    readonly aggregator: string;
    readonly ruleName: string;
    readonly region: string;
    /** How many the aggregator shows. */
    readonly accounts: number;
    /** Ids of accounts with IAM users in which the rule has no results. */
    readonly withoutRule: readonly string[];
    /** Nothing is known of their users' keys; their issues were left as they are. */
    readonly unreadable: readonly UnreadableAccount[];
  };
  readonly findings: readonly FindingEntry[];
  readonly actions: readonly {
    readonly kind: string;
    readonly accountId: string;
    readonly userId: string;
    readonly issue?: IssueEntry;
  }[];
  readonly unreadable: readonly {
    readonly accountId: string;
    readonly userId: string;
    readonly reason: string;
  }[];
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

export interface FindingEntry {
  readonly accountId: string;
  readonly userId: string;
  readonly userName: string;
  readonly arn: string;
  /** Of the rule in the account, whole days. */
  readonly maxAccessKeyAge: number;
  readonly keys: readonly KeyEntry[];
  readonly runbook: {
    readonly deactivates: readonly string[];
    readonly deletesLoginProfile: boolean;
    readonly fails: boolean;
    /** Why Keyturn does not run it at all; then nothing of the rest would happen. */
    readonly refused?: string;
  };
  readonly strict: { readonly deactivates: readonly string[] };
  readonly issue?: IssueEntry;
}

export interface KeyEntry {
  readonly id: string;
  readonly status: string;
  readonly overAge: boolean;
  /** Until then an approved exemption holds. */
  readonly exemptUntil?: string;
  readonly createdAt: string;
  readonly lastUsedAt?: string;
  readonly lastUsedService?: string;
  readonly lastUsedRegion?: string;
}

export interface IssueEntry {
  readonly number: number;
  readonly url: string;
}

/** The report as data for other programs. */
export function findingsFile(report: ScanReport): FindingsFile {
  return {
    version: 1,
    scannedAt: report.scannedAt.toISOString(),
    complete: report.complete,
    ...scopeOf(report),
    findings: report.findings.map((reported) => findingEntry(reported, report.scannedAt)),
    actions: report.actions.map(({ kind, subject, issue }) => ({
      kind,
      ...subject,
      ...(issue && { issue }),
    })),
    unreadable: report.unreadable.map(({ subject, reason }) => ({ ...subject, reason })),
    failures: report.failures,
    warnings: report.warnings,
  };
}

function scopeOf({ scope, unreadableAccounts }: ScanReport): Pick<FindingsFile, 'rule' | 'organization'> {
  if (scope.kind === 'organization') {
    const { kind, ...shown } = scope;
    return { organization: { ...shown, unreadable: unreadableAccounts } };
  }
  const { name, arn, accountId, region, maxAccessKeyAge } = scope.rule;
  return { rule: { name, arn, accountId, region, maxAccessKeyAge } };
}

function findingEntry({ finding, ages, exemptions, issue }: ReportedFinding, now: Date): FindingEntry {
  const { user, overAge } = finding;
  const endOf = new Map(exemptions.map(({ keyId, until }) => [keyId, until]));
  return {
    accountId: user.accountId,
    userId: user.userId,
    userName: user.userName,
    arn: user.arn,
    maxAccessKeyAge: ages.maxAccessKeyAge,
    keys: user.accessKeys.map((key) => keyEntry(key, overAge.includes(key), endOf.get(key.id))),
    runbook: runbookEntry(user, ages, now),
    strict: planStrict(user, ages.maxAccessKeyAge, now),
    ...(issue && { issue }),
  };
}

function runbookEntry(user: UserSnapshot, ages: Ages, now: Date): FindingEntry['runbook'] {
  const obstacle = runbookObstacle(user);
  if (obstacle?.kind === 'renamed') {
    const refused = `AWS Config records this user as ${obstacle.configName}.`;
    return { deactivates: [], deletesLoginProfile: false, fails: false, refused };
  }
  const { deactivates, deletesLoginProfile, fails } = planRunbook(user, ages.maxCredentialUsageAge, now);
  return { deactivates, deletesLoginProfile, fails };
}

function keyEntry(
  { createdAt, lastUsedAt, ...key }: AccessKey,
  overAge: boolean,
  exemptUntil: Date | undefined,
): KeyEntry {
  return {
    ...key,
    overAge,
    ...(exemptUntil && { exemptUntil: exemptUntil.toISOString() }),
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
  };
}
