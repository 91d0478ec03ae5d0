import {
  type ComplianceType,
  DescribeComplianceByConfigRuleCommand,
  DescribeConfigRulesCommand,
  DescribeConfigurationRecorderStatusCommand,
  DescribeConfigurationRecordersCommand,
  GetComplianceDetailsByConfigRuleCommand,
  ListDiscoveredResourcesCommand,
  SelectResourceConfigCommand,
  StartConfigRulesEvaluationCommand,
} from '@aws-sdk/client-config-service';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anyKeys, clientsOf, rejection, startTestAws } from './aws-clients.ts';

let standIn: Awaited<ReturnType<typeof startTestAws>>;
beforeEach(async () => {
  standIn = await startTestAws();
});
afterEach(() => standIn.aws.close());

const name = 'access-keys-rotated';

async function details(
  change: { ComplianceTypes?: ComplianceType[]; Limit?: number; NextToken?: string } = {},
) {
  const command = new GetComplianceDetailsByConfigRuleCommand({ ConfigRuleName: name, ...change });
  const { EvaluationResults = [], NextToken } = await standIn.config.send(command);
  const found = EvaluationResults.map(({ ComplianceType, EvaluationResultIdentifier }) => [
    EvaluationResultIdentifier?.EvaluationResultQualifier?.ResourceId,
    ComplianceType,
  ]);
  return { found, NextToken };
}

describe('rules', () => {
  test('are described with their parameter, or refused by name', async () => {
    const { config, world } = standIn;
    world.addRule();
    world.addRule({
      name: 'bare',
      maxAccessKeyAge: null,
      state: 'DELETING',
      sourceIdentifier: 'IAM_USER_MFA_ENABLED',
    });
    const read = async (...ConfigRuleNames: string[]) =>
      (await config.send(new DescribeConfigRulesCommand({ ConfigRuleNames }))).ConfigRules;
    expect(await read(name)).toMatchObject([
      {
        ConfigRuleName: name,
        Source: { Owner: 'AWS', SourceIdentifier: 'ACCESS_KEYS_ROTATED' },
        InputParameters: '{"maxAccessKeyAge":"90"}',
        ConfigRuleState: 'ACTIVE',
      },
    ]);
    expect(await read()).toMatchObject([{}, { InputParameters: '{}', ConfigRuleState: 'DELETING' }]);
    expect(await rejection(read('no-such-rule'))).toMatchObject({ name: 'NoSuchConfigRuleException' });
    const many = Array.from({ length: 26 }, (_, n) => `rule-${n}`);
    expect(await rejection(read(...many))).toMatchObject({ name: 'ValidationException' });
  });

  test("are the region's own", async () => {
    standIn.world.addRule();
    const elsewhere = clientsOf(standIn.aws.url, anyKeys, 'eu-west-1').config;
    expect((await elsewhere.send(new DescribeConfigRulesCommand({}))).ConfigRules).toEqual([]);
  });

  test('find users from the credential report, however old it is', async () => {
    const { clock, config, world } = standIn;
    world.addRule();
    const old = world.addUser({ name: 'old', keys: [{ createdAt: world.daysAgo(91) }] });
    const young = world.addUser({ name: 'young', keys: [{ createdAt: world.daysAgo(90.9) }] });
    world.addUser({ name: 'unrecorded', recorded: false, keys: [{ createdAt: world.daysAgo(91) }] });
    const complianceType = async () =>
      (await config.send(new DescribeComplianceByConfigRuleCommand({ ConfigRuleNames: [name] })))
        .ComplianceByConfigRules?.[0]?.Compliance?.ComplianceType;
    expect(await complianceType()).toBe('INSUFFICIENT_DATA');
    world.evaluateRule();
    expect((await details()).found).toEqual([
      [old.id, 'NON_COMPLIANT'],
      [young.id, 'COMPLIANT'],
    ]);
    expect(await complianceType()).toBe('NON_COMPLIANT');

    for (const key of old.accessKeys) key.status = 'Inactive';
    const evaluate = () => config.send(new StartConfigRulesEvaluationCommand({ ConfigRuleNames: [name] }));
    await evaluate();
    const nonCompliant = async () => (await details({ ComplianceTypes: ['NON_COMPLIANT'] })).found;
    expect(await nonCompliant()).toEqual([[old.id, 'NON_COMPLIANT']]);
    clock.advance(59_000);
    expect(await rejection(evaluate())).toMatchObject({ name: 'LimitExceededException' });
    clock.advance(4 * 3_600_000);
    young.accessKeys.length = 0;
    await evaluate();
    expect(await nonCompliant()).toEqual([]);
    expect(await complianceType()).toBe('COMPLIANT');
  });

  test('page their results by ten unless told otherwise, a hundred at most', async () => {
    const { world } = standIn;
    const { results } = world.addRule();
    for (let n = 0; n < 101; n += 1)
      results.set(`AIDA${n}`, { compliance: 'NON_COMPLIANT', recordedAt: world.now() });
    expect((await details()).found).toHaveLength(10);
    const first = await details({ Limit: 100 });
    expect(first.found).toHaveLength(100);
    const last = await details({ Limit: 100, ...(first.NextToken && { NextToken: first.NextToken }) });
    expect(last).toEqual({ found: [['AIDA100', 'NON_COMPLIANT']], NextToken: undefined });
    expect(await rejection(details({ Limit: 101 }))).toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
    });
    expect(await rejection(details({ NextToken: 'forged' }))).toMatchObject({
      name: 'InvalidNextTokenException',
    });
    expect(await rejection(details({ ComplianceTypes: ['INSUFFICIENT_DATA'] }))).toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });
});

