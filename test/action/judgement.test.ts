import { expect, test } from '@jest/globals';
import { judgeScan } from '../../action/judgement.ts';
import { issueLink, reportedFinding, scanReport } from '../fakes/scan-report.ts';

const subject = { accountId: '123456789012', userId: 'AIDAEXAMPLE0000000001' };
const findings = [reportedFinding()];

test('findings are no failure unless they are wanted to be', () => {
  expect(judgeScan(scanReport({ findings }), false)).toBeUndefined();
  expect(judgeScan(scanReport(), true)).toBeUndefined();
  expect(judgeScan(scanReport({ findings }), true)).toMatchObject({
    code: 'findings-present',
    fact: '1 user has an Active access key of more than 90 days.',
  });
  expect(judgeScan(scanReport({ findings: [...findings, reportedFinding()] }), true)?.fact).toBe(
    '2 users have an Active access key of more than 90 days.',
  );
});

test('an exempt finding is no failure, one with another key over age is', () => {
  const until = new Date('2027-02-01T00:00:00Z');
  const judged = (keyId: string) =>
    judgeScan(
      scanReport({ findings: [{ ...reportedFinding(), exemptions: [{ keyId, until, reason: '' }] }] }),
      true,
    );
  expect(judged('AKIAEXAMPLE000000001')).toBeUndefined();
  expect(judged('AKIAOTHER')).toMatchObject({ code: 'findings-present' });
});

test('a scan that cannot be trusted fails, and says what it could not see', () => {
  const unreadable = [{ subject, reason: 'iam:ListAccessKeys was refused.' }];
  const report = scanReport({ complete: false, findings, unreadable, withheld: [issueLink(4)] });
  expect(judgeScan(report, true)).toMatchObject({
    code: 'scan-incomplete',
    fact: [
      'The scan does not show the whole picture.',
      '- AIDAEXAMPLE0000000001 could not be read: iam:ListAccessKeys was refused.',
      '- for that reason 1 issue stayed open',
    ].join('\n'),
  });
});

test('five reasons are enough', () => {
  const failures = Array.from({ length: 7 }, (_, index) => `Update #${index} failed: no answer.`);
  expect(judgeScan(scanReport({ complete: false, failures }), false)?.fact.split('\n')).toEqual([
    'The scan does not show the whole picture.',
    ...failures.slice(0, 5).map((failure) => `- ${failure}`),
    '- and 2 more, see the job summary',
  ]);
});
