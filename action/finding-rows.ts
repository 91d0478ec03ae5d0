import { code } from '../shared/findings/markdown.ts';
import type { IssueLink, ReportedFinding } from '../shared/findings/report.ts';
import { wholeDays } from '../shared/keys/age.ts';
import { planRunbook, type RunbookPlan } from '../shared/keys/plan-runbook.ts';
import { runbookObstacle } from '../shared/keys/runbook-obstacle.ts';
import type { AccessKey, UserSnapshot } from '../shared/keys/user-snapshot.ts';

/** Rows shown; the JSON file has all of them. */
const mostRows = 100;

/** One row for each key over age, oldest users first. `namesAccounts`: with the account of each. */
export function findingTable(
  findings: readonly ReportedFinding[],
  now: Date,
  namesAccounts: boolean,
): string {
  const rows = findings.flatMap(({ finding, ages, exemptions, issue }) => {
    const { user } = finding;
    const plan = planRunbook(user, ages.maxCredentialUsageAge, now);
    const endOf = new Map(exemptions.map(({ keyId, until }) => [keyId, until]));
    return finding.overAge.map((key) => {
      const age = `${wholeDays(key.createdAt, now)} days`;
      const cells = [
        ...(namesAccounts ? [code(user.accountId)] : []),
        code(user.userName),
        `${code(key.id)}${exemption(endOf.get(key.id))}`,
        age,
        lastUse(key),
        outcome(user, plan, key),
        link(issue),
      ];
      return `| ${cells.join(' | ')} |`;
    });
  });
  const rest = rows.length - mostRows;
  return [
    `${namesAccounts ? '| Account ' : ''}| User | Key | Age | Last used | The runbook would | Issue |`,
    `${namesAccounts ? '| --- ' : ''}| --- | --- | --: | --- | --- | --- |`,
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

function exemption(until: Date | undefined): string {
  return until === undefined ? '' : `, exempt until ${until.toISOString().slice(0, 10)}`;
}

/** Completes "The runbook would". */
function outcome(user: UserSnapshot, plan: RunbookPlan, key: AccessKey): string {
  switch (runbookObstacle(user)?.kind) {
    case 'renamed':
      return '**not be run**: AWS Config has another name for this user';
    case 'unrecorded':
      return '**fail**: AWS Config does not record this user';
    case undefined:
      return effect(plan, key);
  }
}

function effect(plan: RunbookPlan, key: AccessKey): string {
  const password = plan.deletesLoginProfile ? ', **delete the console password**' : '';
  const does = plan.deactivates.includes(key.id) ? 'deactivate it' : '**leave it Active**';
  return `${does}${plan.fails ? ', and fail' : ''}${password}`;
}