describe('the recorder', () => {
  const recorders = async (...ConfigurationRecorderNames: string[]) => {
    const { config } = standIn;
    const { ConfigurationRecorders = [] } = await config.send(
      new DescribeConfigurationRecordersCommand({ ConfigurationRecorderNames }),
    );
    const { ConfigurationRecordersStatus = [] } = await config.send(
      new DescribeConfigurationRecorderStatusCommand({}),
    );
    return {
      group: ConfigurationRecorders[0]?.recordingGroup,
      recording: ConfigurationRecordersStatus[0]?.recording,
    };
  };

  test.each([
    ['all', { allSupported: true, includeGlobalResourceTypes: true }],
    ['all-but-iam', { allSupported: true, includeGlobalResourceTypes: false }],
    [['AWS::IAM::User'], { allSupported: false, resourceTypes: ['AWS::IAM::User'] }],
  ] as const)('says that it records %j', async (types, group) => {
    standIn.world.account().config.recorder = { recording: true, types };
    expect(await recorders('default')).toMatchObject({ group, recording: true });
  });

  test('may have stopped, or be missing', async () => {
    const { config } = standIn.world.account();
    config.recorder = { recording: false, types: 'all' };
    expect(await recorders()).toMatchObject({ recording: false });
    expect(await rejection(recorders('other'))).toMatchObject({
      name: 'NoSuchConfigurationRecorderException',
    });
    config.recorder = undefined;
    expect(await recorders()).toEqual({ group: undefined, recording: undefined });
  });

  test('decides which users Config has', () => {
    const { world } = standIn;
    const { config } = world.account();
    for (const types of ['all', 'all-but-iam', ['AWS::IAM::User'], ['AWS::S3::Bucket']] as const) {
      config.recorder = { recording: true, types };
      world.addUser({ name: String(types) });
    }
    config.recorder = { recording: false, types: 'all' };
    world.addUser({ name: 'late' });
    expect(
      config.recordedUsers
        .values()
        .map((user) => user.name)
        .toArray(),
    ).toEqual(['all', 'AWS::IAM::User']);
  });
});

describe('recorded users', () => {
  const discovered = async (input: {
    resourceIds?: string[];
    resourceName?: string;
    resourceType?: 'AWS::S3::Bucket';
  }) => {
    const command = new ListDiscoveredResourcesCommand({ resourceType: 'AWS::IAM::User', ...input });
    return (await standIn.config.send(command)).resourceIdentifiers?.map(({ resourceName }) => resourceName);
  };
  const select = async (Expression: string, Limit?: number) => {
    const { Results = [], NextToken } = await standIn.config.send(
      new SelectResourceConfigCommand({ Expression, ...(Limit !== undefined && { Limit }) }),
    );
    return { rows: Results.map((row): unknown => JSON.parse(row)), NextToken };
  };

  test('keep the old name until Config catches up, and a deleted user until it forgets it', async () => {
    const { world } = standIn;
    const ada = world.addUser({ name: 'ada' });
    world.renameUser(ada, 'ada-new');
    expect(await discovered({ resourceIds: [ada.id] })).toEqual(['ada']);
    world.recordUser(ada);
    const again = world.recreateUser(ada);
    expect(again.id).not.toBe(ada.id);
    expect(await discovered({ resourceName: 'ada-new' })).toEqual(['ada-new', 'ada-new']);
    world.forgetUser(ada);
    expect(await discovered({})).toEqual(['ada-new']);
    expect(await discovered({ resourceType: 'AWS::S3::Bucket' })).toEqual([]);
    expect(() => world.recordUser(ada)).toThrow('has no user ada-new');
  });

  test('are listed by twenty ids or one name', async () => {
    const ids = Array.from({ length: 21 }, (_, n) => `AIDA${n}`);
    expect(await rejection(discovered({ resourceIds: ids }))).toMatchObject({ name: 'ValidationException' });
    const both = discovered({ resourceIds: ['AIDA1'], resourceName: 'ada' });
    expect(await rejection(both)).toMatchObject({ name: 'ValidationException' });
  });

  test('are selected with tags and creation date, 100 a page', async () => {
    const { world } = standIn;
    const createdAt = new Date('2024-05-06T07:08:09Z');
    const { id } = world.addUser({ name: "o'neil", createdAt, tags: { owner: 'octo' } });
    const fields = 'resourceId, resourceName, arn, tags, configuration.createDate';
    const where = `WHERE resourceType = 'AWS::IAM::User' AND resourceId IN ('AIDAOTHER', '${id}')`;
    expect(await select(`SELECT ${fields} ${where} AND resourceName = 'o''neil'`)).toEqual({
      rows: [
        {
          resourceId: id,
          resourceName: "o'neil",
          arn: "arn:aws:iam::111122223333:user/o'neil",
          tags: [{ tag: 'owner=octo', key: 'owner', value: 'octo' }],
          configuration: { createDate: '2024-05-06T07:08:09.000Z' },
        },
      ],
      NextToken: undefined,
    });
    for (let n = 0; n < 100; n += 1) world.addUser({ name: `user-${n}` });
    expect((await select('SELECT resourceName')).rows).toHaveLength(25);
    expect(await select('SELECT resourceName', 100)).toMatchObject({ NextToken: expect.any(String) });
  });

  test.each([
    ['InvalidExpressionException', 'DELETE everything'],
    ['InvalidExpressionException', 'SELECT password'],
    ['InvalidExpressionException', "SELECT resourceId WHERE password = 'x'"],
    ['InvalidExpressionException', "SELECT resourceId WHERE resourceId > 'x'"],
    ['ValidationException', `SELECT resourceId WHERE resourceId = '${'x'.repeat(4096)}'`],
  ])('are refused as %s: %s', async (error, expression) => {
    expect(await rejection(select(expression))).toMatchObject({ name: error });
  });
});
