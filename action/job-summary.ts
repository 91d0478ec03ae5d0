import { ruleUrl } from '../shared/findings/console-links.ts';
import { code } from '../shared/findings/markdown.ts';
import type { ScanReport, ScanScope } from '../shared/findings/report.ts';
import { countOf } from '../shared/keys/written-moments.ts';
import { minuteOf } from '../shared/trail/text.ts';
import { accountTable } from './account-rows.ts';
import { ageBands, bandChart, bandTable } from './age-bands.ts';
import { changeTable } from './changes.ts';
import { findingTable, link } from './finding-rows.ts';
import { prose } from './prose.ts';

/** GitHub drops a step's summary that is larger. */
export const mostSummaryBytes = 1024 * 1024;
/** Entries shown of each list of troubles. */
const mostEntries = 50;

/** The scan as a page for people, in GitHub's markdown. Everything from AWS and GitHub is inert in it. */
export function renderJobSummary(report: ScanReport, dryRun: boolean): string {
  const sections = [
    heading(report),
    dryRun ? '> **Dry run:** this is what would be done. Nothing was written.' : '',
    report.complete ? '' : incompleteNote(report, dryRun),
    changeTable(report, dryRun),
    troubles(report),
    ...(report.findings.length > 0 ? findingSections(report) : []),
  ];
  return cutTo(`${sections.filter(Boolean).join('\n\n')}\n`, mostSummaryBytes);
}

function findingSections({ findings, scope, scannedAt }: ScanReport): string[] {
  const bands = ageBands(findings, scannedAt);
  const isOrganization = scope.kind === 'organization';
  return [
    bandChart(bands),
    bandTable(bands),
    isOrganization ? `### Accounts\n\n${accountTable(findings, scannedAt)}` : '',
    `### Findings\n\n${findingTable(findings, scannedAt, isOrganization)}`,
  ];
}

function heading(report: ScanReport): string {
  const { scope, scannedAt } = report;
  return [`## Keyturn: ${headline(report)}`, '', `${scopeText(scope)} · ${minuteOf(scannedAt)}`].join('\n');
}

function scopeText(scope: ScanScope): string {
  if (scope.kind === 'organization') {
    const { ruleName, aggregator, accounts, region } = scope;
    return `Config rule ${code(ruleName)} · aggregator ${code(aggregator)} with ${countOf(accounts, 'account')} · ${code(region)}`;
  }
  const { rule } = scope;
  const limit = `more than ${countOf(rule.maxAccessKeyAge, 'day')}`;
  return `Config rule [${code(rule.name)}](${ruleUrl(rule)}) (${limit}) · account ${code(rule.accountId)} · ${code(rule.region)}`;
}

/** Claims no more than the scan knows. */
function headline({ findings, complete, evaluated }: ScanReport): string {
  const count = findings.length;
  if (count > 0) {
    const users = `${countOf(count, 'user')} ${count === 1 ? 'has' : 'have'} access keys over age`;
    return complete ? users : `at least ${users}`;
  }
  if (!complete) return 'the scan could not see everything';
  return evaluated ? 'no access key is over age' : 'the Config rule has no results to go by';
}

function incompleteNote({ withheld }: ScanReport, dryRun: boolean): string {
  const kept = withheld.slice(0, mostEntries).map(link).join(' ');
  const closings = withheld.length === 0 ? '' : ` Not closed for that reason: ${kept}.`;
  return `> **This is not the whole picture**: not everything could be read${dryRun ? '' : ' or written'}.${closings}`;
}

function troubles({ unreadableAccounts, unreadable, failures, warnings, scope }: ScanReport): string {
  const isOrganization = scope.kind === 'organization';
  return [
    listOf(
      'Accounts that could not be read',
      unreadableAccounts.map(
        ({ accountId, reason, remedy, nonCompliant, openIssues }) =>
          `${code(accountId)}: ${prose(reason)} ${prose(remedy)} AWS Config calls ${countOf(nonCompliant, 'user')} NON\\_COMPLIANT there; ${countOf(openIssues, 'open issue')} left as before.`,
      ),
    ),
    listOf(
      'Could not be read',
      unreadable.map(
        ({ subject, reason }) =>
          `${isOrganization ? `${code(subject.accountId)} ` : ''}${code(subject.userId)}: ${prose(reason)}`,
      ),
    ),
    listOf('Could not be written', failures.map(prose)),
    listOf('Warnings', warnings.map(prose)),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function listOf(title: string, entries: readonly string[]): string {
  if (entries.length === 0) return '';
  const rest = entries.length - mostEntries;
  const lines = entries.slice(0, mostEntries).map((entry) => `- ${entry}`);
  return [`### ${title}`, '', ...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}

/** Cuts whole lines from the end until the text has at most that many bytes, and says so. */
export function cutTo(markdown: string, mostBytes: number): string {
  if (Buffer.byteLength(markdown) <= mostBytes) return markdown;
  const notice =
    '\n… cut here: GitHub shows at most 1 MiB. The file of the output `findings` has everything.\n';
  const start = Buffer.from(markdown).subarray(0, mostBytes - Buffer.byteLength(notice));
  return start.subarray(0, start.lastIndexOf('\n') + 1).toString() + notice;
}
