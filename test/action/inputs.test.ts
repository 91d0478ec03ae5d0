import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Inputs, readInputs } from '../../action/inputs.ts';
import { KeyturnError } from '../../shared/errors.ts';

const token = 'ghs_0123456789abcdef';

function reader(given: Readonly<Record<string, string>>): (name: string) => string {
  return (name) => ({ 'github-token': token, ...given })[name] ?? '';
}

function read(given: Readonly<Record<string, string>> = {}): Inputs {
  return readInputs(reader(given), () => undefined);
}

function errorOf(given: Readonly<Record<string, string>>): KeyturnError {
  try {
    read(given);
  } catch (error) {
    if (error instanceof KeyturnError) return error;
  }
  throw new Error('The inputs were accepted.');
}

test('nothing given leaves the defaults', () => {
  expect(read()).toEqual({
    audience: 'sts.amazonaws.com',
    'policy-file': '.github/keyturn.yml',
    'github-token': token,
    'dry-run': false,
    'fail-on-findings': false,
    'allow-public-repository': false,
    'validate-policy-only': false,
  });
});

test.each([
  ['aws-region', 'us-east-1'],
  ['aws-region', 'us-gov-west-1'],
  ['aws-region', 'ap-southeast-4'],
  ['aws-region', 'eusc-de-east-1'],
  ['config-rule-name', 'access-keys-rotated'],
  ['config-rule-name', 'k'.repeat(64)],
  ['role-to-assume', 'arn:aws:iam::123456789012:role/KeyturnScan'],
  ['role-to-assume', 'arn:aws-cn:iam::123456789012:role/path/to/KeyturnScan'],
  ['role-to-assume', 'arn:aws-us-gov:iam::123456789012:role/KeyturnScan'],
  ['audience', 'sts.amazonaws.com.cn'],
  ['role-session-name', 'nightly@scan'],
  ['policy-file', 'policies/keys.yaml'],
  ['policy-file', '.github/keys..v2.yml'],
])('%s may be %s', (name, value) => {
  expect(read({ [name]: value })).toHaveProperty([name], value);
});

test.each([
  ['aws-region', 'Virginia'],
  ['aws-region', 'us-east-1a'],
  ['config-rule-name', 'k'.repeat(65)],
  ['role-to-assume', 'KeyturnScan'],
  ['role-to-assume', 'arn:aws:iam::1234:role/KeyturnScan'],
  ['role-to-assume', 'arn:aws:iam::123456789012:user/KeyturnScan'],
  ['audience', 'two words'],
  ['role-session-name', 'x'],
  ['role-session-name', 'x'.repeat(65)],
  ['role-session-name', 'with blank'],
  ['policy-file', '/etc/passwd.yml'],
  ['policy-file', '../keyturn.yml'],
  ['policy-file', '.github/../../keyturn.yml'],
  ['policy-file', '.github\\keyturn.yml'],
  ['policy-file', 'keyturn.json'],
  ['labels', 'l'.repeat(51)],
  ['labels', 'security, keyturn:exempt'],
  ['labels', 'Keyturn'],
  ['labels', Array.from({ length: 21 }, (_, index) => `label-${index}`).join()],
  ['assignees', 'not a login'],
  ['assignees', Array.from({ length: 11 }, (_, index) => `person-${index}`).join()],
  ['max-new-issues', '501'],
  ['max-new-issues', '-1'],
  ['max-new-issues', '1.5'],
  ['max-new-issues', '0x10'],
  ['max-new-issues', 'many'],
  ['dry-run', 'yes'],
  ['fail-on-findings', '1'],
  ['allow-public-repository', 'on'],
  ['validate-policy-only', 'tRUE'],
  ['config-aggregator-name', 'all accounts'],
  ['reader-role-name', 'arn:aws:iam::123456789012:role/Reader'],
])('%s may not be %s', (name, value) => {
  const { code, fact } = errorOf({ [name]: value });
  expect(code).toBe('input-invalid');
  expect(fact).toMatch(new RegExp(`^Not every input can be used:\n- ${name} is ".*; allowed: [^\n]+$`));
});

