import type { ReportedFinding } from '../shared/findings/report.ts';
import { wholeDays } from '../shared/keys/age.ts';
import { planRunbook } from '../shared/keys/plan-runbook.ts';
import { runbookObstacle } from '../shared/keys/runbook-obstacle.ts';

/** The Active keys over age whose age lies within some days. */
export interface AgeBand {
  /** Days, such as `91-180` or `731+`. */
  readonly label: string;
  readonly keys: number;
  readonly users: number;
  /** Keys that a run of the runbook today would leave Active, because they were used, or it fails or is not run. */
  readonly leftActive: number;
}

interface AgedKey {
  readonly userId: string;
  readonly age: number;
  readonly leftActive: boolean;
}

/** Whole days at which bands end, after the rule's own limit. */
const ends = [180, 365, 730];

/** Bands from the youngest to the oldest, empty ones too; they begin where the strictest rule does. */
export function ageBands(findings: readonly ReportedFinding[], now: Date): AgeBand[] {
  const keys = findings.flatMap((reported) => agedKeys(reported, now));
  const limit = findings.reduce((least, { ages }) => Math.min(least, ages.maxAccessKeyAge), Infinity);
  const bounds = [limit, ...ends.filter((end) => end > limit)];
  return bounds.map((over, index) => {
    const upTo = bounds[index + 1] ?? Number.POSITIVE_INFINITY;
    const within = keys.filter(({ age }) => age > over && age <= upTo);
    return {
      label: Number.isFinite(upTo) ? `${over + 1}-${upTo}` : `${over + 1}+`,
      keys: within.length,
      users: new Set(within.map(({ userId }) => userId)).size,
      leftActive: within.filter(({ leftActive }) => leftActive).length,
    };
  });
}

function agedKeys({ finding, ages }: ReportedFinding, now: Date): AgedKey[] {
  const { user, overAge } = finding;
  const { deactivates } = planRunbook(user, ages.maxCredentialUsageAge, now);
  const isRun = runbookObstacle(user) === undefined;
  return overAge.map(({ id, createdAt }) => ({
    userId: `${user.accountId}/${user.userId}`,
    age: wholeDays(createdAt, now),
    leftActive: !isRun || !deactivates.includes(id),
  }));
}

export function bandTable(bands: readonly AgeBand[]): string {
  const rows = bands.map(
    ({ label, keys, users, leftActive }) =>
      `| ${label.replace('-', '–')} | ${keys} | ${users} | ${leftActive} |`,
  );
  return [
    '| Age in days | Keys | Users | Left Active by the runbook |',
    '| --- | --: | --: | --: |',
    ...rows,
  ].join('\n');
}

/** A mermaid chart of the same; its text is numbers alone, so nothing from outside reaches mermaid. */
export function bandChart(bands: readonly AgeBand[]): string {
  const highest = Math.max(1, ...bands.map(({ keys }) => keys));
  return [
    '```mermaid',
    'xychart-beta',
    '  title "Active keys over age"',
    `  x-axis "age in days" [${bands.map(({ label }) => `"${label}"`).join(', ')}]`,
    `  y-axis "keys" 0 --> ${highest}`,
    `  bar [${bands.map(({ keys }) => keys).join(', ')}]`,
    '```',
  ].join('\n');
}
