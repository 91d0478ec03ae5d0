import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { startAws } from '../../sandbox/aws/start.ts';
import { benchWorld, maxAccessKeyAge, type Scale, scales } from '../../scripts/bench-account.ts';
import { automationTable } from '../../scripts/bench-automation-figures.ts';
import { measureAutomations } from '../../scripts/bench-automations.ts';
import {
  allowedRequests,
  type BenchRow,
  budgetsOf,
  type Figures,
  memoryGrowth,
  ratiosOf,
} from '../../scripts/bench-figures.ts';
import { benchOrganization, benchOrganizationScans } from '../../scripts/bench-organization.ts';
import {
  allowedInOrganization,
  exceededInOrganization,
  walkRequests,
} from '../../scripts/bench-organization-figures.ts';
import { measureProcess } from '../../scripts/bench-process.ts';
import { benchTables, organizationTable, performancePage } from '../../scripts/bench-report.ts';
import { walkUsers } from '../../scripts/bench-walk.ts';
import { clientsOf } from '../sandbox/aws-clients.ts';

const small: Scale = { users: 40, nonCompliant: 8, neverUsedPasswords: 2 };

function figures(aws: Record<string, number>, more: Partial<Figures> = {}): Figures {
  return { aws, github: 13, wallMs: 2_500, awsMs: 500, firstAwsMs: 240.4, peakMemoryKiB: 204_800, ...more };
}

const firstScan: BenchRow = {
  scale: small,
  run: 'first scan',
  figures: figures({ ListAccessKeys: 8, GetLoginProfile: 2 }),
};
const rescan: BenchRow = { scale: small, run: 'rescan', figures: figures({ GetCredentialReport: 13 }) };
const dayLater: BenchRow = {
  scale: small,
  run: 'rescan a day later',
  figures: figures({ GetCredentialReport: 99 }),
};
const walk: BenchRow = {
  scale: small,
  run: 'walk',
  figures: figures({ ListUsers: 1, ListAccessKeys: 1_234 }, { awsMs: 2_000 }),
};
const throttledScan: BenchRow = {
  ...firstScan,
  iamPerSecond: 20,
  figures: figures({ ListAccessKeys: 4_000 }),
};
const throttledWalk: BenchRow = { scale: small, run: 'walk', iamPerSecond: 20 };
const automations = { count: 500, mostRequests: 11, rounds: 40, delays: [1_000, 2_000, 40_000] };
const rows = [firstScan, rescan, dayLater, walk, throttledScan, throttledWalk];

describe('the account', () => {
  test.each(scales)('$users users', (scale) => {
    const world = benchWorld(scale);
    const { users, config } = world.account();
    const [rule] = config.rules.values();
    const results = rule?.results.values().toArray() ?? [];
    expect(users.size).toBe(scale.users);
    expect(results.filter(({ compliance }) => compliance === 'NON_COMPLIANT')).toHaveLength(
      scale.nonCompliant,
    );
    expect(
      users
        .values()
        .filter(({ loginProfile }) => loginProfile !== undefined)
        .toArray(),
    ).toHaveLength(scale.neverUsedPasswords);
  });
});

describe('budgets', () => {
  test('a first scan pays for each finding, a rescan does not', () => {
    const [, medium = small, large = small] = scales;
    expect(allowedRequests('first scan', medium)).toBe(300);
    expect(allowedRequests('rescan', medium)).toBe(12);
    expect(allowedRequests('first scan', large)).toBe(575);
    expect(allowedRequests('rescan', large)).toBe(25);
    expect(allowedRequests('rescan a day later', large)).toBeUndefined();
  });

  test('only scans that AWS did not throttle have one', () => {
    expect(budgetsOf(rows)).toEqual([
      { users: 40, run: 'first scan', allowed: 35, asked: 10, kept: true },
      { users: 40, run: 'rescan', allowed: 12, asked: 13, kept: false },
    ]);
  });

  test('a budget that is used up is kept', () => {
    const all = { ...rescan, figures: figures({ GetCredentialReport: 12 }) };
    expect(budgetsOf([all])).toMatchObject([{ kept: true }]);
  });
});

