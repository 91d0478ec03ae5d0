import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Marked, type Token } from 'marked';
import { cutTo, mostSummaryBytes, renderJobSummary } from '../../action/job-summary.ts';
import { prose } from '../../action/prose.ts';
import type { ReportedAction, ScanReport } from '../../shared/findings/report.ts';
import { hostileText } from '../fakes/hostile-text.ts';
import { issueLink, reportedFinding, scanReport } from '../fakes/scan-report.ts';
import { accessKey, daysAgo, ninetyDays, today } from '../fakes/user-snapshot.ts';

const subject = { accountId: '123456789012', userId: 'AIDAEXAMPLE0000000001' };

function render(changes: Partial<ScanReport> = {}, dryRun = false): string {
  return renderJobSummary(scanReport(changes), dryRun);
}

function action(kind: ReportedAction['kind'], number: number): ReportedAction {
  return { kind, subject, issue: issueLink(number) };
}

test('nothing found is short', () => {
  expect(render({ nonCompliant: 2 })).toBe(`## Keyturn: no access key is over age

Config rule [\`access-keys-rotated\`](https://console.aws.amazon.com/config/home?region=us-east-1#/rules/details?configRuleName=access-keys-rotated) (more than 90 days) · account \`123456789012\` · \`us-east-1\` · 2026-11-22 12:00 UTC

| | Count | Issues |
| --- | --: | --- |
| users that AWS Config calls NON_COMPLIANT | 2 |  |
| of them with an Active key over age in IAM | 0 |  |
`);
});

test.each<[Partial<ScanReport>, string]>([
  [{}, 'no access key is over age'],
  [{ evaluated: false }, 'the Config rule has no results to go by'],
  [{ complete: false }, 'the scan could not see everything'],
  [{ complete: false, findings: [reportedFinding()] }, 'at least 1 user has access keys over age'],
])('the headline claims no more than the scan knows: %#', (changes, headline) => {
  expect(render(changes).split('\n')[0]).toBe(`## Keyturn: ${headline}`);
});

