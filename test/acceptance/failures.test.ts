import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { World } from '../../sandbox/aws/world.ts';
import { type Stage, startStage } from '../../sandbox/stage.ts';
import { goodScan, openUsers, renewReport } from './catch-up.ts';

let stage: Stage;
let world: World;

beforeEach(async () => {
  world = new World();
  for (const name of ['alice', 'bob']) world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  world.addRule({ maxAccessKeyAge: 90 });
  world.evaluateRule();
  stage = await startStage({ world });
});

afterEach(() => stage.close());

/** A scan that must fail, and what a person reads then. */
async function failure(options: Parameters<Stage['scan']>[0]): Promise<string> {
  const run = await stage.scan(options);
  expect({ exitCode: run.exitCode, log: run.log }).toMatchObject({ exitCode: 1 });
  expect(run.log).not.toMatch(/\n\s+at .*:\d+/);
  // The runner is told what to mask by the one line that names it.
  const told = run.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  expect(told.join('\n')).not.toContain(stage.github.token);
  return run.log.slice(run.log.indexOf('::error'));
}

describe('inputs that cannot be used', () => {
  test.each([
    ['aws-region', 'mars', 'an AWS region, such as us-east-1'],
    ['config-rule-name', 'r'.repeat(65), 'at most 64 characters'],
    ['role-to-assume', 'KeyturnScan', 'the ARN of an IAM role'],
    ['role-session-name', 'a b', '2 to 64 letters'],
    ['audience', 'two words', '1 to 255 characters without spaces'],
    ['policy-file', '../policy.yml', 'inside the repository'],
    ['labels', 'keyturn:pending', 'none of them "keyturn"'],
    ['assignees', 'not a login', 'GitHub logins'],
    ['max-new-issues', 'many', 'a whole number from 0 to 500'],
    ['max-new-issues', '501', 'a whole number from 0 to 500'],
    ['dry-run', 'yes', 'true or false'],
    ['fail-on-findings', '1', 'true or false'],
    ['allow-public-repository', 'perhaps', 'true or false'],
    ['validate-policy-only', 'y', 'true or false'],
    ['slack-webhook-url', 'http://hooks.example/secret-path', 'an https address'],
    ['config-aggregator-name', 'an aggregator', '1 to 256'],
    ['reader-role-name', 'a/b', '1 to 64'],
  ])('%s: %s', async (name, value, allowed) => {
    const message = await failure({ inputs: { [name]: value } });
    expect(message).toContain(name);
    expect(message).toContain(allowed);
    expect(message).not.toContain('secret-path');
    expect(stage.aws.requests.total).toBe(0);
  });

  test('all of them are named at once', async () => {
    const message = await failure({ inputs: { 'aws-region': 'mars', 'dry-run': 'yes' } });
    expect(message).toMatch(/aws-region[\s\S]*dry-run/);
  });

  test('aws-region is needed, from the input or the policy', async () => {
    expect(await failure({ inputs: { 'aws-region': '' } })).toContain('aws-region');
  });
});

describe('a world that is not set up', () => {
  test('a public repository', async () => {
    const open = await startStage({ world: new World(), private: false });
    try {
      const run = await open.scan();
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain('is public');
      expect(open.aws.requests.total).toBe(0);
    } finally {
      await open.close();
    }
  });

  test('no id-token permission', async () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' };
    expect(await failure({ env })).toContain('id-token: write');
  });

  test('a trust policy that does not fit: the subject that was presented is named', async () => {
    world.addRole({
      name: 'Other',
      trust: {
        kind: 'github',
        audience: 'sts.amazonaws.com',
        subjects: ['repo:else/where:ref:refs/heads/main'],
      },
    });
    const message = await failure({ inputs: { 'role-to-assume': 'arn:aws:iam::111122223333:role/Other' } });
    expect(message).toContain(`repo:${stage.github.repository}:ref:refs/heads/main`);
  });

  test('a rule that is not there', async () => {
    expect(await failure({ inputs: { 'config-rule-name': 'nope' } })).toContain('nope');
  });

  test('a rule of another kind', async () => {
    world.addRule({ name: 'mfa', sourceIdentifier: 'IAM_USER_MFA_ENABLED' });
    expect(await failure({ inputs: { 'config-rule-name': 'mfa' } })).toContain('IAM_USER_MFA_ENABLED');
  });

  test('the rule is in another region', async () => {
    expect(await failure({ inputs: { 'aws-region': 'eu-west-1' } })).toContain('eu-west-1');
  });

  test('no recorder', async () => {
    world.account().config.recorder = undefined;
    expect(await failure({})).toContain('AWS Config has no recorder in us-east-1');
  });

  test('a missing permission is named', async () => {
    stage.aws.faults.deny('GetComplianceDetailsByConfigRule');
    expect(await failure({})).toContain('config:GetComplianceDetailsByConfigRule');
  });

  test('a wrong GitHub token', async () => {
    expect(await failure({ inputs: { 'github-token': 'ghs_wrong' } })).toContain('GitHub');
  });

  test('issues are disabled', async () => {
    stage.github.setIssuesEnabled(false);
    expect(await failure({})).toMatch(/issues/i);
  });
});

