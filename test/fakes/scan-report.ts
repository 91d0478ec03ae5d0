import { findingOf } from '../../shared/findings/finding.ts';
import type { ReportedFinding, ScanReport } from '../../shared/findings/report.ts';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import { liveEvidence, ruleSnapshot } from './finding-data.ts';
import { ninetyDays, today, userSnapshot } from './user-snapshot.ts';

/** A whole scan of `today` that found nothing and did nothing. */
export function scanReport(changes: Partial<ScanReport> = {}): ScanReport {
  return {
    scope: { kind: 'account', rule: ruleSnapshot() },
    scannedAt: today,
    nonCompliant: 0,
    complete: true,
    evaluated: true,
    findings: [],
    actions: [],
    unreadableAccounts: [],
    unreadable: [],
    failures: [],
    withheld: [],
    deferred: [],
    warnings: [],
    ...changes,
  };
}

/** The finding of a user, with an issue of that number; throws when the user has no Active key over 90 days. */
export function reportedFinding(user: Partial<UserSnapshot> = {}, issue = 1): ReportedFinding {
  const finding = findingOf(liveEvidence(userSnapshot(user)), 90, today);
  if (finding === undefined) throw new Error('The user is no finding.');
  return { finding, ages: ninetyDays, exemptions: [], issue: issueLink(issue) };
}

export function issueLink(number: number) {
  return { number, url: `https://github.com/octo/keys/issues/${number}` };
}