describe('findings', () => {
  const findings = [
    reportedFinding({
      userName: 'grace',
      userId: 'AIDAGRACE',
      accessKeys: [
        accessKey({ id: 'AKIAOLD', createdAt: daysAgo(800), lastUsedAt: daysAgo(1), lastUsedService: 's3' }),
        accessKey({ id: 'AKIAYOUNG', createdAt: daysAgo(91) }),
      ],
      loginProfileCreatedAt: daysAgo(300),
    }),
    reportedFinding({ userName: 'ada', accessKeys: [accessKey({ createdAt: daysAgo(180) })] }, 2),
  ];
  const summary = render({ findings, nonCompliant: 2 });

  test('stand in the heading', () => {
    expect(summary).toMatch(/^## Keyturn: 2 users have access keys over age\n/);
    expect(render({ findings: findings.slice(1) })).toMatch(/^## Keyturn: 1 user has access keys over age\n/);
  });

  test('are counted by age', () => {
    expect(summary).toContain(
      [
        '| Age in days | Keys | Users | Left Active by the runbook |',
        '| --- | --: | --: | --: |',
        '| 91–180 | 2 | 2 | 0 |',
        '| 181–365 | 0 | 0 | 0 |',
        '| 366–730 | 0 | 0 | 0 |',
        '| 731+ | 1 | 1 | 1 |',
      ].join('\n'),
    );
  });

  test('are drawn', () => {
    expect(summary).toContain(`\`\`\`mermaid
xychart-beta
  title "Active keys over age"
  x-axis "age in days" ["91-180", "181-365", "366-730", "731+"]
  y-axis "keys" 0 --> 2
  bar [2, 0, 0, 1]
\`\`\``);
  });

  test('say for each key what the runbook would do', () => {
    const rows = summary.slice(summary.indexOf('### Findings')).split('\n').slice(4);
    expect(rows).toEqual([
      '| `grace` | `AKIAOLD` | 800 days | 2026-11-21, `s3` | **leave it Active**, **delete the console password** | [#1](https://github.com/octo/keys/issues/1) |',
      '| `grace` | `AKIAYOUNG` | 91 days | never | deactivate it, **delete the console password** | [#1](https://github.com/octo/keys/issues/1) |',
      '| `ada` | `AKIAEXAMPLE000000001` | 180 days | never | deactivate it | [#2](https://github.com/octo/keys/issues/2) |',
      '',
    ]);
  });

  test('that the runbook fails on say so, and need no issue', () => {
    const { finding } = reportedFinding();
    const { configName: _, ...user } = finding.user;
    const used = accessKey({ lastUsedAt: today });
    const unrecorded = { finding: { user, overAge: [used] as const }, ages: ninetyDays, exemptions: [] };
    expect(render({ findings: [unrecorded] })).toContain(
      '| 325 days | 2026-11-22 | **fail**: AWS Config does not record this user |  |',
    );
    const ages = { ...ninetyDays, maxCredentialUsageAge: 0 };
    expect(render({ findings: [{ ...reportedFinding(), ages }] })).toContain(
      '| never | deactivate it, and fail |',
    );
  });

  test('that Config knows by another name are not deactivated by the runbook', () => {
    const text = render({ findings: [reportedFinding({ userName: 'ada', configName: 'grace' })] });
    expect(text).toContain('| never | **not be run**: AWS Config has another name for this user | [#1]');
    expect(text).toContain('| 181–365 | 1 | 1 | 1 |');
  });

  test('that are exempt say until when, and are counted', () => {
    const until = new Date('2027-02-01T00:00:00Z');
    const exemptions = [{ keyId: 'AKIAEXAMPLE000000001', until, reason: 'A vendor' }];
    const text = render({ findings: [{ ...reportedFinding(), exemptions }, ...findings] });
    expect(text).toContain('| `ada` | `AKIAEXAMPLE000000001`, exempt until 2027-02-01 | 325 days |');
    expect(text).toContain('| of these exempt for now | 1 |  |');
    expect(summary).not.toContain('exempt');
  });

  test('beyond a hundred keys are in the file', () => {
    const many = Array.from({ length: 103 }, (_, index) =>
      reportedFinding({ userId: `AIDA${index}` }, index),
    );
    const text = render({ findings: many });
    expect(text.match(/^\| `ada` /gm)).toHaveLength(100);
    expect(text).toContain('… and 3 more; the file of the output `findings` has them all.');
  });
});

test('a rule of a year has its own bands', () => {
  const old = reportedFinding({ accessKeys: [accessKey({ createdAt: daysAgo(500) })] });
  const findings = [{ ...old, ages: { ...ninetyDays, maxAccessKeyAge: 365 } }];
  expect(render({ findings })).toContain('["366-730", "731+"]');
});

describe('changes', () => {
  const actions = [
    action('open', 1),
    action('open', 2),
    action('update', 3),
    action('reopen', 4),
    action('close', 5),
  ];

  test('link to their issues; what did not happen has no row', () => {
    const text = render({ actions });
    expect(text).toContain(
      '| issues opened | 2 | [#1](https://github.com/octo/keys/issues/1) [#2](https://github.com/octo/keys/issues/2) |\n' +
        '| issues updated | 1 | [#3](https://github.com/octo/keys/issues/3) |\n' +
        '| issues reopened | 1 | [#4](https://github.com/octo/keys/issues/4) |\n' +
        '| issues closed | 1 | [#5](https://github.com/octo/keys/issues/5) |\n',
    );
    expect(text).not.toContain('duplicates');
    expect(render({ actions: [action('duplicate', 6)] })).toContain('| duplicates closed | 1 | [#6]');
    expect(render({ actions: [action('broken', 7)] })).toContain('**their trail is broken** | 1 | [#7]');
  });

  test('of a dry run are told as what would be', () => {
    const text = render({ actions: [{ kind: 'open', subject }, action('close', 5)] }, true);
    expect(text).toContain('> **Dry run:** this is what would be done. Nothing was written.');
    expect(text).toContain(
      '| issues that would be opened | 1 |  |\n| issues that would be closed | 1 | [#5]',
    );
  });

  test('beyond thirty are counted', () => {
    const text = render({ actions: Array.from({ length: 32 }, (_, index) => action('update', index + 1)) });
    expect(text).toContain('issues/30) and 2 more |');
  });

  test('left for the next run are counted', () => {
    const { finding } = reportedFinding();
    expect(render({ deferred: [finding] })).toContain('| findings left for the next run | 1 |  |');
  });

  test('with an address that is no plain one are not linked', () => {
    const issue = { number: 7, url: 'javascript:alert(1)' };
    expect(render({ actions: [{ kind: 'open', subject, issue }] })).toContain('| issues opened | 1 | #7 |');
  });
});

describe('a scan that failed in part', () => {
  test('says so before anything else, with what it withheld', () => {
    const text = render({
      complete: false,
      unreadable: [{ subject, reason: 'iam:ListAccessKeys was refused.' }],
      failures: ['Update #3 failed: GitHub did not answer.'],
      withheld: [issueLink(5)],
      warnings: ['The recorder has stopped.'],
    });
    expect(text).toMatch(/^## Keyturn: the scan could not see everything\n/);
    expect(text).toContain(
      '> **This is not the whole picture**: not everything could be read or written. Not closed for that reason: [#5](https://github.com/octo/keys/issues/5).',
    );
    expect(text).toContain(
      '### Could not be read\n\n- `AIDAEXAMPLE0000000001`: iam\\:ListAccessKeys was refused\\.\n',
    );
    expect(text).toContain('### Could not be written\n\n- Update \\#3 failed\\: GitHub did not answer\\.\n');
    expect(text).toContain('### Warnings\n\n- The recorder has stopped\\.\n');
  });

  test('names fifty of each trouble', () => {
    const text = render(
      { complete: false, warnings: Array.from({ length: 60 }, (_, index) => `w${index}`) },
      true,
    );
    expect(text).toContain('- w49\n- … and 10 more\n');
    expect(text).toContain('not everything could be read.');
  });
});

describe('size', () => {
  test('a text that is too long is cut after a whole line, and says so', () => {
    const text = 'ä\n'.repeat(1_000);
    const cut = cutTo(text, 500);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(500);
    expect(cut).toMatch(/^(ä\n)+\n… cut here: GitHub shows at most 1 MiB\. .+\n$/);
    expect(cutTo(text, 3_000)).toBe(text);
  });

  test('a long list of long values keeps below GitHub’s limit', () => {
    const long = '\u{1F511}'.repeat(2_000);
    const trouble = Array.from({ length: 60 }, () => long);
    const unreadable = trouble.map((reason) => ({ subject, reason }));
    const text = render({ complete: false, failures: trouble, warnings: trouble, unreadable });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostSummaryBytes);
  });
});

describe('text from outside stays text', () => {
  const markdown = new Marked({ gfm: true });
  const kinds = (text: string): Set<string> => {
    const seen = new Set<string>();
    const visit = ({ type }: Token) => void seen.add(type);
    markdown.walkTokens(markdown.lexer(text), visit);
    return seen;
  };

  test('in sentences', () => {
    fc.assert(
      fc.property(hostileText, (hostile) => {
        const seen = kinds(`start ${prose(hostile)} end`);
        for (const kind of seen) expect(['paragraph', 'text', 'escape']).toContain(kind);
        expect(prose(hostile)).not.toMatch(/[\r\n]/);
      }),
    );
  });

  test('in the whole page, which keeps its shape', () => {
    const plain = (text: string) =>
      render({
        complete: false,
        findings: [
          reportedFinding({
            userName: text,
            accessKeys: [accessKey({ lastUsedAt: today, lastUsedService: text })],
          }),
        ],
        failures: [text],
        warnings: [text],
        unreadable: [{ subject: { ...subject, userId: text }, reason: text }],
      });
    const shape = (text: string) => markdown.lexer(plain(text)).map(({ type }) => type);
    const expected = shape('ada');
    fc.assert(fc.property(hostileText, (hostile) => expect(shape(hostile)).toEqual(expected)));
  });
});
