import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addOrganization } from '../../sandbox/aws/organization.ts';
import { World } from '../../sandbox/aws/world.ts';
import { type Stage, startStage } from '../../sandbox/stage.ts';
import { policyText } from '../fakes/policy-file.ts';
import { configCatchesUp, goodScan, renewReport } from './catch-up.ts';

const [security, quiet, dev, strict, bare] = [
  '111122223333',
  '222222222222',
  '444455556666',
  '555555555555',
  '777788889999',
] as const;
const inputs = { 'config-aggregator-name': 'keyturn' };

let world: World;
let stage: Stage;

/** Findings in dev and strict; quiet has none, and bare no rule. */
beforeEach(async () => {
  world = new World();
  addOrganization(world, {
    members: [
      { id: security },
      { id: quiet },
      { id: dev },
      { id: strict, maxAccessKeyAge: 30 },
      { id: bare, maxAccessKeyAge: null },
    ],
  });
  addUser(quiet, 'young', 10);
  addUser(dev, 'ada', 100);
  addUser(dev, 'grace', 400);
  addUser(strict, 'ada', 40);
  addUser(bare, 'nobody', 500);
  for (const account of world.accounts.values()) world.evaluateRule(account);
  stage = await startStage({ world });
});
afterEach(() => stage.close());

function addUser(account: string, name: string, days: number) {
  return world.addUser({ account, name, keys: [{ createdAt: world.daysAgo(days) }] });
}

function rotate(account: string, name: string): void {
  const user = world.userNamed(name, account);
  user.accessKeys = user.accessKeys.map((key) => ({ ...key, status: 'Inactive' }));
}

function readerOf(account: string) {
  const role = world.account(account).roles.get('KeyturnReader');
  if (role?.trust.kind !== 'principals') throw new Error(`Account ${account} has no reader role`);
  return { role, trust: role.trust };
}

/** What the stand-in was asked with credentials of an account, in order. */
const askedIn = (account: string) =>
  stage.aws.requests.list.filter((request) => request.account === account).map(({ operation }) => operation);

/** `ada in 444455556666` for each issue, by number. */
async function issuesNow(state: 'open' | 'closed' = 'open') {
  const issues = await stage.github.byHand.issues();
  return issues
    .filter((issue) => issue.state === state)
    .map(({ title }) => /IAM user (\S+ in) account (\d+)/.exec(title)?.slice(1).join(' '));
}

const failedScan = async (more: Readonly<Record<string, string>> = {}) => {
  const run = await stage.scan({ inputs: { ...inputs, ...more } });
  expect({ exitCode: run.exitCode, log: run.log }).toMatchObject({ exitCode: 1 });
  return run;
};

