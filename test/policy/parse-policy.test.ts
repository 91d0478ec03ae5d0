import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PolicyProblem, parsePolicy } from '../../shared/policy/parse-policy.ts';
import { makePolicy, makePublicKey, policyText } from '../fakes/policy-file.ts';

function problemsOf(text: string): readonly PolicyProblem[] {
  const parsed = parsePolicy(text);
  return parsed.ok ? [] : parsed.problems;
}

const replacing = (from: string | RegExp, to: string) => policyText((text) => text.replace(from, to));

test('the least policy has the documented defaults', () => {
  expect(makePolicy()).toEqual({
    version: 1,
    aws: {
      region: 'us-east-1',
      rule: 'access-keys-rotated',
      runbookRole: 'arn:{partition}:iam::{account}:role/KeyturnRunbook',
      runbookVersion: '1',
      readerRole: 'KeyturnReader',
      remediatorRole: 'KeyturnRemediator',
    },
    slack: { channel: 'C0123456789' },
    trail: { publicKeys: [expect.stringMatching(/^MCowBQYDK2VwAyEA/)] },
    approvals: {
      runbook: { approvers: ['S0SECURITY'], count: 1 },
      strict: { approvers: ['S0SECURITY', 'U0LEAD'], count: 2 },
      requesters: [],
      selfApproval: false,
      expireAfterHours: 24,
    },
    issues: { labels: ['access-key'], assignees: [], ownerTag: 'owner' },
    limits: { newIssuesPerRun: 50, keysDeactivatedPerDay: 20 },
  });
});

describe('a problem is named with its place and a remedy', () => {
  test('an unknown key', () => {
    expect(problemsOf(replacing('  region:', '  regoin: eu-west-1\n  region:'))).toEqual([
      {
        line: 3,
        column: 3,
        path: 'aws.regoin',
        message: 'is not known',
        remedy: expect.stringContaining('known here: region, rule, runbookRole,'),
      },
    ]);
  });

  test('several unknown keys, each on its own line', () => {
    const problems = problemsOf(policyText((text) => `${text}one: 1\ntwo: 2\n`));
    expect(problems.map(({ line, path }) => [line, path])).toEqual([
      [12, 'one'],
      [13, 'two'],
    ]);
  });

  test('a missing value, at what it is missing from', () => {
    expect(problemsOf(replacing('  region: us-east-1\n', ''))).toEqual([
      {
        line: 3,
        column: 3,
        path: 'aws.region',
        message: 'is missing',
        remedy: expect.stringContaining('The one region'),
      },
    ]);
  });

  test('an empty file', () => {
    expect(problemsOf('')).toEqual([
      { line: 1, column: 1, path: '', message: expect.any(String), remedy: expect.stringMatching(/./) },
    ]);
  });

  test('a number where a version in quotes belongs', () => {
    const [problem] = problemsOf(replacing('slack:', '  runbookVersion: 1\nslack:'));
    expect(problem).toMatchObject({ line: 5, column: 19, path: 'aws.runbookVersion' });
    expect(problem?.remedy).toContain('in quotes');
  });

  test('an entry of a list', () => {
    const [problem] = problemsOf(replacing('[S0SECURITY, U0LEAD]', '[S0SECURITY, lead]'));
    expect(problem).toMatchObject({
      line: 11,
      column: 36,
      path: 'approvals.strict.approvers.1',
      message: 'is neither a Slack user group nor a person',
      remedy: expect.stringContaining('user group (S…)'),
    });
  });

  test('text that is no YAML', () => {
    expect(problemsOf('version: 1\nversion: 1\naws: [')).toEqual([
      expect.objectContaining({ line: 2, column: 1, path: '', message: expect.stringContaining('unique') }),
      expect.objectContaining({ line: 3 }),
    ]);
  });

  test('aliases that explode', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x]'
        : `a${level}: &a${level} [${Array(10)
            .fill(`*a${level - 1}`)
            .join(',')}]`,
    );
    expect(problemsOf(levels.join('\n'))).toEqual([
      expect.objectContaining({ line: 1, message: expect.stringContaining('aliases') }),
    ]);
  });

  test('a key that is no plain word', () => {
    expect(problemsOf(policyText((text) => `${text}? [a, b]\n: 1\n`))).toEqual([
      expect.objectContaining({ message: 'is not known' }),
    ]);
  });

  test('a key that an alias brings in, at the alias', () => {
    const text = replacing('slack:\n  channel: C0123456789', 'limits: &shared {nope: 1}\nslack: *shared');
    expect(problemsOf(text).map(({ path, line }) => [path, line])).toEqual([
      ['slack.channel', 6],
      ['slack.nope', 6],
      ['limits.nope', 5],
    ]);
  });

  test('whatever the text is, there is an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(problemsOf(text).length).toBeGreaterThan(0);
      }),
    );
    fc.assert(
      fc.property(fc.nat(policyText().length), fc.string({ maxLength: 3 }), (at, garbage) => {
        const text = policyText((lines) => lines.slice(0, at) + garbage + lines.slice(at));
        for (const { line, column, message } of problemsOf(text)) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).not.toBe('');
        }
      }),
    );
  });
});

