import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { configCompliance } from '../../shared/aws/compliance.ts';
import { now, rule, startTestAws, testClients } from './stand-in.ts';

let aws: AwsStandIn;

beforeEach(async () => {
  aws = await startTestAws();
});

afterEach(() => aws.close());

function readCompliance(region = 'us-east-1') {
  return configCompliance(testClients({ region }).config, rule.name).readCompliance();
}

function addOldKeys(count: number): string[] {
  const createdAt = aws.world.daysAgo(200);
  const users = Array.from({ length: count }, (_, n) =>
    aws.world.addUser({ name: `user-${n}`, keys: [{ createdAt }] }),
  );
  return users.map(({ id }) => id);
}

describe('readCompliance', () => {
  test('gives the rule and everybody whom it calls NON_COMPLIANT, a hundred a page', async () => {
    const ids = addOldKeys(250);
    aws.world.addUser({ name: 'young', keys: [{ createdAt: aws.world.daysAgo(3) }] });
    aws.world.addRule();
    aws.world.evaluateRule();

    const compliance = await readCompliance();

    expect(compliance).toEqual({ rule, nonCompliantUserIds: ids.sort(), evaluated: true, warnings: [] });
    expect(aws.requests.counts()).toEqual({
      DescribeConfigRules: 1,
      DescribeConfigurationRecorders: 1,
      DescribeConfigurationRecorderStatus: 1,
      GetComplianceDetailsByConfigRule: 3,
    });
  });

  test('is content with an evaluated rule that finds nobody', async () => {
    aws.world.addUser({ name: 'young', keys: [{ createdAt: aws.world.daysAgo(3) }] });
    aws.world.addRule();
    aws.world.evaluateRule();
    expect(await readCompliance()).toMatchObject({ nonCompliantUserIds: [], warnings: [] });
  });

  test('warns of a rule that has no results yet', async () => {
    aws.world.addRule();
    const { warnings } = await readCompliance();
    expect(warnings).toEqual([expect.stringContaining('INSUFFICIENT_DATA')]);
  });

  test.each([
    [null, 90],
    [30, 30],
    [0, 0],
  ])('reads the parameter maxAccessKeyAge %p as %p days', async (maxAccessKeyAge, days) => {
    aws.world.addRule({ maxAccessKeyAge });
    expect((await readCompliance()).rule.maxAccessKeyAge).toBe(days);
  });

  test.each([-1, 1.5, 1e6, Number.NaN])(
    'refuses the parameter maxAccessKeyAge %p',
    async (maxAccessKeyAge) => {
      aws.world.addRule({ maxAccessKeyAge });
      await expect(readCompliance()).rejects.toMatchObject({ code: 'config-rule-parameters' });
    },
  );

  test('names the region when there is no such rule in it', async () => {
    aws.world.addRule();
    await expect(readCompliance('eu-west-1')).rejects.toMatchObject({
      code: 'config-rule-missing',
      fact: 'There is no Config rule access-keys-rotated in eu-west-1.',
    });
  });

  test('takes a rule that is being evaluated, and none that is being deleted', async () => {
    const added = aws.world.addRule({ state: 'EVALUATING' });
    await expect(readCompliance()).resolves.toBeDefined();
    added.state = 'DELETING';
    await expect(readCompliance()).rejects.toMatchObject({ code: 'config-rule-inactive' });
  });

  test('refuses a rule of another kind', async () => {
    aws.world.addRule({ sourceIdentifier: 'IAM_USER_MFA_ENABLED' });
    await expect(readCompliance()).rejects.toMatchObject({
      code: 'config-rule-other',
      fact: 'The Config rule access-keys-rotated is IAM_USER_MFA_ENABLED, not ACCESS_KEYS_ROTATED.',
    });
  });

  test.each([
    ['all-but-iam' as const, 'does not record IAM users'],
    [['AWS::EC2::Instance'], 'does not record IAM users'],
  ])('warns of a recorder of %j', async (types, words) => {
    addOldKeys(1);
    aws.world.addRule();
    aws.world.evaluateRule();
    aws.world.account().config.recorder = { recording: true, types };
    expect((await readCompliance()).warnings).toEqual([expect.stringContaining(words)]);
  });

  test('takes a recorder of named types with IAM users among them', async () => {
    addOldKeys(1);
    aws.world.addRule();
    aws.world.evaluateRule();
    aws.world.account().config.recorder = { recording: true, types: ['AWS::IAM::User'] };
    expect((await readCompliance()).warnings).toEqual([]);
  });

  test('goes on without knowing whether the rule has results', async () => {
    aws.world.addRule();
    aws.world.evaluateRule();
    aws.faults.deny('DescribeComplianceByConfigRule');
    expect(await readCompliance()).toMatchObject({
      evaluated: false,
      warnings: [expect.stringContaining('config:DescribeComplianceByConfigRule failed with AccessDenied')],
    });
  });

  test('fails when AWS does not say whether the rule has results', async () => {
    aws.world.addRule();
    aws.faults.fail('DescribeComplianceByConfigRule', { kind: 'status', status: 503 });
    await expect(readCompliance()).rejects.toMatchObject({
      code: 'aws-failed',
      fact: 'config:DescribeComplianceByConfigRule failed: AWS answered 503 without saying why.',
    });
  });

  test('reads more than a hundred pages, empty ones among them', async () => {
    const added = aws.world.addRule();
    added.emptyPageFirst = true;
    const result = { compliance: 'NON_COMPLIANT', recordedAt: now } as const;
    for (let n = 0; n < 10_050; n += 1)
      added.results.set(`AIDA4KEYTURN${String(n).padStart(9, '0')}`, result);
    expect((await readCompliance()).nonCompliantUserIds).toHaveLength(10_050);
    expect(aws.requests.counts()).toMatchObject({ GetComplianceDetailsByConfigRule: 102 });
  });

  test('warns of a recorder that has stopped', async () => {
    addOldKeys(1);
    aws.world.addRule();
    aws.world.evaluateRule();
    aws.world.account().config.recorder = { recording: false, types: 'all' };
    const { warnings, nonCompliantUserIds } = await readCompliance();
    expect(warnings).toEqual([expect.stringContaining('is stopped')]);
    expect(nonCompliantUserIds).toHaveLength(1);
  });

  test('refuses an account without a recorder', async () => {
    aws.world.addRule();
    aws.world.account().config.recorder = undefined;
    await expect(readCompliance()).rejects.toMatchObject({ code: 'config-recorder-missing' });
  });

  test.each([
    ['DescribeConfigRules', 'config:DescribeConfigRules'],
    ['DescribeConfigurationRecorders', 'config:DescribeConfigurationRecorders'],
    ['GetComplianceDetailsByConfigRule', 'config:GetComplianceDetailsByConfigRule'],
  ])('names the action when %s is denied', async (operation, action) => {
    aws.world.addRule();
    aws.faults.deny(operation);
    await expect(readCompliance()).rejects.toMatchObject({
      code: 'aws-access-denied',
      fact: expect.stringContaining(`${action} failed with AccessDeniedException`),
    });
  });
});