describe('the first scan of an organization', () => {
  test('opens one issue for each finding, the oldest key of all accounts first', async () => {
    const run = await goodScan(stage, { inputs });
    expect(await issuesNow()).toEqual([`grace in ${dev}`, `ada in ${dev}`, `ada in ${strict}`]);
    expect(run.outputs).toMatchObject({ 'non-compliant-count': '3', 'issues-opened': '3' });
    expect(run.summary).toContain(`aggregator \`keyturn\` with 4 accounts`);
    expect(run.summary).toContain(`| \`${dev}\` | 2 | 400 days | 90 days |`);
    expect(run.summary).toContain(`| \`${strict}\` | \`ada\` |`);
    const [, , third] = await stage.github.byHand.issues();
    expect(third?.body).toContain('older than 30 days');
  });

  test('asks nothing of an account without findings', async () => {
    await goodScan(stage, { inputs });
    for (const account of [quiet, bare]) expect(askedIn(account)).toEqual([]);
    const assumed = stage.aws.requests.list
      .filter(({ operation }) => operation === 'AssumeRole')
      .map(({ input }) => input['RoleArn']);
    expect(assumed.toSorted()).toEqual(
      [dev, strict].map((account) => `arn:aws:iam::${account}:role/KeyturnReader`),
    );
  });

  test('names its run in what each account logs', async () => {
    await goodScan(stage, { inputs, env: { GITHUB_RUN_ID: '4711' } });
    const inDev = stage.aws.requests.list.filter(({ account }) => account === dev);
    expect(inDev.length).toBeGreaterThan(0);
    for (const request of inDev) {
      expect(request).toMatchObject({
        caller: `arn:aws:sts::${dev}:assumed-role/KeyturnReader/keyturn-4711`,
        sourceIdentity: 'keyturn-4711',
      });
    }
  });

  test('names the accounts that lack the rule', async () => {
    const run = await goodScan(stage, { inputs });
    expect(run.log).toMatch(
      new RegExp(`::warning::1 account with IAM users and without results of the Config rule .*: ${bare}\\.`),
    );
    expect(JSON.parse(run.findings ?? '')).toMatchObject({
      complete: true,
      organization: { aggregator: 'keyturn', accounts: 4, withoutRule: [bare], unreadable: [] },
      findings: [{ accountId: dev, maxAccessKeyAge: 90 }, {}, { accountId: strict, maxAccessKeyAge: 30 }],
    });
  });

  test('keeps max-new-issues over all accounts', async () => {
    await goodScan(stage, { inputs: { ...inputs, 'max-new-issues': '1' } });
    expect(await issuesNow()).toEqual([`grace in ${dev}`]);
  });

  test('reads on after empty pages', async () => {
    Object.assign(world.aggregators.get('keyturn') ?? {}, { emptyPageFirst: true });
    await goodScan(stage, { inputs });
    expect(await issuesNow()).toHaveLength(3);
  });

  test('finds users whose verdicts the account does not record', async () => {
    world.account(dev).config.recorder = { recording: true, types: ['AWS::IAM::User'] };
    await goodScan(stage, { inputs });
    expect(await issuesNow()).toHaveLength(3);
    expect(askedIn(dev)).toContain('GetComplianceDetailsByConfigRule');
    expect(askedIn(strict)).not.toContain('GetComplianceDetailsByConfigRule');
    const [first] = await stage.github.byHand.issues();
    expect(first?.body).not.toContain('does not record this user');
  });

  test('is of the organization that the policy file names', async () => {
    const workspace = mkdtempSync(join(tmpdir(), 'keyturn-workspace-'));
    mkdirSync(join(workspace, '.github'));
    const policy = policyText((text) => text.replace('aws:', 'aws:\n  aggregator: keyturn'));
    writeFileSync(join(workspace, '.github', 'keyturn.yml'), policy);
    await goodScan(stage, { workspace });
    rmSync(workspace, { recursive: true });
    expect(await issuesNow()).toHaveLength(3);
  });

  test('renews credentials of an account whose hour is over before the scan is', async () => {
    const { role } = readerOf(dev);
    // The SDK calls credentials expired five minutes before they are; then a new report takes a second.
    role.sessionSeconds = 301;
    renewReport(stage, dev);
    await goodScan(stage, { inputs });
    expect(await issuesNow()).toHaveLength(3);
    const assumed = stage.aws.requests.list.filter(({ input }) => input['RoleArn'] === role.arn);
    expect(assumed.length).toBeGreaterThan(1);
  });
});

