import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readAggregatedUsers } from '../../shared/aws/aggregated-users.ts';
import { nonCompliantUsers } from '../../shared/aws/aggregated-verdicts.ts';
import { configCompliance } from '../../shared/aws/compliance.ts';
import { readConfigRule } from '../../shared/aws/config-rule.ts';
import { recorderWarnings } from '../../shared/aws/recorder.ts';
import { remediatorClients } from '../../shared/aws/remediator-clients.ts';
import { ruleResults } from '../../shared/aws/rule-results.ts';
import { ssmRunbooks } from '../../shared/aws/runbook.ts';
import { connection, rule } from './stand-in.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** A service that gives one answer to each operation, which the stand-in would never give. */
async function answering(answers: Record<string, object | object[]>) {
  const left = new Map(Object.entries(answers).map(([name, answer]) => [name, [answer].flat()]));
  const started = createServer((request, response) => {
    const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
    const queue = left.get(operation) ?? [];
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer ?? {}));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${address.port}`;
  return remediatorClients(connection);
}

describe('a Config rule', () => {
  const described = {
    ConfigRuleName: rule.name,
    ConfigRuleState: 'ACTIVE',
    ConfigRuleArn: 'arn:aws-us-gov:config:us-gov-west-1:111122223333:config-rule/config-rule-abc',
    Source: { SourceIdentifier: 'ACCESS_KEYS_ROTATED' },
  };

  function readRule(changes: object) {
    return answering({ DescribeConfigRules: { ConfigRules: [{ ...described, ...changes }] } }).then(
      ({ config }) => readConfigRule(config, rule.name),
    );
  }

  test('tells partition, region and account by its ARN', async () => {
    expect(await readRule({})).toMatchObject({
      partition: 'aws-us-gov',
      region: 'us-gov-west-1',
      accountId: '111122223333',
      maxAccessKeyAge: 90,
    });
  });

  test.each([{ ConfigRuleArn: 'arn:aws:s3:::bucket' }, { ConfigRuleArn: undefined }])(
    'needs the ARN of a rule: %j',
    async (changes) => {
      await expect(readRule(changes)).rejects.toMatchObject({ code: 'aws-answer-unexpected' });
    },
  );

  test('may hold its parameter as a number', async () => {
    expect(await readRule({ InputParameters: '{"maxAccessKeyAge":45}' })).toMatchObject({
      maxAccessKeyAge: 45,
    });
  });

  test.each(['{', '[]', '{"maxAccessKeyAge":"ninety"}', '{"maxAccessKeyAge":""}'])(
    'has no age in the parameters %j',
    async (InputParameters) => {
      await expect(readRule({ InputParameters })).rejects.toMatchObject({ code: 'config-rule-parameters' });
    },
  );

  test('an answer that is no list of rules', async () => {
    const { config } = await answering({ DescribeConfigRules: { ConfigRules: true } });
    await expect(readConfigRule(config, rule.name)).rejects.toMatchObject({ code: 'aws-answer-unexpected' });
  });

  test('is missing when AWS describes none', async () => {
    const { config } = await answering({});
    await expect(readConfigRule(config, rule.name)).rejects.toMatchObject({ code: 'config-rule-missing' });
  });
});

describe('a recorder', () => {
  async function warningsOf(recordingGroup: object | undefined) {
    const { config } = await answering({
      DescribeConfigurationRecorders: { ConfigurationRecorders: [{ name: 'r', recordingGroup }] },
      DescribeConfigurationRecorderStatus: { ConfigurationRecordersStatus: [{ name: 'r', recording: true }] },
    });
    return recorderWarnings(config, rule.region);
  }

  const excluding = (...resourceTypes: string[]) => ({
    recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
    exclusionByResourceTypes: { resourceTypes },
  });

  test.each([
    { allSupported: true, includeGlobalResourceTypes: true },
    { allSupported: false, resourceTypes: ['AWS::IAM::User'] },
    excluding('AWS::EC2::Instance'),
  ])('records IAM users: %j', async (group) => {
    expect(await warningsOf(group)).toEqual([]);
  });

  test.each([
    undefined,
    {},
    { allSupported: true },
    { allSupported: true, includeGlobalResourceTypes: false },
    excluding('AWS::IAM::User'),
  ])('does not record IAM users: %j', async (group) => {
    expect(await warningsOf(group)).toEqual([expect.stringContaining('does not record IAM users')]);
  });

  test('is missing when AWS describes none', async () => {
    const { config } = await answering({});
    await expect(recorderWarnings(config, rule.region)).rejects.toMatchObject({
      code: 'config-recorder-missing',
    });
  });
});

const qualifier = (ResourceType: string, ResourceId?: string | number) => ({
  EvaluationResultIdentifier: { EvaluationResultQualifier: { ResourceType, ResourceId } },
});
const inForce = {
  DescribeConfigRules: {
    ConfigRules: [
      {
        ConfigRuleState: 'ACTIVE',
        ConfigRuleArn: rule.arn,
        Source: { SourceIdentifier: 'ACCESS_KEYS_ROTATED' },
      },
    ],
  },
  DescribeConfigurationRecorders: { ConfigurationRecorders: [{ name: 'r' }] },
};

test.each([undefined, '', 0])('a user whose id is %j would be a finding that nobody hears of', async (id) => {
  const EvaluationResults = [qualifier('AWS::IAM::User', 'AIDAA'), qualifier('AWS::IAM::User', id)];
  const { config } = await answering({ ...inForce, GetComplianceDetailsByConfigRule: { EvaluationResults } });
  await expect(configCompliance(config, rule.name).readCompliance()).rejects.toMatchObject({
    code: 'aws-answer-unexpected',
  });
});

test('compliance passes over results about anything but a user', async () => {
  const { config } = await answering({
    ...inForce,
    GetComplianceDetailsByConfigRule: [
      { NextToken: '2' },
      {
        NextToken: '3',
        EvaluationResults: [{}, qualifier('AWS::::Account', '1'), qualifier('AWS::::Account')],
      },
      { EvaluationResults: [qualifier('AWS::IAM::User', 'AIDAB'), qualifier('AWS::IAM::User', 'AIDAA')] },
    ],
  });
  const { nonCompliantUserIds } = await configCompliance(config, rule.name).readCompliance();
  expect(nonCompliantUserIds).toEqual(['AIDAA', 'AIDAB']);
});

describe('an aggregator', () => {
  const accountId = '444455556666';
  const about = (changes: object = {}) => ({
    accountId,
    awsRegion: rule.region,
    configuration: {
      targetResourceId: 'AIDAA',
      configRuleList: [{ configRuleName: rule.name, complianceType: 'NON_COMPLIANT' }],
    },
    ...changes,
  });
  async function aggregatorOf(answers: Parameters<typeof answering>[0]) {
    const { config } = await answering(answers);
    return { config, name: 'org', ruleName: rule.name, region: rule.region };
  }

  test('is believed about its own region, and about what belongs to none', async () => {
    const rows = [
      about(),
      about({ awsRegion: 'global' }),
      about({ accountId: '1'.repeat(12), awsRegion: 'eu-west-1' }),
    ];
    const aggregator = await aggregatorOf({
      SelectAggregateResourceConfig: [
        { NextToken: '2' },
        { Results: rows.map((row) => JSON.stringify(row)) },
      ],
    });
    expect(await nonCompliantUsers(aggregator)).toEqual({
      byAccount: new Map([[accountId, new Set(['AIDAA'])]]),
      unreadable: new Map(),
    });
  });

  test.each([
    ['{', '{'],
    ['{}', '{}'],
    [JSON.stringify(about({ accountId: 'me' })), '{"accountId":"me",'],
    ['\u202e::error::', '\ufffd::error::'],
  ])('is not believed at all with the row %j, which may be about anybody', async (row, quoted) => {
    const aggregator = await aggregatorOf({ SelectAggregateResourceConfig: { Results: [row] } });
    await expect(nonCompliantUsers(aggregator)).rejects.toMatchObject({
      code: 'aws-answer-unexpected',
      fact: expect.stringContaining(`nor does it say whose it is: ${quoted}`),
    });
  });

  test('quotes only the beginning of a row', async () => {
    const row = `{"tags":"${'x'.repeat(2_000)}`;
    const aggregator = await aggregatorOf({ SelectAggregateResourceConfig: { Results: [row] } });
    await expect(nonCompliantUsers(aggregator)).rejects.toThrow(/x…\. Run again/);
  });

  test.each([
    ['no configuration', { configuration: null }, 'configuration: '],
    ['a user without an id', { configuration: { ...about().configuration, targetResourceId: '' } }, 'target'],
    [
      'an unknown verdict',
      {
        configuration: {
          targetResourceId: 'AIDAA',
          configRuleList: [{ configRuleName: rule.name, complianceType: 'non_compliant' }],
        },
      },
      'complianceType',
    ],
  ])(
    'is not believed about the account of a row with %s, and about others it is',
    async (_, change, member) => {
      const other = '1'.repeat(12);
      const rows = [about(change), about({ ...change, awsRegion: 1 }), about({ accountId: other })];
      const aggregator = await aggregatorOf({
        SelectAggregateResourceConfig: { Results: rows.map((row) => JSON.stringify(row)) },
      });
      const { byAccount, unreadable } = await nonCompliantUsers(aggregator);
      expect([...byAccount.keys()]).toEqual([other]);
      expect([...unreadable.keys()]).toEqual([accountId]);
      expect(unreadable.get(accountId)).toMatchObject({
        code: 'aws-answer-unexpected',
        fact: expect.stringMatching(
          `^A row of the answer to config:SelectAggregateResourceConfig .*${member}`,
        ),
      });
    },
  );

  test('may have no rows, and no count', async () => {
    const result = (id: string, ComplianceType: string, ConfigRuleName = rule.name) => ({
      AccountId: id,
      ConfigRuleName,
      Compliance: { ComplianceType },
    });
    const aggregator = await aggregatorOf({
      DescribeAggregateComplianceByConfigRules: [
        { NextToken: '2' },
        {
          AggregateComplianceByConfigRules: [
            result(accountId, 'NON_COMPLIANT'),
            result('1'.repeat(12), 'INSUFFICIENT_DATA'),
            result('2'.repeat(12), 'COMPLIANT', 'another'),
          ],
        },
      ],
    });
    expect(await ruleResults(aggregator)).toEqual({
      byAccount: new Map([[accountId, { count: 1, isCapped: false }]]),
      withRule: new Set([accountId, '1'.repeat(12)]),
      unreadable: new Map(),
    });
    expect(await nonCompliantUsers(aggregator)).toEqual({ byAccount: new Map(), unreadable: new Map() });
  });

  const counted = (
    AccountId: string,
    ComplianceType: unknown,
    CappedCount?: number,
    CapExceeded = false,
  ) => ({
    AccountId,
    ConfigRuleName: rule.name,
    Compliance: { ComplianceType, ComplianceContributorCount: { CappedCount, CapExceeded } },
  });

  test('is believed to the worse when it contradicts itself', async () => {
    const [one, two] = ['1'.repeat(12), '2'.repeat(12)];
    const aggregator = await aggregatorOf({
      DescribeAggregateComplianceByConfigRules: {
        AggregateComplianceByConfigRules: [
          counted(one, 'NON_COMPLIANT', 3),
          counted(one, 'NON_COMPLIANT', 2, true),
          counted(one, 'COMPLIANT'),
          // Nobody made it so?
          counted(two, 'NON_COMPLIANT', 0),
        ],
      },
    });
    expect((await ruleResults(aggregator)).byAccount).toEqual(
      new Map([
        [one, { count: 3, isCapped: true }],
        [two, { count: 1, isCapped: false }],
      ]),
    );
  });

  test.each([
    counted(accountId, 'non_compliant'),
    counted(accountId, 'NON_COMPLIANT', -1),
    { AccountId: accountId },
  ])('is not believed about an account whose result is %j', async (odd) => {
    const aggregator = await aggregatorOf({
      DescribeAggregateComplianceByConfigRules: {
        AggregateComplianceByConfigRules: [odd, counted('1'.repeat(12), 'COMPLIANT')],
      },
    });
    const { byAccount, unreadable } = await ruleResults(aggregator);
    expect([...byAccount.keys()]).toEqual(['1'.repeat(12)]);
    expect([...unreadable.keys()]).toEqual([accountId]);
  });

  test.each([
    ['DescribeAggregateComplianceByConfigRules', ruleResults],
    ['SelectAggregateResourceConfig', nonCompliantUsers],
  ])('that leads back to the same page of %s is not asked without end', async (operation, read) => {
    const aggregator = await aggregatorOf({ [operation]: { NextToken: 'again' } });
    await expect(read(aggregator)).rejects.toMatchObject({ code: 'aws-answer-unexpected' });
  });

  describe('that records a user in several regions', () => {
    const user = (changes: object) => ({
      accountId,
      awsRegion: 'global',
      configurationItemCaptureTime: '2026-11-01T00:00:00.000Z',
      resourceId: 'AIDAEXAMPLE0000000001',
      resourceName: 'ada',
      arn: `arn:aws:iam::${accountId}:user/ada`,
      ...changes,
    });
    async function usersOf(...rows: object[]) {
      const aggregator = await aggregatorOf({
        SelectAggregateResourceConfig: { Results: rows.map((row) => JSON.stringify(row)) },
      });
      return readAggregatedUsers(aggregator, [{ accountId, userId: 'AIDAEXAMPLE0000000001' }]);
    }
    const nameIn = ({ byAccount }: Awaited<ReturnType<typeof usersOf>>) =>
      byAccount.get(accountId)?.get('AIDAEXAMPLE0000000001')?.userName;

    const older = user({});
    const newer = user({ resourceName: 'ada2', configurationItemCaptureTime: '2026-11-02T00:00:00.000Z' });
    const undated = user({ resourceName: 'ada3', configurationItemCaptureTime: 1 });
    test.each([[[older, newer, undated]], [[newer, older, undated]], [[undated, older, newer]]])(
      'goes by what was captured last, in any order',
      async (rows) => {
        expect(nameIn(await usersOf(...rows))).toBe('ada2');
      },
    );

    const elsewhere = { ...newer, awsRegion: 'eu-west-1' };
    test.each([
      ['ada', [older, elsewhere]],
      [undefined, [elsewhere]],
    ])('goes by its own region, which is what the runbook there sees: %s', async (name, rows) => {
      expect(nameIn(await usersOf(...rows))).toBe(name);
    });

    test('is not believed about an account whose user has an ARN of another', async () => {
      const { unreadable } = await usersOf(user({ arn: 'arn:aws:iam::111111111111:user/ada' }));
      expect([...unreadable.keys()]).toEqual([accountId]);
    });
  });
});

