import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsStandIn, startAws } from '../../sandbox/aws/start.ts';
import { type OidcStandIn, startOidc } from '../../sandbox/github/oidc.ts';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { policyText } from '../fakes/policy-file.ts';
import { daysAgo, today } from '../fakes/user-snapshot.ts';
import { capturedRun } from './captured-run.ts';

const subject = 'repo:octo-org/keys:ref:refs/heads/main';
const roleArn = 'arn:aws:iam::111122223333:role/KeyturnScan';
let aws: AwsStandIn;
let github: GitHubStandIn;
let oidc: OidcStandIn;

beforeAll(async () => {
  oidc = await startOidc({ subject, repository: 'octo-org/keys', now: () => today });
});
beforeEach(async () => {
  aws = await startAws({ now: () => today });
  github = await startGitHub({ now: () => today });
  aws.world.addRule();
  aws.world.addRole({
    name: 'KeyturnScan',
    trust: { kind: 'github', audience: 'sts.amazonaws.com', subjects: [subject] },
  });
  aws.world.addUser({ name: 'ada', keys: [{ createdAt: daysAgo(200) }] });
  aws.world.addUser({ name: 'grace', keys: [{ createdAt: daysAgo(120), lastUsed: { at: today } }] });
  aws.world.addUser({ name: 'alan', keys: [{ createdAt: daysAgo(10) }] });
  aws.world.evaluateRule();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'AKIASTATIC',
    AWS_SECRET_ACCESS_KEY: 'static',
    ACTIONS_ID_TOKEN_REQUEST_URL: oidc.requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: oidc.requestToken,
  });
});
afterEach(() => Promise.all([aws.close(), github.close()]));
afterAll(() => oidc.close());

function runAction(
  given: Readonly<Record<string, string>> = {},
  variables: Readonly<Record<string, string>> = {},
) {
  const inputs = { 'github-token': github.token, 'aws-region': 'us-east-1', ...given };
  const runner = { GITHUB_API_URL: github.url, GITHUB_REPOSITORY: github.repository, ...variables };
  return capturedRun(inputs, runner, today);
}

