import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { World } from '../../sandbox/aws/world.ts';
import { type ScanOptions, type Stage, startStage } from '../../sandbox/stage.ts';
import { remedies } from '../../shared/errors.ts';
import { type SetUp, toldSetUps, withoutArrangement } from './told-set-ups.ts';

interface WrongScan extends SetUp {
  readonly arrange?: (stage: Stage) => unknown;
  readonly inputs?: ScanOptions['inputs'];
  readonly env?: ScanOptions['env'];
}

const account = 'arn:aws:iam::111122223333';
const noRights = { status: 403, body: { message: 'Resource not accessible by integration' }, times: 20 };

const setUps: readonly WrongScan[] = [
  {
    is: 'the role lacks a permission',
    code: 'aws-access-denied',
    arrange: ({ aws }) => aws.faults.deny('GetComplianceDetailsByConfigRule'),
  },
  {
    is: 'the job has no `id-token: write`',
    code: 'aws-oidc-permission',
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' },
  },
  {
    is: 'the role trusts another repository or environment',
    code: 'aws-oidc-trust',
    inputs: { 'role-to-assume': `${account}:role/Other` },
  },
  {
    is: 'the role does not exist',
    code: 'aws-oidc-trust',
    inputs: { 'role-to-assume': `${account}:role/Nobody` },
  },
  { is: 'another audience', code: 'aws-oidc-audience', inputs: { audience: 'https://github.com/acme' } },
  { is: 'a region that is none', code: 'input-invalid', inputs: { 'aws-region': 'mars' } },
  { is: 'no region', code: 'region-missing', inputs: { 'aws-region': '' } },
  { is: 'the rule is in another region', code: 'config-rule-missing', inputs: { 'aws-region': 'eu-west-1' } },
  { is: 'the rule is of another kind', code: 'config-rule-other', inputs: { 'config-rule-name': 'mfa' } },
  {
    is: 'the region has no recorder',
    code: 'config-recorder-missing',
    arrange: ({ aws }) => {
      aws.world.account().config.recorder = undefined;
    },
  },
  {
    is: 'the policy file has a mistake',
    code: 'policy-invalid',
    arrange: ({ github }) => github.byHand.writeFile('.github/keyturn.yml', 'version: 2\n'),
  },
  {
    is: 'the policy file is not where the input says',
    code: 'policy-absent',
    inputs: { 'policy-file': 'keyturn.yml' },
  },
  {
    is: 'the GitHub token is wrong',
    code: 'github-token-invalid',
    inputs: { 'github-token': 'ghs_wrong' },
  },
  {
    is: 'the GitHub token has no rights',
    code: 'github-permission-missing',
    arrange: ({ github }) => github.faults.add({ route: 'GET /repos/{owner}/{repo}/issues', ...noRights }),
  },
  {
    is: 'the repository has issues turned off',
    code: 'github-issues-disabled',
    arrange: ({ github }) => github.setIssuesEnabled(false),
  },
  {
    is: 'an aggregator that does not exist',
    code: 'aggregator-missing',
    inputs: { 'config-aggregator-name': 'org' },
  },
  {
    is: 'a reader role, but no aggregator',
    code: 'input-invalid',
    inputs: { 'reader-role-name': 'KeyturnReader' },
  },
];
const isPublic: SetUp = { is: 'the repository is public', code: 'repository-public' };

function startWrongly(isPrivate = true): Promise<Stage> {
  const world = new World();
  world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(120) }] });
  world.addRule({ maxAccessKeyAge: 90 });
  world.addRule({ name: 'mfa', sourceIdentifier: 'IAM_USER_MFA_ENABLED' });
  const subjects = ['repo:else/where:ref:refs/heads/main'];
  world.addRole({ name: 'Other', trust: { kind: 'github', audience: 'sts.amazonaws.com', subjects } });
  world.evaluateRule();
  return startStage({ world, private: isPrivate });
}

/** A scan that has to fail, without a write; what a person reads then. */
async function failure(stage: Stage, options: ScanOptions): Promise<string> {
  try {
    const { exitCode, log } = await stage.scan(options);
    expect(exitCode).toBe(1);
    expect(stage.github.requests.writes).toBe(0);
    // The runner's commands escape line breaks and percent signs.
    return log.replaceAll('%0A', '\n').replaceAll('%25', '%');
  } finally {
    await stage.close();
  }
}

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'keyturn-wrong-'));
});
afterEach(() => rmSync(workspace, { recursive: true }));

test.each(setUps)('$is: $code', async ({ code, arrange, inputs = {}, env = {} }) => {
  const stage = await startWrongly();
  await arrange?.(stage);
  stage.github.requests.clear();
  expect(await failure(stage, { workspace, inputs, env })).toContain(remedies[code]);
});

test(`${isPublic.is}: ${isPublic.code}`, async () => {
  const stage = await startWrongly(false);
  expect(await failure(stage, { workspace })).toContain(remedies[isPublic.code]);
});

test('docs/operations.md lists them', () => {
  expect(toldSetUps('scan')).toEqual(withoutArrangement([...setUps, isPublic]));
});