test('each scan is compared with the walk of the same account at the same rate', () => {
  const otherAccount = { ...firstScan, scale: { ...small, users: 41 } };
  expect(ratiosOf([...rows, otherAccount])).toEqual([
    { users: 40, run: 'first scan', requests: 123.5, awsTime: 4 },
    { users: 40, run: 'rescan', requests: 95, awsTime: 4 },
    { users: 40, run: 'rescan a day later', requests: 1_235 / 99, awsTime: 4 },
  ]);
  const alsoWalked = { ...walk, iamPerSecond: 20 };
  expect(ratiosOf([throttledScan, alsoWalked])).toMatchObject([{ iamPerSecond: 20, awsTime: 4 }]);
});

describe('the report', () => {
  test('has a line for each run, also for one that was left out', () => {
    expect(benchTables(rows).split('\n')).toEqual(
      expect.arrayContaining([
        '| Keyturn, first scan | 40 | 8 | 10 | 13 | 0.5 s | 2.5 s | 200 MiB | 240 ms |',
        '| per-user walk | 40 | 8 | 1,235 | – | 2.0 s | 2.5 s | 200 MiB | 240 ms |',
        '| per-user walk, IAM at 20/s | 40 | 8 | not run | not run | not run | not run | not run | not run |',
        '| Keyturn, first scan | 40 | 10 | 35 | ok |',
        '| Keyturn, rescan | 40 | 13 | 12 | EXCEEDED |',
        '| Keyturn, first scan | 40 | 123.5 × | 4.0 × |',
      ]),
    );
  });

  test('counts operations without the throttled runs, a column for each account', () => {
    const larger = { ...walk, scale: { ...small, users: 5_000 }, figures: figures({ ListUsers: 5 }) };
    const [, table = ''] = benchTables([...rows, larger]).split('AWS requests by operation, ');
    expect(table).toMatch(/^first scan \/ rescan \/ rescan a day later \/ walk:\n/);
    expect(table).toContain('| operation | 40 users | 5,000 users |');
    expect(table).toContain('| ListAccessKeys | 8 / 0 / 0 / 1,234 | 0 |');
    expect(table).toContain('| ListUsers | 0 / 0 / 0 / 1 | 5 |');
  });

  test('the page says how, when and on what it was measured', () => {
    const date = new Date('2026-11-22T23:59:59Z');
    const page = performancePage(rows, [], automations, {
      machine: '2 cores, Node v24.0.0',
      date,
      latencyMs: 20,
      bundleBytes: 2_049_000,
    });
    expect(page).toContain('`npm run bench -- --write` on 2026-11-22; 2 cores, Node v24.0.0.');
    expect(page).toContain('20 ms');
    expect(page).toContain(`\n\n${benchTables(rows)}\n\n## An organization\n`);
    expect(page).toContain('dist/index.js, has 2.05 MB.');
    expect(page).toContain(`\n\n${organizationTable([])}\n\n## Many automations\n`);
    expect(page.endsWith(`\n\n${automationTable(automations)}\n`)).toBe(true);
  });
});

describe('memory', () => {
  const first = (users: number, peakMemoryKiB: number, run: BenchRow['run'] = 'first scan'): BenchRow => ({
    scale: { ...small, users },
    run,
    figures: figures({}, { peakMemoryKiB }),
  });

  test('of the most users in that of the fewest, for each kind of scan', () => {
    const some = [first(500, 9), first(5_000, 30), first(50, 20), first(50, 10, 'rescan')];
    expect(memoryGrowth([...some, first(5_000, 16, 'rescan'), first(5_000, 99, 'walk')])).toEqual([
      { run: 'first scan', ratio: 1.5 },
      { run: 'rescan', ratio: 1.6 },
    ]);
  });

  test('what is throttled, not run or alone is not compared', () => {
    expect(memoryGrowth([first(50, 10), throttledScan, throttledWalk])).toEqual([]);
  });
});

