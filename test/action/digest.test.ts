import { expect, test } from '@jest/globals';
import { digest } from '../../action/digest.ts';
import type { ReportedAction } from '../../shared/findings/report.ts';
import { issueLink, reportedFinding, scanReport } from '../fakes/scan-report.ts';
import { mrkdwnIn } from '../fakes/slack-blocks.ts';

const ada = reportedFinding({ userId: 'AIDAADA', userName: 'ada' }, 1);
const grace = reportedFinding({ userId: 'AIDAGRACE', userName: 'grace' }, 2);
const alan = reportedFinding({ userId: 'AIDAALAN', userName: 'alan' }, 3);

function action(kind: ReportedAction['kind'], userId: string, number: number): ReportedAction {
  return { kind, subject: { accountId: '123456789012', userId }, issue: issueLink(number) };
}

function textOf(report: Parameters<typeof scanReport>[0]): string | undefined {
  const message = digest(scanReport(report));
  return message && mrkdwnIn(message).join('\n');
}

test('a scan that only wrote again, closed and found what was known has no news', () => {
  const actions = [action('update', 'AIDAADA', 1), action('close', 'AIDAGRACE', 2)];
  expect(textOf({ findings: [ada, alan], actions })).toBeUndefined();
});

test('what was opened and reopened is news, in the order of the findings', () => {
  const actions = [action('reopen', 'AIDAALAN', 3), action('open', 'AIDAADA', 1)];
  const text = textOf({ findings: [ada, grace, alan], actions });
  expect(text).toMatch(/^🔑 \*1 finding\* new, \*1 finding\* back again; 3 in all\n/);
  expect(text).toMatch(/`ada` in `123456789012` · key \d+ days old[\s\S]+`alan`/);
  expect(text).not.toContain('grace');
});

test('an issue that goes because another scan had opened one is told by that scan', () => {
  const actions = [action('open', 'AIDAADA', 7), action('duplicate', 'AIDAADA', 7)];
  expect(textOf({ findings: [ada], actions })).toBeUndefined();
});

test('a dry run has no issue to review', () => {
  const { issue: _, ...opened } = action('open', 'AIDAADA', 1);
  const { issue: __, ...found } = ada;
  const text = textOf({ findings: [found], actions: [opened] });
  expect(text).toContain('`ada`');
  expect(text).not.toContain('issue #');
});

test('what the scan left out is said', () => {
  const actions = [action('open', 'AIDAADA', 1)];
  const report = { findings: [ada], actions, deferred: [grace.finding], complete: false };
  expect(textOf(report)).toMatch(/1 of them wait[\s\S]+could not see everything/);
});