test('each bad input is named once, with its value and what it allows', () => {
  const { fact } = errorOf({
    'aws-region': 'Mars',
    'max-new-issues': '999',
    assignees: 'a b, c d',
    'dry-run': 'maybe',
  });
  expect(fact.split('\n')).toEqual([
    'Not every input can be used:',
    '- aws-region is "Mars"; allowed: an AWS region, such as us-east-1',
    '- assignees is "a b, c d"; allowed: at most 10 GitHub logins',
    '- max-new-issues is "999"; allowed: a whole number from 0 to 500',
    '- dry-run is "maybe"; allowed: true or false',
  ]);
});

test('a long value is cut, and one of several lines stays on one', () => {
  expect(errorOf({ 'aws-region': 'x\n'.repeat(200) }).fact).toMatch(
    /^[^\n]+\n- aws-region is "(x\\n){50}…"; allowed: [^\n]+$/,
  );
});

test.each(['true', 'True', 'TRUE'])('%s is true', (value) => {
  expect(read({ 'dry-run': value })['dry-run']).toBe(true);
});

test.each(['false', 'False', 'FALSE'])('%s is false', (value) => {
  expect(read({ 'dry-run': value })['dry-run']).toBe(false);
});

test.each(['0', '50', '500'])('%s new issues may be asked for', (value) => {
  expect(read({ 'max-new-issues': value })['max-new-issues']).toBe(Number(value));
});

test('lists stand on lines or between commas, each entry once', () => {
  expect(read({ labels: 'security, access key\n\nsecurity\r\n ,iam' }).labels).toEqual([
    'security',
    'access key',
    'iam',
  ]);
  expect(read({ assignees: 'octocat,,hubot_corp' }).assignees).toEqual(['octocat', 'hubot_corp']);
});

test('a list of separators alone asks for no entries', () => {
  expect(read({ labels: ',' }).labels).toEqual([]);
});

describe('secrets', () => {
  test('are masked before anything is checked', () => {
    const masked: string[] = [];
    const given = { 'slack-webhook-url': 'ftp://hooks.example/T0/B0/s3cret', 'aws-region': 'Mars' };
    expect(() => readInputs(reader(given), (secret) => masked.push(secret))).toThrow(KeyturnError);
    expect(masked).toEqual([token, 'ftp://hooks.example/T0/B0/s3cret']);
  });

  test.each([
    ['github-token', 'ghs_s3cret with a blank'],
    ['slack-webhook-url', 's3cret'],
    ['slack-webhook-url', 'ftp://hooks.example/s3cret'],
    ['slack-webhook-url', 'http://hooks.example/s3cret'],
    ['slack-webhook-url', 'http://localhost.example/s3cret'],
    ['slack-webhook-url', 'https://me:s3cret@hooks.example/'],
  ])('%s is refused without showing it', (name, value) => {
    const { message } = errorOf({ [name]: value });
    expect(message).toContain(`- ${name} (value not shown); allowed: `);
    expect(message).not.toContain('s3cret');
  });

  test('a token is needed', () => {
    expect(errorOf({ 'github-token': '' }).fact).toContain('- github-token is not given; needed: a token');
  });
});

test('whatever is given, the answer is typed inputs or one KeyturnError', () => {
  const names = [
    'aws-region',
    'labels',
    'assignees',
    'max-new-issues',
    'policy-file',
    'slack-webhook-url',
    'dry-run',
  ];
  const anyInputs = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(anyInputs, (given) => {
      try {
        const inputs = read(given);
        expect(inputs['max-new-issues'] ?? 0).toBeLessThanOrEqual(500);
        expect(inputs['policy-file']).not.toMatch(/(^|\/)\.\.(\/|$)/);
      } catch (error) {
        expect(error).toBeInstanceOf(KeyturnError);
      }
    }),
  );
});
