import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Inputs, inputSchema } from '../../action/inputs.ts';
import type { Runner } from '../../action/runner.ts';
import { settle } from '../../action/settings.ts';
import { makePolicy } from '../fakes/policy-file.ts';

const runner: Runner = {
  repository: { owner: 'o', repo: 'r' },
  apiUrl: 'https://api.github.com',
  temp: '/tmp',
};

function inputs(given: Readonly<Record<string, string>> = {}): Inputs {
  return inputSchema.parse({ 'github-token': 't', ...given });
}

const policy = makePolicy(
  (
    text,
  ) => `${text.replace('region: us-east-1', 'region: eu-west-1\n  rule: old-keys\n  maxCredentialUsageAge: 60')}issues:
  labels: [iam]
  assignees: [octocat]
  ownerTag: team
limits: {newIssuesPerRun: 7}
`,
);

test('without inputs and policy the defaults hold', () => {
  expect(settle(inputs(), undefined, { ...runner, awsRegion: 'us-west-2' })).toEqual({
    region: 'us-west-2',
    ruleName: 'access-keys-rotated',
    audience: 'sts.amazonaws.com',
    roleSessionName: 'keyturn',
    findings: { labels: ['access-key'], assignees: [], ownerTag: 'owner', maxNewIssues: 50 },
    publicKeys: [],
    dryRun: false,
    failOnFindings: false,
    allowPublicRepository: false,
  });
});

test('the policy wins over defaults and the region of the environment', () => {
  expect(settle(inputs(), policy, { ...runner, awsRegion: 'us-west-2' })).toMatchObject({
    region: 'eu-west-1',
    ruleName: 'old-keys',
    findings: {
      maxCredentialUsageAge: 60,
      labels: ['iam'],
      assignees: ['octocat'],
      ownerTag: 'team',
      maxNewIssues: 7,
    },
  });
});

test('inputs win over the policy', () => {
  const given = {
    'aws-region': 'ap-south-1',
    'config-rule-name': 'mine',
    'role-to-assume': 'arn:aws:iam::123456789012:role/KeyturnScan',
    'role-session-name': 'me',
    labels: 'one,two',
    assignees: 'hubot',
    'max-new-issues': '0',
    'dry-run': 'true',
    'fail-on-findings': 'true',
    'allow-public-repository': 'true',
  };
  expect(settle(inputs(given), policy, runner)).toEqual({
    region: 'ap-south-1',
    ruleName: 'mine',
    roleToAssume: 'arn:aws:iam::123456789012:role/KeyturnScan',
    audience: 'sts.amazonaws.com',
    roleSessionName: 'me',
    findings: {
      maxCredentialUsageAge: 60,
      labels: ['one', 'two'],
      assignees: ['hubot'],
      ownerTag: 'team',
      maxNewIssues: 0,
    },
    publicKeys: policy.trail.publicKeys,
    dryRun: true,
    failOnFindings: true,
    allowPublicRepository: true,
  });
});

test("the session is named after the run, within AWS's limits", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n }), (id) => {
      const { roleSessionName } = settle(inputs(), policy, { ...runner, runId: String(id) });
      expect(roleSessionName).toBe(`keyturn-${id}`);
      expect(roleSessionName).toMatch(/^[\w+=,.@-]{2,64}$/);
    }),
  );
});

describe('refuses', () => {
  test('to guess a region', () => {
    expect(() => settle(inputs(), undefined, runner)).toThrow('Nothing says which AWS region to scan.');
  });

  test('a reader role without accounts to read', () => {
    expect(() => settle(inputs({ 'reader-role-name': 'Reader' }), policy, runner)).toThrow(
      'reader-role-name is given, and no aggregator',
    );
  });
});

describe('an organization', () => {
  const many = makePolicy((text) => text.replace('aws:', 'aws:\n  aggregator: org\n  readerRole: Looker'));
  const run = { ...runner, runId: '17' };
  const settled = (given: Parameters<typeof inputs>[0], from = many) =>
    settle(inputs(given), from, run).organization;

  test('is that of the policy file', () => {
    expect(settled({})).toEqual({ aggregator: 'org', readerRole: 'Looker', sourceIdentity: 'keyturn-17' });
    expect(settled({}, policy)).toBeUndefined();
  });

  test('is that of the inputs before all', () => {
    const given = { 'config-aggregator-name': 'all', 'reader-role-name': 'Reader' };
    expect(settled(given)).toMatchObject({ aggregator: 'all', readerRole: 'Reader' });
    expect(settled({ 'reader-role-name': 'Reader' })).toMatchObject({
      aggregator: 'org',
      readerRole: 'Reader',
    });
  });

  test('has the default role, and the name of no run, where there is neither', () => {
    const given = inputs({ 'config-aggregator-name': 'all' });
    expect(settle(given, undefined, { ...runner, awsRegion: 'us-east-1' }).organization).toEqual({
      aggregator: 'all',
      readerRole: 'KeyturnReader',
      sourceIdentity: 'keyturn',
    });
  });
});
