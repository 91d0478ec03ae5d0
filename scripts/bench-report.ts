import { type AutomationFigures, automationTable } from './bench-automation-figures.ts';
import {
  awsRequests,
  type BenchRow,
  type Budget,
  budgetsOf,
  type Figures,
  memoryAllowed,
  memoryGrowth,
  ratiosOf,
} from './bench-figures.ts';
import { allowedInOrganization, type OrganizationRow, walkRequests } from './bench-organization-figures.ts';

const number = new Intl.NumberFormat('en-US');

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  // The first column names the row; the others are figures.
  const rules = heads.map((_, index) => (index === 0 ? '---' : '---:'));
  return [heads, rules, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function nameOf({ run, iamPerSecond }: Pick<BenchRow, 'run' | 'iamPerSecond'>): string {
  const who = run === 'walk' ? 'per-user walk' : `Keyturn, ${run}`;
  return iamPerSecond === undefined ? who : `${who}, IAM at ${iamPerSecond}/s`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

function cellsOf(figures: Figures, isWalk: boolean): string[] {
  return [
    number.format(awsRequests(figures)),
    isWalk ? '–' : number.format(figures.github),
    seconds(figures.awsMs),
    seconds(figures.wallMs),
    `${Math.round(figures.peakMemoryKiB / 1024)} MiB`,
    `${Math.round(figures.firstAwsMs)} ms`,
  ];
}

function costs(rows: readonly BenchRow[]): string {
  const heads = ['run', 'users', 'non-compliant'];
  const costHeads = [
    'AWS requests',
    'GitHub requests',
    'at AWS',
    'wall time',
    'peak memory',
    'first AWS request',
  ];
  const body = rows.map((row) => [
    nameOf(row),
    number.format(row.scale.users),
    number.format(row.scale.nonCompliant),
    ...(row.figures ? cellsOf(row.figures, row.run === 'walk') : costHeads.map(() => 'not run')),
  ]);
  return table([...heads, ...costHeads], body);
}

function budgets(all: readonly Budget[]): string {
  const body = all.map(({ run, users, asked, allowed, kept }) => [
    `Keyturn, ${run}`,
    number.format(users),
    number.format(asked),
    number.format(allowed),
    kept ? 'ok' : 'EXCEEDED',
  ]);
  return table(['run', 'users', 'AWS requests', 'at most', 'budget'], body);
}

function memory(rows: readonly BenchRow[]): string {
  const body = memoryGrowth(rows).map(({ run, ratio }) => [
    `Keyturn, ${run}`,
    `${ratio.toFixed(2)} ×`,
    `${memoryAllowed} ×`,
    ratio <= memoryAllowed ? 'ok' : 'EXCEEDED',
  ]);
  return table(['run', 'memory for the most users in that for the fewest', 'at most', 'budget'], body);
}

function ratios(rows: readonly BenchRow[]): string {
  const body = ratiosOf(rows).map((ratio) => [
    nameOf(ratio),
    number.format(ratio.users),
    `${ratio.requests.toFixed(1)} ×`,
    `${ratio.awsTime.toFixed(1)} ×`,
  ]);
  return table(['compared with', 'users', "the walk's AWS requests", "the walk's time at AWS"], body);
}

/** A column for each account, with the figures of its runs in their order. */
function operations(rows: readonly BenchRow[]): string {
  const plain = rows.flatMap(({ scale, run, iamPerSecond, figures }) =>
    figures && iamPerSecond === undefined ? { users: scale.users, run, aws: figures.aws } : [],
  );
  const runs = [...new Set(plain.map(({ run }) => run))].join(' / ');
  const sizes = [...new Set(plain.map(({ users }) => users))];
  const names = [...new Set(plain.flatMap(({ aws }) => Object.keys(aws)))].sort();
  const body = names.map((name) => [
    name,
    ...sizes.map((size) =>
      plain
        .filter(({ users }) => users === size)
        .map(({ aws }) => number.format(aws[name] ?? 0))
        .join(' / '),
    ),
  ]);
  const heads = sizes.map((size) => `${number.format(size)} users`);
  return `AWS requests by operation, ${runs}:\n\n${table(['operation', ...heads], body)}`;
}

/** What scans of organizations cost, beside a walk that is counted and not run. */
export function organizationTable(rows: readonly OrganizationRow[]): string {
  const heads = [
    'run',
    'accounts',
    'users',
    'with findings: accounts',
    'users',
    'AWS requests',
    'at most',
    'a walk would make',
    'GitHub requests',
    'at AWS',
    'wall time',
    'peak memory',
  ];
  const body = rows.map(({ scale, run, figures }) => {
    const { accounts, usersEach, accountsWithFindings, findingsEach } = scale;
    const [asked = '', ...others] = cellsOf(figures, false);
    return [
      `Keyturn, ${run}`,
      number.format(accounts),
      number.format(accounts * usersEach),
      number.format(accountsWithFindings),
      number.format(accountsWithFindings * findingsEach),
      asked,
      number.format(allowedInOrganization({ scale, run })),
      number.format(walkRequests(scale)),
      ...others.slice(0, 4),
    ];
  });
  return table(heads, body);
}

/** The benchmark's tables in markdown. */
export function benchTables(rows: readonly BenchRow[]): string {
  const all = budgetsOf(rows);
  return [costs(rows), budgets(all), memory(rows), ratios(rows), operations(rows)].join('\n\n');
}

export interface BenchContext {
  /** Such as `2 cores, linux x64, Node v24.21.0; load average at the start 0.2`. */
  readonly machine: string;
  readonly date: Date;
  /** Added to each answer of AWS. */
  readonly latencyMs: number;
  /** Of dist/index.js. */
  readonly bundleBytes: number;
}

/** The text of docs/performance.md. */
export function performancePage(
  rows: readonly BenchRow[],
  organization: readonly OrganizationRow[],
  automations: AutomationFigures,
  { machine, date, latencyMs, bundleBytes }: BenchContext,
): string {
  return `# Performance

Written by \`npm run bench -- --write\` on ${date.toISOString().slice(0, 10)}; ${machine}.

The built Action runs as a process against stand-ins of AWS and GitHub on the same machine. Each answer of AWS takes
${latencyMs} ms; GitHub answers at once. The bundle, dist/index.js, has ${(bundleBytes / 1e6).toFixed(2)} MB.

- **first scan**: no issues yet. **rescan**: at once, with nothing new. **a day later**: still nothing new. AWS keeps its
  credential report for four hours; for the first scan and a day later Keyturn asks for a new one and
  waits for it, here one second.
- **per-user walk**: lists the users, then asks for each one's keys and each key's last use, as many users at a time and
  with the same retries as Keyturn. It opens no issues.
- **IAM at 20/s**: AWS refuses what is more; refused calls are asked again and count again. The walk of 5,000 users is not
  run at that rate: it takes too long.
- **at AWS**: from the first AWS request to the last. **wall time** and **first AWS request**: from the start of the
  process. **peak memory**: resident. Other load on the machine lengthens times; it changes no other figure much.
- On github.com a first scan takes longer: Keyturn opens an issue every 0.75 seconds, to stay under GitHub's limits.

${benchTables(rows)}

## An organization

One scan of all accounts of a Config aggregator, as a dry run. For the rescan the repository has every issue that a first scan without a
limit opens. The per-user walk of every account is counted, not run: the role and the list of users in each account, the keys of each
user, the last use of each key.

${organizationTable(organization)}

## Many automations

The bot starts ${number.format(automations.count)} automations of the runbook in one account, one a second, each as long as AWS lets the script run at most, and
reports each when it has ended. Real SDKs against the stand-ins; what is waited for is counted and not waited for, what is worked for is
measured on this machine.

${automationTable(automations)}
`;
}
