import { countOf } from '../keys/written-moments.ts';
import { type ConclusionPorts, conclude } from './conclude.ts';
import { examine } from './examine.ts';
import { listIssues, readTrails } from './first-look.ts';
import type { ComplianceSource, Progress, UserReader } from './ports.ts';
import type { ScanReport } from './report.ts';
import { reportOn } from './report-on.ts';
import type { FindingSettings } from './settings.ts';
import { hintedIssues } from './trails-to-read.ts';

/** Without `holds` trails cannot be verified, so a hint that a request is pending is believed. */
export interface ScanPorts extends ConclusionPorts {
  readonly compliance: ComplianceSource;
  readonly users: UserReader;
  readonly progress: Progress;
}

/**
 * One scan of one account: reads the Config rule, the users and the issues, decides, and writes to the issues.
 *
 * When some users could not be read it closes nothing, opens what it knows and reports the rest; when a write
 * fails the others go on. Rejects with the port's KeyturnError when the issues, their trails, the rule or the users
 * as a whole cannot be read: then nothing was written.
 */
export async function scan(ports: ScanPorts, settings: FindingSettings, now: Date): Promise<ScanReport> {
  const { progress } = ports;
  const terms = { settings, now, progress };
  const listed = await listIssues(ports.issues, terms);
  const compliance = await ports.compliance.readCompliance();
  const { rule, nonCompliantUserIds, warnings } = compliance;
  progress.step(
    `AWS Config calls ${countOf(nonCompliantUserIds.length, 'user')} NON_COMPLIANT, with keys older than ${countOf(rule.maxAccessKeyAge, 'day')}.`,
  );
  const hinted = hintedIssues(listed, rule.accountId);
  const holds = await readTrails(ports.holds, hinted, terms);
  const examined = await examine({ issues: listed, compliance, holds }, ports.users, terms);
  const first = { listed, hinted, holds };
  const conclusion = await conclude([examined], first, ports, terms);
  return reportOn(
    { scope: { kind: 'account', rule }, first, unreadableAccounts: [], warnings },
    conclusion,
    terms,
  );
}
