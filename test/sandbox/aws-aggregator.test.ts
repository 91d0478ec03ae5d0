import {
  DescribeAggregateComplianceByConfigRulesCommand,
  SelectAggregateResourceConfigCommand,
} from '@aws-sdk/client-config-service';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addOrganization } from '../../sandbox/aws/organization.ts';
import { clientsOf, rejection, startTestAws } from './aws-clients.ts';

const [security, dev, bare] = ['111122223333', '444455556666', '777788889999'] as const;
const name = 'access-keys-rotated';

let standIn: Awaited<ReturnType<typeof startTestAws>>;
beforeEach(async () => {
  standIn = await startTestAws();
  addOrganization(standIn.world, {
    members: [{ id: security }, { id: dev, maxAccessKeyAge: 30 }, { id: bare, maxAccessKeyAge: null }],
  });
});
afterEach(() => standIn.aws.close());

function addUser(account: string, userName: string, days: number) {
  const { world } = standIn;
  return world.addUser({ account, name: userName, keys: [{ createdAt: world.daysAgo(days) }] });
}

function evaluate() {
  for (const account of standIn.world.accounts.values()) standIn.world.evaluateRule(account);
}

async function select(Expression: string, more: { Limit?: number; NextToken?: string } = {}) {
  const command = new SelectAggregateResourceConfigCommand({
    ConfigurationAggregatorName: 'keyturn',
    Expression,
    ...more,
  });
  const { Results = [], NextToken } = await standIn.config.send(command);
  return { rows: Results.map((row): unknown => JSON.parse(row)), NextToken };
}

describe('queries of an aggregator', () => {
  test('show the users of all accounts', async () => {
    addUser(dev, 'ada', 10);
    addUser(bare, 'bob', 10);
    const { rows } = await select(
      "SELECT accountId, resourceName, awsRegion WHERE resourceType = 'AWS::IAM::User'",
    );
    expect(rows).toEqual([
      { accountId: dev, resourceName: 'ada', awsRegion: 'global' },
      { accountId: bare, resourceName: 'bob', awsRegion: 'global' },
    ]);
  });

  test('count by account', async () => {
    addUser(dev, 'ada', 10);
    addUser(dev, 'bob', 10);
    addUser(bare, 'eve', 10);
    const counted = "SELECT accountId, COUNT(*) WHERE resourceType = 'AWS::IAM::User' GROUP BY accountId";
    expect((await select(counted)).rows).toEqual([
      { 'COUNT(*)': 2, accountId: dev },
      { 'COUNT(*)': 1, accountId: bare },
    ]);
    expect(await rejection(select('SELECT accountId, COUNT(*)'))).toMatchObject({
      name: 'InvalidExpressionException',
    });
  });

  test('show what rules say of a user, and tie no two conditions to one rule', async () => {
    standIn.world.addRule({ account: dev, name: 'other', maxAccessKeyAge: 5 });
    const { id } = addUser(dev, 'ada', 10);
    evaluate();
    const where = [
      "resourceType = 'AWS::Config::ResourceCompliance'",
      `configuration.configRuleList.configRuleName = '${name}'`,
      "configuration.configRuleList.complianceType = 'NON_COMPLIANT'",
    ].join(' AND ');
    const fields =
      'accountId, awsRegion, resourceId, configuration.targetResourceId, configuration.configRuleList';
    expect((await select(`SELECT ${fields} WHERE ${where}`)).rows).toEqual([
      {
        accountId: dev,
        awsRegion: 'us-east-1',
        resourceId: `AWS::IAM::User/${id}`,
        configuration: {
          targetResourceId: id,
          configRuleList: [
            expect.objectContaining({ configRuleName: name, complianceType: 'COMPLIANT' }),
            expect.objectContaining({ configRuleName: 'other', complianceType: 'NON_COMPLIANT' }),
          ],
        },
      },
    ]);
  });

  test('know nothing of rules where the recorder leaves their results out', async () => {
    addUser(dev, 'ada', 100);
    evaluate();
    const compliance = "SELECT accountId WHERE resourceType = 'AWS::Config::ResourceCompliance'";
    expect((await select(compliance)).rows).toHaveLength(1);
    standIn.world.account(dev).config.recorder = { recording: true, types: ['AWS::IAM::User'] };
    expect((await select(compliance)).rows).toEqual([]);
  });

  test('may begin with a page that is empty', async () => {
    addUser(dev, 'ada', 100);
    Object.assign(standIn.world.aggregators.get('keyturn') ?? {}, { emptyPageFirst: true });
    const first = await select('SELECT resourceName');
    expect(first).toEqual({ rows: [], NextToken: expect.any(String) });
    expect((await select('SELECT resourceName', { NextToken: first.NextToken ?? '' })).rows).toHaveLength(1);
  });

  test('are 100 a page at most', async () => {
    expect(await rejection(select('SELECT resourceName', { Limit: 101 }))).toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('the rules of an aggregator', () => {
  const rules = async (Filters = {}, more = {}) => {
    const command = new DescribeAggregateComplianceByConfigRulesCommand({
      ConfigurationAggregatorName: 'keyturn',
      Filters,
      ...more,
    });
    return standIn.config.send(command);
  };

  test('come account by account, but for those without results', async () => {
    addUser(security, 'root', 10);
    addUser(dev, 'ada', 100);
    addUser(bare, 'bob', 100);
    standIn.world.addRule({ account: bare, name });
    standIn.world.evaluateRule(standIn.world.account(security));
    standIn.world.evaluateRule(standIn.world.account(dev));
    expect(await rules({ ConfigRuleName: name, AwsRegion: 'us-east-1' })).toMatchObject({
      AggregateComplianceByConfigRules: [
        { AccountId: security, Compliance: { ComplianceType: 'COMPLIANT' }, ConfigRuleName: name },
        {
          AccountId: dev,
          AwsRegion: 'us-east-1',
          Compliance: {
            ComplianceType: 'NON_COMPLIANT',
            ComplianceContributorCount: { CappedCount: 1, CapExceeded: false },
          },
        },
      ],
    });
    const only = await rules({ ComplianceType: 'NON_COMPLIANT' });
    expect(only.AggregateComplianceByConfigRules).toHaveLength(1);
    expect(await rules({ AccountId: bare })).toMatchObject({ AggregateComplianceByConfigRules: [] });
    expect(await rules({ AwsRegion: 'eu-west-1' })).toMatchObject({ AggregateComplianceByConfigRules: [] });
  });

  test('come in pages', async () => {
    addUser(security, 'root', 10);
    addUser(dev, 'ada', 100);
    evaluate();
    const first = await rules({}, { Limit: 1 });
    expect(first.AggregateComplianceByConfigRules).toHaveLength(1);
    const second = await rules({}, { Limit: 1, NextToken: first.NextToken });
    expect(second).toMatchObject({ AggregateComplianceByConfigRules: [{ AccountId: dev }] });
    expect(second.NextToken).toBeUndefined();
  });
});

test('an aggregator is its account’s and its region’s alone', async () => {
  const missing = { name: 'NoSuchConfigurationAggregatorException' };
  const command = new SelectAggregateResourceConfigCommand({
    ConfigurationAggregatorName: 'keyturn',
    Expression: 'SELECT resourceId',
  });
  const elsewhere = clientsOf(standIn.aws.url, undefined, 'eu-west-1');
  expect(await rejection(elsewhere.config.send(command))).toMatchObject(missing);
  standIn.world.aggregators.clear();
  expect(await rejection(standIn.config.send(command))).toMatchObject(missing);
});
