/**
 * Measures the built Action on accounts of 50, 500 and 5,000 users beside a plain per-user walk, and on organizations
 * of 2,000 accounts, and the bot on 500 automations at once; prints tables in markdown, and exits 1 when something asks AWS
 * more often, or takes more memory, than its budget allows. `--json` prints JSON instead; `--only account`, `organization`
 * or `automations` does one part; `--write` does all and also writes docs/performance.md. Takes about fifteen minutes.
 */
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scales } from './bench-account.ts';
import { type AutomationFigures, automationTable, requestsAllowed } from './bench-automation-figures.ts';
import { measureAutomations } from './bench-automations.ts';
import {
  awsRequests,
  type BenchRow,
  budgetsOf,
  memoryAllowed,
  memoryGrowth,
  ratiosOf,
} from './bench-figures.ts';
import { benchOrganizationScans, organizationScales } from './bench-organization.ts';
import { exceededInOrganization, type OrganizationRow } from './bench-organization-figures.ts';
import { benchTables, organizationTable, performancePage } from './bench-report.ts';
import { type BenchRun, benchAccount, latencyMs } from './bench-runs.ts';

const root = resolve(import.meta.dirname, '..');
const throttledPerSecond = 20;
/** In users; a throttled walk of more would take many minutes. */
const largestThrottledWalk = 500;
const automationsAtOnce = 500;

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

async function measureManyAutomations(): Promise<AutomationFigures> {
  console.error(`${automationsAtOnce} automations …`);
  return measureAutomations(automationsAtOnce);
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
  automations: AutomationFigures | undefined,
  machine: string,
): string {
  const runs = rows.map((row) => ({
    ...row,
    ...(row.figures && { awsRequests: awsRequests(row.figures) }),
  }));
  return JSON.stringify(
    { machine, latencyMs, runs, budgets: budgetsOf(rows), ratios: ratiosOf(rows), organization, automations },
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
const does = (part: string): boolean => options.only === undefined || options.only === part;
const rows = does('account') ? await measureAll() : [];
const organization = does('organization') ? await measureOrganizations() : [];
const automations = does('automations') ? await measureManyAutomations() : undefined;
const tables = [
  ...(rows.length > 0 ? [benchTables(rows)] : []),
  ...(organization.length > 0 ? [organizationTable(organization)] : []),
  ...(automations ? [automationTable(automations)] : []),
].join('\n\n');
console.log(options.json ? asJson(rows, organization, automations, machine) : tables);
if (options.write && automations) {
  const bundleBytes = statSync(join(root, 'dist', 'index.js')).size;
  const context = { machine, date: new Date(), latencyMs, bundleBytes };
  writeFileSync(
    join(root, 'docs', 'performance.md'),
    performancePage(rows, organization, automations, context),
  );
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
const isGrown = memoryGrowth(rows).filter(({ ratio }) => ratio > memoryAllowed);
for (const { run, ratio } of isGrown)
  console.error(`The ${run} takes ${ratio.toFixed(1)} times the memory for the most users: EXCEEDED.`);
const isAskedOften = automations && automations.mostRequests > requestsAllowed(automations);
if (isAskedOften) console.error('Looking at the automations asked AWS more often than allowed: EXCEEDED.');
if (exceeded.length + exceededByMany.length + isGrown.length > 0 || isAskedOften) process.exitCode = 1;
