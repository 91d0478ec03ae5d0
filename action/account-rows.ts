import { code } from '../shared/findings/markdown.ts';
import type { ReportedFinding } from '../shared/findings/report.ts';
import { wholeDays } from '../shared/keys/age.ts';
import { countOf } from '../shared/keys/written-moments.ts';

/** Rows shown; the JSON file has all findings. */
const mostRows = 50;

/** One row for each account with findings, those with most of them first. */
export function accountTable(findings: readonly ReportedFinding[], now: Date): string {
  const byAccount = [...Map.groupBy(findings, ({ finding }) => finding.user.accountId)].toSorted(
    ([id, some], [otherId, others]) => others.length - some.length || id.localeCompare(otherId),
  );
  const rows = byAccount.map(([accountId, some]) => {
    const ages = some.map(({ finding }) => wholeDays(finding.overAge[0].createdAt, now));
    const limit = Math.min(...some.map((one) => one.ages.maxAccessKeyAge));
    const oldest = countOf(Math.max(...ages), 'day');
    return `| ${code(accountId)} | ${some.length} | ${oldest} | ${countOf(limit, 'day')} |`;
  });
  const rest = rows.length - mostRows;
  return [
    '| Account | Users | Oldest key | The rule allows |',
    '| --- | --: | --: | --: |',
    ...rows.slice(0, mostRows),
    ...(rest > 0 ? ['', `… and ${rest} more accounts.`] : []),
  ].join('\n');
}
