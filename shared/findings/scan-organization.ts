import { countOf } from '../keys/written-moments.ts';
import { type ConclusionPorts, conclude } from './conclude.ts';
import { listIssues, readTrails } from './first-look.ts';
import { issuesByAccount } from './issues-by-account.ts';
import { readMarker } from './marker.ts';
import { organizationWarnings } from './organization-warnings.ts';
import type { IssueRecord, OrganizationSource, Progress } from './ports.ts';
import type { ScanReport } from './report.ts';
import { reportOn } from './report-on.ts';
import type { FindingSettings } from './settings.ts';
import type { Subject } from './subject.ts';
import { hintedIssues } from './trails-to-read.ts';
import { visitAccounts } from './visit-accounts.ts';

export interface OrganizationPorts extends ConclusionPorts {
  readonly organization: OrganizationSource;
  readonly progress: Progress;
}

/**
 * One scan of all accounts of a Config aggregator. Only accounts with a NON_COMPLIANT user, or with an open issue that
 * has to be confirmed, are asked anything. What holds for one account in `scan` holds for each here by itself: one
 * that cannot be read is reported, its issues stay as they are, and the others go on. So do those of one that has left,
 * which is no reason to fail for good: nothing of it is asked for any more.
 *
 * Rejects with the port's KeyturnError when the issues, their trails or the aggregator cannot be read: then nothing was
 * written.
 */
export async function scanOrganization(
  ports: OrganizationPorts,
  settings: FindingSettings,
  now: Date,
): Promise<ScanReport> {
  const { progress } = ports;
  const terms = { settings, now, progress };
  const listed = await listIssues(ports.issues, terms);
  const organization = await ports.organization.readOrganization(openSubjects(listed));
  const { aggregator, ruleName, region, nonCompliant, withoutRule } = organization;
  const accounts = organization.accounts.size;
  progress.step(
    `The aggregator ${aggregator} shows ${countOf(accounts, 'account')}, ${nonCompliant.size} of them with NON_COMPLIANT users.`,
  );
  const byAccount = issuesByAccount(listed);
  const hinted = [...byAccount].flatMap(([accountId, issues]) => hintedIssues(issues, accountId));
  const holds = await readTrails(ports.holds, hinted, terms);
  const first = { listed, hinted, holds };
  const { examined, unreadable, left } = await visitAccounts(organization, byAccount, holds, terms);
  const conclusion = await conclude(examined, first, ports, terms);
  const scope = { kind: 'organization', aggregator, ruleName, region, accounts, withoutRule } as const;
  const warnings = organizationWarnings(organization, examined, left);
  return reportOn({ scope, first, unreadableAccounts: unreadable, warnings }, conclusion, terms);
}

function openSubjects(listed: readonly IssueRecord[]): Subject[] {
  return listed.filter(({ state }) => state === 'open').flatMap(({ body }) => readMarker(body) ?? []);
}