describe('the policy file', () => {
  let workspace: string;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'keyturn-workspace-'));
    mkdirSync(join(workspace, '.github'));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  test('a mistake is shown at its line', async () => {
    writeFileSync(join(workspace, '.github', 'keyturn.yml'), 'version: 1\naws:\n  regoin: us-east-1\n');
    const run = await stage.scan({ workspace });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/::error .*file=\.github\/keyturn\.yml.*line=3/);
    expect(run.log).toContain('regoin');
  });

  test('without a checkout it is read from the default branch', async () => {
    await stage.github.byHand.writeFile('.github/keyturn.yml', 'version: 2\n');
    const run = await stage.scan();
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/::error file=\.github\/keyturn\.yml,line=1/);
  });
});

describe('a scan that fails in part', () => {
  test('opens what it knows, closes nothing, and fails saying what it could not see', async () => {
    await goodScan(stage);
    const carol = world.addUser({ name: 'carol', keys: [{ createdAt: world.daysAgo(200) }] });
    world.addUser({ name: 'dave', keys: [{ createdAt: world.daysAgo(200) }] });
    world.userNamed('alice').accessKeys = [];
    renewReport(stage);
    world.evaluateRule();
    stage.aws.faults.deny('ListAccessKeys', { matching: (input) => input['UserName'] === 'dave' });

    const message = await failure({});

    expect(message).toContain('iam:ListAccessKeys');
    // alice's key is gone, but a scan that does not see everything closes nothing.
    expect(await openUsers(stage)).toEqual(['alice', 'bob', carol.name]);
    stage.aws.faults.clear();
    await goodScan(stage);
    expect(await openUsers(stage)).toEqual(['bob', 'carol', 'dave']);
  });

  test('an issue whose creation went unanswered is opened once', async () => {
    stage.github.faults.add({ route: 'POST /repos/{owner}/{repo}/issues', when: 'after', status: 502 });

    await goodScan(stage);

    expect(await openUsers(stage)).toEqual(['alice', 'bob']);
  });

  test('credentials that expire under way end the scan before it writes', async () => {
    stage.aws.faults.fail('ListAccessKeys', {
      kind: 'error',
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      status: 403,
    });
    const message = await failure({});
    expect(message).toContain('iam:ListAccessKeys failed with ExpiredToken');
    expect(await openUsers(stage)).toEqual([]);
  });

  test('a 5xx of what stands between says its number', async () => {
    stage.aws.faults.fail('DescribeConfigRules', { kind: 'status', status: 503 });
    expect(await failure({})).toContain('AWS answered 503');
  }, 60_000);

  test('a role that must not list users: only those are missing of whom nothing else tells', async () => {
    const carol = world.addUser({ name: 'carol', keys: [{ createdAt: world.daysAgo(200) }] });
    renewReport(stage);
    world.evaluateRule();
    world.forgetUser(carol);
    stage.aws.faults.deny('ListUsers');
    expect(await failure({})).toContain('iam:ListUsers');
    expect(await openUsers(stage)).toEqual(['alice', 'bob']);
  });

  test('a rate limit on creation: tried once, the rest is left for the next run', async () => {
    const route = 'POST /repos/{owner}/{repo}/issues';
    const body = { message: 'You have exceeded a secondary rate limit.' };
    stage.github.faults.add({ route, times: 1_000, status: 403, headers: { 'retry-after': '1' }, body });
    const message = await failure({});
    expect(message.match(/rate limit is used up/g)).toHaveLength(1);
    // GitHub is asked again as often as it says when, for the first of the two only.
    expect(stage.github.requests.of(route)).toBe(4);
  }, 60_000);

  test('a token that may not label opens one issue and no more', async () => {
    const token = stage.github.tokenOf('rita');
    const message = await failure({ inputs: { 'github-token': token } });
    expect(message).toContain('without the label keyturn');
    expect(await stage.github.byHand.issues()).toHaveLength(1);
  });

  test('throttling is waited out', async () => {
    stage.aws.faults.fail(
      'ListAccessKeys',
      { kind: 'error', code: 'Throttling', message: 'Rate exceeded', status: 400 },
      { nth: 1 },
    );
    await goodScan(stage);
    expect(await openUsers(stage)).toEqual(['alice', 'bob']);
  });
});
