import { expect, test } from '@jest/globals';
import { findingsFile } from '../../shared/findings/findings-file.ts';
import { scan } from '../../shared/findings/scan.ts';
import { AwsWorld } from '../fakes/aws-world.ts';
import { findingSettings } from '../fakes/finding-data.ts';
import { InMemoryIssueLedger } from '../fakes/issue-ledger.ts';
import { reportedFinding, scanReport } from '../fakes/scan-report.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

test('the findings file says what was found, what either mode would do, and what was done', async () => {
  const accessKeys = [
    accessKey({ lastUsedAt: daysAgo(1), lastUsedService: 's3', lastUsedRegion: 'us-east-1' }),
    accessKey({ id: 'AKIAYOUNG', createdAt: daysAgo(3), status: 'Inactive' }),
  ];
  const strange = userSnapshot({ userId: 'AIDASTRANGE' });
  const aws = new AwsWorld(today, userSnapshot({ accessKeys, loginProfileCreatedAt: daysAgo(200) }), strange);
  aws.unreadable.add('AIDASTRANGE');
  aws.warnings = ['The recorder has stopped.'];
  const issues = new InMemoryIssueLedger();
  const ports = { compliance: aws, users: aws, issues, progress: { step: () => {} } };
  const report = await scan(ports, findingSettings({ maxNewIssues: 1 }), today);

  const file = findingsFile(report);
  expect(JSON.parse(JSON.stringify(file))).toEqual(file);
  expect(file).toEqual({
    version: 1,
    scannedAt: '2026-11-22T12:00:00.000Z',
    complete: false,
    rule: {
      name: 'access-keys-rotated',
      arn: 'arn:aws:config:us-east-1:123456789012:config-rule/config-rule-abc123',
      accountId: '123456789012',
      region: 'us-east-1',
      maxAccessKeyAge: 90,
    },
    findings: [
      {
        accountId: '123456789012',
        userId: 'AIDAEXAMPLE0000000001',
        userName: 'ada',
        arn: 'arn:aws:iam::123456789012:user/ada',
        maxAccessKeyAge: 90,
        keys: [
          {
            id: 'AKIAEXAMPLE000000001',
            status: 'Active',
            overAge: true,
            createdAt: '2026-01-01T12:00:00.000Z',
            lastUsedAt: '2026-11-21T12:00:00.000Z',
            lastUsedService: 's3',
            lastUsedRegion: 'us-east-1',
          },
          { id: 'AKIAYOUNG', status: 'Inactive', overAge: false, createdAt: '2026-11-19T12:00:00.000Z' },
        ],
        runbook: { deactivates: [], deletesLoginProfile: true, fails: false },
        strict: { deactivates: ['AKIAEXAMPLE000000001'] },
        issue: { number: 1, url: 'https://github.com/octo/keys/issues/1' },
      },
    ],
    actions: [
      {
        kind: 'open',
        accountId: '123456789012',
        userId: 'AIDAEXAMPLE0000000001',
        issue: { number: 1, url: 'https://github.com/octo/keys/issues/1' },
      },
    ],
    unreadable: [{ accountId: '123456789012', userId: 'AIDASTRANGE', reason: 'Throttling: Rate exceeded' }],
    failures: [],
    warnings: ['The recorder has stopped.'],
  });
});

test('the file says what is exempt, and that the runbook is not run on a user with another name', () => {
  const until = new Date('2027-02-01T00:00:00Z');
  const exemptions = [{ keyId: 'AKIAEXAMPLE000000001', until, reason: 'A vendor' }];
  const findings = [{ ...reportedFinding({ configName: 'grace' }), exemptions }];
  expect(findingsFile(scanReport({ findings })).findings).toMatchObject([
    {
      keys: [{ exemptUntil: '2027-02-01T00:00:00.000Z' }],
      runbook: {
        deactivates: [],
        deletesLoginProfile: false,
        fails: false,
        refused: 'AWS Config records this user as grace.',
      },
    },
  ]);
});

test('a finding without an issue has none in the file', async () => {
  const aws = new AwsWorld(today, userSnapshot());
  const ports = {
    compliance: aws,
    users: aws,
    issues: new InMemoryIssueLedger(),
    progress: { step: () => {} },
  };
  const report = await scan(ports, findingSettings({ maxNewIssues: 0 }), today);
  expect(findingsFile(report).findings[0]).not.toHaveProperty('issue');
});