test('a scan opens one issue per finding and tells it everywhere', async () => {
  const { error, log, summary, outputs } = await runAction();
  expect(error).toBeUndefined();
  const issues = await github.byHand.issues();
  expect(issues.map(({ state, labels }) => [state, labels.toSorted()])).toEqual([
    ['open', ['access-key', 'keyturn']],
    ['open', ['access-key', 'keyturn']],
  ]);
  expect(log).toMatch(
    /^::group::Scan by the Config rule access-keys-rotated in us-east-1\n[\s\S]+\n::endgroup::\n/,
  );
  expect(log).toContain('\n2 findings; of the issues 2 were opened, 0 updated, 0 closed.\n');
  expect(log).toContain('"userName": "ada"');
  expect(outputs).toMatch(
    /^non-compliant-count<<(.+)\n2\n\1\nissues-opened<<(.+)\n2\n\2\nissues-updated<<(.+)\n0\n\3\nissues-closed<<(.+)\n0\n\4\nfindings<<(.+)\n.+findings\.json\n\5\n$/,
  );
  expect(summary).toMatch(/^## Keyturn: 2 users have access keys over age\n/);
  expect(summary).toContain(`| issues opened | 2 | [#1](${issues[0]?.html_url})`);
});

test('the role is assumed with a token of GitHub', async () => {
  const { error } = await runAction({ 'role-to-assume': roleArn }, { GITHUB_RUN_ID: '42' });
  expect(error).toBeUndefined();
  const sessions = [...aws.world.sessions.values()].map(({ role, name }) => [role.name, name]);
  expect(sessions).toContainEqual(['KeyturnScan', 'keyturn-42']);
});

test('a dry run shows what it would write, and writes nothing', async () => {
  await runAction({ 'max-new-issues': '1' });
  aws.world.deleteUser(aws.world.userNamed('ada'));
  aws.world.account().report.latest = undefined;
  aws.world.evaluateRule();
  const before = await github.byHand.issues();
  const { error, log, summary } = await runAction({ 'dry-run': 'true' });
  expect(error).toBeUndefined();
  expect(await github.byHand.issues()).toEqual(before);
  expect(log).toMatch(/\n::group::Would open: .*grace.*\n[\s\S]+\n::endgroup::\n/);
  expect(log).toContain('\n::group::Would comment on #1\nClosing: ');
  expect(log).toContain('\n::group::Would change #1\n{\n');
  expect(log).toContain('\n1 finding; of the issues 1 would be opened, 0 updated, 1 closed.\n');
  expect(summary).toContain('**Dry run:**');
});

test('fail-on-findings fails after everything is told', async () => {
  const { error, outputs, summary } = await runAction({ 'fail-on-findings': 'true' });
  expect(error).toMatchObject({ code: 'findings-present' });
  expect(outputs).toContain('non-compliant-count');
  expect(summary).toContain('2 users have');
});

test('a user whom IAM does not show fails the scan, and the others have their issues', async () => {
  aws.faults.deny('ListAccessKeys', { matching: ({ UserName }) => UserName === 'ada' });
  const { error, summary } = await runAction();
  expect(error).toMatchObject({
    code: 'scan-incomplete',
    fact: expect.stringContaining('could not be read'),
  });
  expect(await github.byHand.issues()).toHaveLength(1);
  expect(summary).toContain('**This is not the whole picture**');
});

test('warnings are shown on the run', async () => {
  aws.world.account().config.recorder = { recording: false, types: 'all' };
  const { log } = await runAction();
  expect(log).toMatch(/^::warning::.+record/m);
});

test('what GitHub drops is a warning', async () => {
  const { error, log } = await runAction({ assignees: 'nobody-here' });
  expect(error).toBeUndefined();
  expect(log).toMatch(/^::warning::GitHub did not set the assignees nobody-here/m);
});

describe('a public repository', () => {
  beforeEach(async () => {
    await github.close();
    github = await startGitHub({ now: () => today, private: false });
  });

  test('is refused before anything is read from AWS', async () => {
    const { error, outputs } = await runAction();
    expect(error).toMatchObject({
      code: 'repository-public',
      fact: 'octo-org/keys is public: findings name accounts, users and key ids.',
    });
    expect(outputs).toBe('');
    expect(await github.byHand.issues()).toEqual([]);
  });

  test('can be allowed', async () => {
    expect((await runAction({ 'allow-public-repository': 'true' })).error).toBeUndefined();
    expect(await github.byHand.issues()).toHaveLength(2);
  });
});

describe('the policy file', () => {
  let workspace: string;
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'keyturn-workspace-'));
    await mkdir(join(workspace, '.github'));
  });
  afterEach(() => rm(workspace, { recursive: true }));

  const runWith = async (text: string, given: Readonly<Record<string, string>> = {}) => {
    await writeFile(join(workspace, '.github', 'keyturn.yml'), text);
    return runAction({ 'aws-region': '', ...given }, { GITHUB_WORKSPACE: workspace });
  };

  test('of the checkout says where to scan', async () => {
    expect((await runWith(policyText())).error).toBeUndefined();
    expect(await github.byHand.issues()).toHaveLength(2);
  });

  test('of the default branch is read when there is no checkout', async () => {
    await github.byHand.writeFile('policies/keys.yml', policyText());
    const { error } = await runAction({ 'aws-region': '', 'policy-file': 'policies/keys.yml' });
    expect(error).toBeUndefined();
  });

  test('can be checked alone', async () => {
    const { error, log } = await runWith(policyText(), { 'validate-policy-only': 'true' });
    expect(error).toBeUndefined();
    expect(log).toBe('.github/keyturn.yml is a valid policy file.\n');
  });

  test('with problems shows each at its line', async () => {
    const { error, log } = await runWith(
      policyText((text) => text.replace('us-east-1', 'Mars')),
      {
        'validate-policy-only': 'true',
      },
    );
    expect(error).toMatchObject({ code: 'policy-invalid' });
    expect(log).toMatch(/^::error file=\.github\/keyturn\.yml,line=3,col=\d+::aws\.region is no AWS region/);
  });

  test('that is not there cannot be checked', async () => {
    expect((await runAction({ 'validate-policy-only': 'true' })).error).toMatchObject({
      code: 'policy-absent',
    });
  });
});