describe('the next scan of an organization', () => {
  beforeEach(async () => {
    await goodScan(stage, { inputs });
    stage.aws.requests.clear();
    stage.github.requests.clear();
  });

  test('without news writes nothing and asks four things of each account with findings', async () => {
    const run = await goodScan(stage, { inputs });
    expect(run.outputs).toMatchObject({ 'issues-opened': '0', 'issues-updated': '0', 'issues-closed': '0' });
    expect(stage.github.requests.writes).toBe(0);
    expect(stage.aws.requests.counts()).toEqual({
      AssumeRoleWithWebIdentity: 1,
      DescribeAggregateComplianceByConfigRules: 1,
      SelectAggregateResourceConfig: 3,
      AssumeRole: 2,
      DescribeConfigRules: 2,
      GenerateCredentialReport: 2,
      GetCredentialReport: 2,
    });
  });

  test('closes what is resolved, after a live read in that account', async () => {
    rotate(strict, 'ada');
    configCatchesUp(stage, strict);
    await goodScan(stage, { inputs });
    expect(await issuesNow('closed')).toEqual([`ada in ${strict}`]);
    expect(askedIn(strict)).toEqual(
      expect.arrayContaining(['DescribeConfigRules', 'GetUser', 'ListAccessKeys']),
    );
    expect(askedIn(strict)).not.toContain('GenerateCredentialReport');

    stage.aws.requests.clear();
    await goodScan(stage, { inputs });
    expect(askedIn(strict)).toEqual([]);
  });

  test('reports an account that refuses, leaves its issues alone, and goes on with the others', async () => {
    const { role, trust } = readerOf(dev);
    role.trust = { ...trust, principals: [] };
    rotate(dev, 'ada');
    configCatchesUp(stage, dev);
    rotate(strict, 'ada');
    configCatchesUp(stage, strict);
    const [grace, ada] = await stage.github.byHand.issues();
    const run = await failedScan();
    expect(await issuesNow('closed')).toEqual([`ada in ${strict}`]);
    expect((await stage.github.byHand.issues()).slice(0, 2)).toEqual([grace, ada]);
    const refusal = `%0A- Account ${dev} does not let Keyturn assume ${role.arn}`;
    expect(run.log).toContain(refusal);
    expect(run.log).toContain('Deploy infra/member.yaml to that account');
    expect(run.summary).toContain('### Accounts that could not be read');
    expect(run.outputs).toMatchObject({ 'non-compliant-count': '1', 'issues-closed': '1' });
    expect(JSON.parse(run.findings ?? '')).toMatchObject({
      complete: false,
      organization: {
        unreadable: [{ accountId: dev, code: 'account-role-refused', nonCompliant: 1, openIssues: 2 }],
      },
    });
    role.trust = trust;
    await goodScan(stage, { inputs });
    expect(await issuesNow()).toEqual([`grace in ${dev}`]);
  });

  test('leaves the issues of an account whose rule is gone, and names it', async () => {
    world.account(strict).config.rules.clear();
    const missing = `There is no Config rule access-keys-rotated in us-east-1 of account ${strict}.`;
    expect((await failedScan()).log).toContain(`%0A- ${missing} Correct config-rule-name`);
    expect(await issuesNow()).toHaveLength(3);
  });

  test('leaves the issues of an account that has left, and says what to do without failing', async () => {
    const { role, trust } = readerOf(strict);
    role.trust = { ...trust, principals: [] };
    world.aggregators.get('keyturn')?.accountIds.splice(3, 1);
    const [, , third] = await stage.github.byHand.issues();
    const run = await goodScan(stage, { inputs });
    const left = new RegExp(
      `::warning::1 account seems to have left the organization: ${strict} \\(#3\\)\\. .* close them, or bring`,
    );
    expect(run.log).toMatch(left);
    expect(run.summary).toContain(strict);
    expect((await stage.github.byHand.issues())[2]).toEqual(third);
  });

  test('tells each trouble of an organization once, with its remedy', async () => {
    const { role, trust } = readerOf(dev);
    role.trust = { ...trust, principals: [] };
    stage.aws.faults.deny('DescribeConfigRules', { account: strict });
    const { log } = await failedScan();
    const annotations = log.split('\n').filter((line) => /^::(warning|error)/.test(line));
    expect(annotations).toHaveLength(2);
    expect(annotations[0]).toMatch(new RegExp(`^::warning::1 account .*: ${bare}\\. Deploy the rule`));
    expect(annotations[1]?.match(/%0A- Account \d+/g)).toEqual([
      `%0A- Account ${dev}`,
      `%0A- Account ${strict}`,
    ]);
    expect(annotations[1]).toContain('Deploy infra/member.yaml');
    expect(annotations[1]).toContain('Allow the action named above');
  });
});

describe('an organization that cannot be scanned', () => {
  test.each([
    ['an unknown aggregator', { 'config-aggregator-name': 'nope' }, 'There is no Config aggregator nope'],
    [
      'a rule that no account has',
      { 'config-rule-name': 'nope' },
      'No account of the aggregator keyturn has results of a Config rule nope in us-east-1.',
    ],
    [
      'a reader role that no account has',
      { 'reader-role-name': 'Nobody' },
      'does not let Keyturn assume arn:aws:iam::444455556666:role/Nobody',
    ],
  ])('%s', async (_, more, told) => {
    const run = await failedScan(more);
    expect(run.log).toContain(told);
    expect(stage.github.requests.writes).toBe(0);
  });

  test('a reader role without an aggregator', async () => {
    const run = await stage.scan({ inputs: { 'reader-role-name': 'KeyturnReader' } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('reader-role-name is given, and no aggregator');
    expect(stage.aws.requests.total).toBe(0);
  });

  test('a missing permission is named', async () => {
    stage.aws.faults.deny('SelectAggregateResourceConfig');
    expect((await failedScan()).log).toContain('config:SelectAggregateResourceConfig');
  });
});