describe('values', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
    format: 'der',
    type: 'spki',
  });
  const key = /publicKeys: \[.*\]/;
  const twice = makePublicKey();

  test.each([
    ['a region', 'us-east-1', 'US East'],
    ['an RSA key', key, `publicKeys: [${rsa.toString('base64')}]`],
    ['a key in another form', key, 'publicKeys: [MCowBQYDK2VwAyEA_-]'],
    ['a cut-off key', key, `publicKeys: [${makePublicKey().slice(0, 40)}]`],
    ['no key', key, 'publicKeys: []'],
    ['a key twice', key, `publicKeys: [${twice}, ${twice}]`],
    ['a channel by its name', 'C0123456789', 'security'],
    ['a role of no account', 'arn:{partition}:iam::{account}', 'arn:aws:iam::123'],
    ['a role by its name', 'arn:{partition}:iam::{account}:role/', ''],
    ['an approver twice', '[S0SECURITY, U0LEAD]', '[U0LEAD, U0LEAD]'],
    ['nobody', '{approvers: [S0SECURITY]}', '{approvers: []}'],
    ['a floating version', 'slack:', '  runbookVersion: $LATEST\nslack:'],
    ['age 0', 'slack:', '  maxCredentialUsageAge: 0\nslack:'],
    ['half a day', 'slack:', '  maxCredentialUsageAge: 1.5\nslack:'],
    ['a label of our own', /$/, 'issues: {labels: ["keyturn:pending"]}\n'],
    ['a label of our own in another case', /$/, 'issues: {labels: ["Keyturn:broken"]}\n'],
    ['the label of all our issues', /$/, 'issues: {labels: [" KEYTURN "]}\n'],
    ['a week and more', 'approvals:', 'approvals:\n  expireAfterHours: 169'],
    ['version 2', 'version: 1', 'version: 2'],
  ])('%s is refused', (_, from, to) => {
    expect(problemsOf(replacing(from, to))).toHaveLength(1);
  });
});

describe('what can never be satisfied is refused', () => {
  const strictOf = (rule: string, rest = '') =>
    replacing('{approvers: [S0SECURITY, U0LEAD]}', `${rule}${rest}`);

  test('fewer named people than the quorum', () => {
    expect(problemsOf(strictOf('{approvers: [U0LEAD]}'))).toEqual([
      {
        line: 11,
        column: 11,
        path: 'approvals.strict.count',
        message: 'asks for 2 people, but only 1 may approve',
        remedy: 'Lower the count, or name more approvers.',
      },
    ]);
  });

  test.each([
    ['the only approver is the only requester', '{approvers: [U0LEAD], count: 1}', '[U0LEAD]', 1],
    ['so too when spelled with two of each', '{approvers: [U0LEAD, U0A], count: 2}', '[U0LEAD, U0A]', 1],
    ['somebody else may request', '{approvers: [U0LEAD], count: 1}', '[U0LEAD, U0OTHER]', 0],
    ['anybody may request', '{approvers: [U0LEAD], count: 1}', '[]', 0],
    ['a group may request', '{approvers: [U0LEAD], count: 1}', '[S0GROUP]', 0],
    ['one more approver', '{approvers: [U0LEAD, U0A], count: 1}', '[U0LEAD]', 0],
    ['a group approves', '{approvers: [U0LEAD, S0GROUP], count: 5}', '[U0LEAD]', 0],
  ])('%s', (_, rule, requesters, problems) => {
    const text = strictOf(rule, `\n  requesters: ${requesters}`);
    expect(problemsOf(text)).toHaveLength(problems);
  });

  test('with self-approval one person is enough', () => {
    const text = strictOf(
      '{approvers: [U0LEAD], count: 1}',
      '\n  requesters: [U0LEAD]\n  selfApproval: true',
    );
    expect(problemsOf(text)).toEqual([]);
  });

  test("undo's and exempt's own rules count too", () => {
    const text = policyText(
      (lines) => `${lines}  undo: {approvers: [U0A], count: 2}\n  exempt: {approvers: [U0A]}\n`,
    );
    expect(problemsOf(text)).toEqual([expect.objectContaining({ path: 'approvals.undo.count', line: 12 })]);
  });

  test("one account's role for an aggregator's accounts", () => {
    const text = replacing('{account}:role/KeyturnRunbook', '123456789012:role/R\n  aggregator: org');
    expect(problemsOf(text)).toEqual([expect.objectContaining({ path: 'aws.runbookRole', line: 4 })]);
  });
});

test.each([
  ['%YAML 1.1\n---\n', 1, 'another version of YAML'],
  ['x: !secret abc\n', 1, 'Unresolved tag'],
])('what other readers of YAML would read otherwise is refused: %j', (start, line, words) => {
  const parsed = parsePolicy(start + policyText());
  expect(parsed.ok ? [] : parsed.problems).toMatchObject([{ line, message: expect.stringContaining(words) }]);
});
