import { expect, test } from '@jest/globals';
import { renderJobSummary } from '../../action/job-summary.ts';
import { judgeScan } from '../../action/judgement.ts';
import { findingsFile } from '../../shared/findings/findings-file.ts';
import type { ScanReport, UnreadableAccount } from '../../shared/findings/report.ts';
import { reportedFinding, scanReport } from '../fakes/scan-report.ts';
import { accessKey, daysAgo } from '../fakes/user-snapshot.ts';

const scope: ScanReport['scope'] = {
  kind: 'organization',
  aggregator: 'org',
  ruleName: 'access-keys-rotated',
  region: 'us-east-1',
  accounts: 2_000,
  withoutRule: ['999999999999'],
};

const idOf = (n: number) => String(100_000_000_000 + n);
const foundIn = (accountId: string, userId: string, days: number, maxAccessKeyAge = 90) => ({
  ...reportedFinding({ accountId, userId, accessKeys: [accessKey({ createdAt: daysAgo(days) })] }),
  ages: { maxAccessKeyAge, maxCredentialUsageAge: 90 },
});
const refusing = (accountId: string): UnreadableAccount => ({
  accountId,
  code: 'account-role-refused',
  reason: `Account ${accountId} says <b>no</b>.`,
  remedy: 'Deploy infra/member.yaml to that account.',
  nonCompliant: 3,
  openIssues: 1,
});

const render = (changes: Partial<ScanReport>) => renderJobSummary(scanReport({ scope, ...changes }), false);

test('the summary names the aggregator, and the account of each finding', () => {
  const findings = [
    foundIn(idOf(2), 'AIDAA', 400),
    foundIn(idOf(1), 'AIDAB', 300),
    foundIn(idOf(1), 'AIDAC', 200, 30),
    foundIn(idOf(3), 'AIDAD', 100),
  ];
  const text = render({ findings });
  expect(text).toContain(
    'Config rule `access-keys-rotated` · aggregator `org` with 2000 accounts · `us-east-1` · 2026-11-22 12:00 UTC',
  );
  expect(text).toContain(
    [
      '| Account | Users | Oldest key | The rule allows |',
      '| --- | --: | --: | --: |',
      '| `100000000001` | 2 | 300 days | 30 days |',
      '| `100000000002` | 1 | 400 days | 90 days |',
      '| `100000000003` | 1 | 100 days | 90 days |',
    ].join('\n'),
  );
  expect(text).toContain('| `100000000002` | `ada` | `AKIAEXAMPLE000000001` | 400 days |');
  expect(text).toContain('["31-180"');
});

test('the summary of 2,000 accounts stays readable', () => {
  const many = Array.from({ length: 2_000 }, (_, n) => n);
  const text = render({
    complete: false,
    findings: many.map((n) => foundIn(idOf(n), `AIDA${n}`, 100 + n)),
    unreadableAccounts: many.map((n) => refusing(idOf(n))),
  });
  expect(text).toContain('… and 1950 more accounts.');
  expect(text).toContain('- … and 1950 more\n');
  expect(text).toContain('… and 1900 more; the file of the output `findings` has them all.');
  expect(Buffer.byteLength(text)).toBeLessThan(100_000);
});

test('an account that could not be read is told with its remedy, and inert', () => {
  const unreadable = [{ subject: { accountId: idOf(4), userId: 'AIDAX' }, reason: 'Throttled.' }];
  const text = render({ complete: false, unreadableAccounts: [refusing(idOf(1))], unreadable });
  expect(text).toContain('### Accounts that could not be read');
  expect(text).toContain(
    String.raw`- ${'`100000000001`'}: Account 100000000001 says \<b\>no\<\/b\>\. Deploy infra\/member\.yaml to that account\. AWS Config calls 3 users NON\_COMPLIANT there; 1 open issue left as before.`,
  );
  expect(text).toContain(String.raw`- ${'`100000000004` `AIDAX`'}: Throttled\.`);
});

test('a scan that missed an account fails, and says which and what to do', () => {
  const report = scanReport({ scope, complete: false, unreadableAccounts: [refusing(idOf(1))] });
  expect(judgeScan(report, false)).toMatchObject({
    code: 'scan-incomplete',
    fact: expect.stringContaining(
      '- Account 100000000001 says <b>no</b>. Deploy infra/member.yaml to that account.',
    ),
  });
});

test('a scan that missed an account or a user names the account once', () => {
  const throttled = { ...refusing(idOf(1)), reason: 'Rate exceeded.', remedy: 'Run again later.' };
  const unreadable = [{ subject: { accountId: idOf(2), userId: 'AIDAX' }, reason: 'Throttled.' }];
  const report = scanReport({ scope, complete: false, unreadableAccounts: [throttled], unreadable });
  expect(judgeScan(report, false)?.fact.split('\n')).toEqual([
    'The scan does not show the whole picture.',
    '- Account 100000000001: Rate exceeded. Run again later.',
    '- AIDAX of account 100000000002 could not be read: Throttled.',
  ]);
});

test('findings fail a job that wants it, whatever the age of each rule', () => {
  const report = scanReport({ scope, findings: [foundIn(idOf(1), 'AIDAA', 100, 30)] });
  expect(judgeScan(report, true)?.fact).toBe(
    '1 user has an Active access key older than the rule of its account allows.',
  );
});

test('the findings file has the organization instead of a rule', () => {
  const report = scanReport({
    scope,
    findings: [foundIn(idOf(1), 'AIDAA', 100, 30)],
    unreadableAccounts: [refusing(idOf(2))],
  });
  const file = findingsFile(report);
  expect(file).not.toHaveProperty('rule');
  expect(file).toMatchObject({
    organization: {
      aggregator: 'org',
      ruleName: 'access-keys-rotated',
      region: 'us-east-1',
      accounts: 2_000,
      withoutRule: ['999999999999'],
      unreadable: [{ accountId: idOf(2), code: 'account-role-refused', nonCompliant: 3, openIssues: 1 }],
    },
    findings: [{ accountId: idOf(1), maxAccessKeyAge: 30 }],
  });
  expect(file.organization).not.toHaveProperty('kind');
});
