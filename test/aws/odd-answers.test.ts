import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nonCompliantUsers, ruleResults } from '../../shared/aws/aggregated-verdicts.ts';
import { configCompliance } from '../../shared/aws/compliance.ts';
import { readConfigRule } from '../../shared/aws/config-rule.ts';
import { recorderWarnings } from '../../shared/aws/recorder.ts';
import { remediatorClients } from '../../shared/aws/remediator-clients.ts';
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
    expect(await nonCompliantUsers(aggregator)).toEqual(new Map([[accountId, new Set(['AIDAA'])]]));
  });

  test.each(['{', '{}', JSON.stringify(about({ accountId: 'me' }))])(
    'is not believed with the row %j',
    async (row) => {
      const aggregator = await aggregatorOf({ SelectAggregateResourceConfig: { Results: [row] } });
      await expect(nonCompliantUsers(aggregator)).rejects.toMatchObject({ code: 'aws-answer-unexpected' });
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
    expect(await ruleResults(aggregator)).toEqual(new Map([[accountId, { count: 1, isCapped: false }]]));
    expect(await nonCompliantUsers(aggregator)).toEqual(new Map());
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
