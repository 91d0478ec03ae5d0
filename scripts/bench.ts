/**
 * Measures the built Action on accounts of 50, 500 and 5,000 users beside a plain per-user walk, and on organizations
 * of 2,000 accounts; prints tables in markdown, and exits 1 when a scan asks AWS more often than its budget allows.
 * `--json` prints JSON instead; `--only account` or `--only organization` does one half; `--write` also writes
 * docs/performance.md. Takes about eight minutes.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scales } from './bench-account.ts';
import { awsRequests, type BenchRow, budgetsOf, ratiosOf } from './bench-figures.ts';
import { benchOrganizationScans, organizationScales } from './bench-organization.ts';
import { exceededInOrganization, type OrganizationRow } from './bench-organization-figures.ts';
import { benchTables, organizationTable, performancePage } from './bench-report.ts';
import { type BenchRun, benchAccount, latencyMs } from './bench-runs.ts';

const root = resolve(import.meta.dirname, '..');
const throttledPerSecond = 20;
/** In users; a throttled walk of more would take many minutes. */
const largestThrottledWalk = 500;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

/** Measures what the sources give, not an older bundle. */
function build(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('dist/index.js could not be built.');
}

function plannedRuns(): BenchRun[] {
  const plain = scales.map((scale) => ({
    scale,
    runs: ['first scan', 'rescan', 'rescan a day later', 'walk'] as const,
  }));
  const throttled = scales.slice(1).map((scale) => ({
    scale,
    runs: scale.users <= largestThrottledWalk ? (['first scan', 'walk'] as const) : (['first scan'] as const),
    iamPerSecond: throttledPerSecond,
  }));
  return [...plain, ...throttled];
}

async function measureOrganizations(): Promise<OrganizationRow[]> {
  const rows: OrganizationRow[] = [];
  for (const scale of organizationScales) {
    console.error(`${scale.accounts} accounts, ${scale.accountsWithFindings} with findings …`);
    rows.push(...(await benchOrganizationScans(scale)));
  }
  return rows;
}

async function measureAll(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const planned of plannedRuns()) {
    const { scale, runs, iamPerSecond } = planned;
    const rate = iamPerSecond === undefined ? '' : `, IAM at ${iamPerSecond}/s`;
    console.error(`${scale.users} users: ${runs.join(', ')}${rate} …`);
    rows.push(...(await benchAccount(planned)));
    if (!runs.includes('walk')) rows.push({ scale, run: 'walk', ...(iamPerSecond && { iamPerSecond }) });
  }
  return rows;
}

function asJson(
  rows: readonly BenchRow[],
  organization: readonly OrganizationRow[],
  machine: string,
): string {
  const runs = rows.map((row) => ({
    ...row,
    ...(row.figures && { awsRequests: awsRequests(row.figures) }),
  }));
  return JSON.stringify(
    { machine, latencyMs, runs, budgets: budgetsOf(rows), ratios: ratiosOf(rows), organization },
    undefined,
    2,
  );
}

/** With the load that others put on it: on a busy machine times mean little, requests mean the same. */
function describeMachine(): string {
  const [load = 0] = loadavg();
  const kind = `${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.version}`;
  return `${kind}; load average at the start ${load.toFixed(1)}`;
}

const machine = describeMachine();
build();
const rows = options.only === 'organization' ? [] : await measureAll();
const organization = options.only === 'account' ? [] : await measureOrganizations();
const tables = [
  ...(rows.length > 0 ? [benchTables(rows)] : []),
  ...(organization.length > 0 ? [organizationTable(organization)] : []),
].join('\n\n');
console.log(options.json ? asJson(rows, organization, machine) : tables);
if (options.write) {
  const page = performancePage(rows, organization, { machine, date: new Date(), latencyMs });
  writeFileSync(join(root, 'docs', 'performance.md'), page);
}
const exceeded = budgetsOf(rows).filter(({ kept }) => !kept);
for (const { users, run, asked, allowed } of exceeded)
  console.error(
    `The ${run} of ${users} users made ${asked} AWS requests: its budget of ${allowed} is EXCEEDED.`,
  );
const exceededByMany = exceededInOrganization(organization);
for (const { scale, run, figures } of exceededByMany)
  console.error(
    `The ${run} of ${scale.accounts} accounts made ${awsRequests(figures)} AWS requests: its budget is EXCEEDED.`,
  );
if (exceeded.length + exceededByMany.length > 0) process.exitCode = 1;
