import { KeyturnError } from '../errors.ts';
import { countOf } from '../keys/written-moments.ts';
import { brokenLabel, hasLabel } from '../trail/labels.ts';
import { type ConclusionPorts, conclude } from './conclude.ts';
import { type Examined, examine, type Terms } from './examine.ts';
import { type FirstLook, listIssues, readTrails } from './first-look.ts';
import { holdOf } from './hold.ts';
import { inParallel } from './in-parallel.ts';
import { issuesByAccount } from './issues-by-account.ts';
import { limits } from './limits.ts';
import { readMarker } from './marker.ts';
import type { IssueRecord, Organization, OrganizationSource, Progress } from './ports.ts';
import type { ScanReport, UnreadableAccount } from './report.ts';
import { reportOn } from './report-on.ts';
import type { FindingSettings } from './settings.ts';
import type { Subject } from './subject.ts';
import { hintedIssues } from './trails-to-read.ts';

export interface OrganizationPorts extends ConclusionPorts {
  readonly organization: OrganizationSource;
  readonly progress: Progress;
}

type IssuesByAccount = ReadonlyMap<string, readonly IssueRecord[]>;

/**
 * One scan of all accounts of a Config aggregator. Only accounts with a NON_COMPLIANT user, or with an open issue that
 * has to be confirmed, are asked anything. What holds for one account in `scan` holds for each here by itself: one
 * that cannot be read is reported, its issues stay as they are, and the others go on.
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
  const { aggregator, ruleName, region, accounts, nonCompliant, withoutRule } = organization;
  progress.step(
    `The aggregator ${aggregator} shows ${countOf(accounts, 'account')}, ${nonCompliant.size} of them with NON_COMPLIANT users.`,
  );
  const byAccount = issuesByAccount(listed);
  const hinted = [...byAccount].flatMap(([accountId, issues]) => hintedIssues(issues, accountId));
  const holds = await readTrails(ports.holds, hinted, terms);
  const first = { listed, hinted, holds };
  const visits = await visitAll(organization, byAccount, first, terms);
  const examined = visits.flatMap((visit) => ('sight' in visit ? visit : []));
  const unreadableAccounts = visits.flatMap((visit) => ('sight' in visit ? [] : visit));
  const conclusion = await conclude(examined, first, ports, terms);
  const scope = { kind: 'organization', aggregator, ruleName, region, accounts, withoutRule } as const;
  const warnings = [...withoutRuleWarning(organization), ...warningsOf(examined)];
  return reportOn({ scope, first, unreadableAccounts, warnings }, conclusion, terms);
}

/** Accounts named in one warning; the findings file has all of them. */
const mostNamed = 20;

function withoutRuleWarning({ withoutRule, ruleName, region }: Organization): string[] {
  if (withoutRule.length === 0) return [];
  const rest = withoutRule.length - mostNamed;
  const named = `${withoutRule.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [
    `${countOf(withoutRule.length, 'account')} with IAM users and without results of the Config rule ${ruleName} in ${region}, so nothing was looked for there: ${named}. Deploy the rule (infra/member.yaml), or wait until it has been evaluated.`,
  ];
}

function warningsOf(examined: readonly Examined[]): string[] {
  return examined.flatMap(({ sight: { compliance } }) =>
    compliance.warnings.map((warning) => `Account ${compliance.rule.accountId}: ${warning}`),
  );
}

function openSubjects(listed: readonly IssueRecord[]): Subject[] {
  return listed.filter(({ state }) => state === 'open').flatMap(({ body }) => readMarker(body) ?? []);
}

function visitAll(
  organization: Organization,
  byAccount: IssuesByAccount,
  { holds }: FirstLook,
  terms: Terms,
): Promise<(Examined | UnreadableAccount)[]> {
  const toConfirm = [...byAccount].filter(([, issues]) => issues.some((issue) => isToConfirm(issue, holds)));
  const accountIds = new Set([
    ...organization.nonCompliant.keys(),
    ...toConfirm.map(([accountId]) => accountId),
  ]);
  return inParallel([...accountIds].toSorted(), limits.accountsAtOnce, (accountId) =>
    visit(organization, accountId, { issues: byAccount.get(accountId) ?? [], holds }, terms),
  );
}

/** Whether a scan that finds nothing about the issue's user has to look before it leaves the issue. */
function isToConfirm(issue: IssueRecord, holds: FirstLook['holds']): boolean {
  return issue.state === 'open' && !hasLabel(issue, brokenLabel) && !holdOf(issue, holds).pendingRequest;
}

async function visit(
  organization: Organization,
  accountId: string,
  known: { readonly issues: readonly IssueRecord[]; readonly holds: FirstLook['holds'] },
  terms: Terms,
): Promise<Examined | UnreadableAccount> {
  const step = (message: string) => terms.progress.step(`Account ${accountId}: ${message}`);
  try {
    const { compliance, users } = organization.account(accountId);
    const verdicts = await compliance.readCompliance();
    return await examine({ ...known, compliance: verdicts }, users, { ...terms, progress: { step } });
  } catch (error) {
    if (!(error instanceof KeyturnError)) throw error;
    step(error.fact);
    const { fact: reason, code, remedy } = error;
    const openIssues = known.issues.filter(({ state }) => state === 'open').length;
    const nonCompliant = organization.nonCompliant.get(accountId) ?? 0;
    return { accountId, reason, code, remedy, nonCompliant, openIssues };
  }
}