describe('many automations', () => {
  test('the table has what was asked, and how soon each end was reported', () => {
    const table = automationTable(automations);
    expect(table).toContain('| requests in one round of looking at them, at most | 11 | ≤ 10 |');
    expect(table).toContain('| from the end of an automation to its report, median | 2 s |  |');
    expect(table).toContain('| the same, p99 | 40 s |  |');
  });

  test('a few, started and watched', async () => {
    const { count, mostRequests, delays } = await measureAutomations(3);
    expect(count).toBe(3);
    expect(mostRequests).toBe(1);
    expect(delays.every((delay) => delay > 0)).toBe(true);
  });
});

describe('an organization', () => {
  const scale = { accounts: 6, usersEach: 5, accountsWithFindings: 3, findingsEach: 2 };

  test('has its findings in some of its accounts', () => {
    const world = benchOrganization(scale);
    const verdicts = world.accounts
      .values()
      .map(({ config }) => [...(config.rules.values().next().value?.results.values() ?? [])])
      .map((results) => results.filter(({ compliance }) => compliance === 'NON_COMPLIANT').length)
      .toArray();
    expect(verdicts.toSorted()).toEqual([0, 0, 0, 0, 2, 2, 2]);
  });

  test('is scanned within the budget, and a rescan has no news', async () => {
    const measured = await benchOrganizationScans(scale);
    expect(exceededInOrganization(measured)).toEqual([]);
    expect(measured.map(({ figures: { aws } }) => aws['ListAccessKeys'] ?? 0)).toEqual([6, 0]);
    expect(organizationTable(measured)).toMatch(/^\| Keyturn, rescan \| 6 \| 30 \| 3 \| 6 \| 1\d \| /m);
  }, 60_000);

  test('has a walk that is counted', () => {
    expect(walkRequests(scale)).toBe(6 * 12);
    const row = { scale, run: 'rescan', figures: figures({ AssumeRole: 43 }) } as const;
    expect(allowedInOrganization(row)).toBe(2 + 1 + 1 + 12 + 25);
    expect(exceededInOrganization([row])).toEqual([row]);
  });
});

test('the walk asks for every user and every key', async () => {
  const world = benchWorld(small);
  const user = world.userNamed('user-1');
  world.addKey(user, { createdAt: world.daysAgo(200), status: 'Inactive' });
  const aws = await startAws({ world });
  try {
    expect(await walkUsers(clientsOf(aws.url).iam, maxAccessKeyAge, new Date())).toBe(8);
    expect(aws.requests.counts()).toEqual({ ListUsers: 1, ListAccessKeys: 40, GetAccessKeyLastUsed: 41 });
  } finally {
    await aws.close();
  }
});

describe('a measured process', () => {
  const node = async (code: string, env: Readonly<Record<string, string>>) => {
    await promisify(execFile)(process.execPath, ['-e', code], { env });
  };

  test('reports its own memory, not what the benchmark holds', async () => {
    const held = Buffer.alloc(400 * 1024 * 1024, 1);
    const usage = await measureProcess((env) => node('Buffer.alloc(100 * 1024 * 1024, 1)', env));
    expect(usage.peakMemoryKiB).toBeGreaterThan(100 * 1024);
    expect(usage.peakMemoryKiB).toBeLessThan(held.length / 1024);
    expect(usage.wallMs).toBeGreaterThan(0);
    expect(new Date(usage.startedAt).getUTCFullYear()).toBeGreaterThan(2000);
  });

  test('that fails is no measurement', async () => {
    await expect(measureProcess((env) => node('process.exit(3)', env))).rejects.toMatchObject({ code: 3 });
  });

  test('that says nothing is no measurement', async () => {
    await expect(measureProcess(() => Promise.resolve())).rejects.toThrow('ENOENT');
  });
});