describe('the runbook', () => {
  const place = { accountId: rule.accountId, region: rule.region };

  test('is found behind empty pages, also before it has any output', async () => {
    const row = { AutomationExecutionId: 'e', AutomationExecutionStatus: 'Pending' };
    const { ssm } = await answering({
      DescribeAutomationExecutions: [{ NextToken: '2' }, { AutomationExecutionMetadataList: [row] }],
    });
    expect(await ssmRunbooks(async () => ssm).findByTag(place, 'tag')).toEqual({
      id: 'e',
      status: 'Pending',
    });
  });

  test('rejects answers that lack what AWS documents', async () => {
    const { ssm } = await answering({});
    const runbooks = ssmRunbooks(async () => ssm);
    await expect(runbooks.describeDocument(place, '1')).rejects.toMatchObject({
      code: 'aws-answer-unexpected',
      fact: expect.stringContaining(
        'The answer to ssm:DescribeDocument is not as AWS documents it (the whole',
      ),
    });
    const start = {
      document: { name: 'Runbook', version: '1', hash: '' },
      roleArn: '',
      userId: '',
      maxCredentialUsageAge: 90,
      clientToken: '6b1d9f54-6a0f-5d0e-9c55-0a4f3f1f8a11',
      tagKey: 'tag',
    };
    await expect(runbooks.start(place, start)).rejects.toMatchObject({
      fact: expect.stringContaining('(AutomationExecutionId: '),
    });
  });
});
