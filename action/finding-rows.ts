import { code } from '../shared/findings/markdown.ts';
import type { IssueLink, ReportedFinding } from '../shared/findings/report.ts';
import { type Ages, wholeDays } from '../shared/keys/age.ts';
import { planRunbook, type RunbookPlan } from '../shared/keys/plan-runbook.ts';
import type { AccessKey } from '../shared/keys/user-snapshot.ts';

/** Rows shown; the JSON file has all of them. */
const mostRows = 100;

/** One row for each key over age, oldest users first. */
export function findingTable(findings: readonly ReportedFinding[], ages: Ages, now: Date): string {
  const rows = findings.flatMap(({ finding, issue }) => {
    const plan = planRunbook(finding.user, ages.maxCredentialUsageAge, now);
    return finding.overAge.map((key) => {
      const age = `${wholeDays(key.createdAt, now)} days`;
      const cells = [
        code(finding.user.userName),
        code(key.id),
        age,
        lastUse(key),
        outcome(plan, key),
        link(issue),
      ];
      return `| ${cells.join(' | ')} |`;
    });
  });
  const rest = rows.length - mostRows;
  return [
    '| User | Key | Age | Last used | The runbook would | Issue |',
    '| --- | --- | --: | --- | --- | --- |',
    ...rows.slice(0, mostRows),
    ...(rest > 0 ? ['', `… and ${rest} more; the file of the output \`findings\` has them all.`] : []),
  ].join('\n');
}

/** The address is GitHub's own; anything else is not made a link. */
export function link(issue: IssueLink | undefined): string {
  if (issue === undefined) return '';
  return /^https?:\/\/[\w.:/-]+$/.test(issue.url) ? `[#${issue.number}](${issue.url})` : `#${issue.number}`;
}

function lastUse({ lastUsedAt, lastUsedService }: AccessKey): string {
  if (lastUsedAt === undefined) return 'never';
  const service = lastUsedService === undefined ? '' : `, ${code(lastUsedService)}`;
  return `${lastUsedAt.toISOString().slice(0, 10)}${service}`;
}

function outcome(plan: RunbookPlan, key: AccessKey): string {
  const password = plan.deletesLoginProfile ? ', **delete the console password**' : '';
  const does = plan.deactivates.includes(key.id) ? 'deactivate it' : '**leave it Active**';
  return `${does}${plan.fails ? ', and fail' : ''}${password}`;
}
