import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addOrganization } from '../../sandbox/aws/organization.ts';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { readerClients } from '../../shared/aws/clients.ts';
import { awsOrganization } from '../../shared/aws/organization.ts';
import { partitionOf } from '../../shared/aws/partition.ts';
import type { Organization } from '../../shared/findings/ports.ts';
import type { Subject } from '../../shared/findings/subject.ts';
import { connection, rule, startTestAws } from './stand-in.ts';

const [security, dev, bare] = ['111122223333', '444455556666', '777788889999'] as const;

let aws: AwsStandIn;

beforeEach(async () => {
  aws = await startTestAws();
  // Clients judge the expiry of credentials by the machine's clock.
  aws.world.now = () => new Date();
  addOrganization(aws.world, {
    members: [{ id: security }, { id: dev, maxAccessKeyAge: 30 }, { id: bare, maxAccessKeyAge: null }],
  });
});
afterEach(() => aws.close());

function addUser(account: string, name: string, days: number, tags: Record<string, string> = {}) {
  return aws.world.addUser({ account, name, tags, keys: [{ createdAt: aws.world.daysAgo(days) }] });
}

function evaluate(): void {
  for (const account of aws.world.accounts.values()) aws.world.evaluateRule(account);
}

function organization(tracked: readonly Subject[] = [], ruleName = rule.name): Promise<Organization> {
  const { config } = readerClients(connection);
  const source = awsOrganization({
    aggregator: { config, name: 'keyturn', ruleName, region: 'us-east-1' },
    caller: connection.credentials,
    reader: { roleName: 'KeyturnReader', roleSessionName: 'keyturn-1', sourceIdentity: 'keyturn-1' },
    userAgent: 'keyturn/test',
    sleep: async () => undefined,
    now: () => new Date(),
  });
  return source.readOrganization(tracked);
}

/** What the aggregator was asked, query by query. */
const queries = () =>
  aws.requests.list
    .filter(({ operation }) => operation === 'SelectAggregateResourceConfig')
    .map(({ input }) => String(input['Expression']));

describe('what the aggregator shows', () => {
  test('is which accounts have findings, and which have users and no results', async () => {
    addUser(security, 'young', 10);
    addUser(dev, 'ada', 40);
    addUser(dev, 'bob', 50);
    addUser(bare, 'eve', 500);
    evaluate();
    expect(await organization()).toMatchObject({
      aggregator: 'keyturn',
      ruleName: rule.name,
      region: 'us-east-1',
      accounts: new Set([security, dev, bare]),
      unreadable: new Map(),
      nonCompliant: new Map([[dev, 2]]),
      withoutRule: [bare],
    });
  });

  test('is not what another rule says of a user', async () => {
    aws.world.addRule({ account: security, name: 'stricter', maxAccessKeyAge: 5 });
    addUser(security, 'young', 10);
    evaluate();
    const { nonCompliant } = await organization();
    expect(nonCompliant).toEqual(new Map());
    expect(queries().at(0)).toContain(`configRuleName = '${rule.name}'`);
  });

  test('is looked through for a rule whose name no query can hold', async () => {
    const name = "ada's rule";
    aws.world.addRule({ account: dev, name, maxAccessKeyAge: 5 });
    addUser(dev, 'ada', 10);
    evaluate();
    expect((await organization([], name)).nonCompliant).toEqual(new Map([[dev, 1]]));
    expect(queries().join()).not.toContain('ada');
  });

  test('costs a request for each hundred findings, and one more for their names', async () => {
    for (let n = 0; n < 150; n += 1) addUser(dev, `user-${n}`, 40);
    evaluate();
    await organization();
    // Two pages of verdicts, one of accounts, and two queries for names.
    expect(aws.requests.counts()).toEqual({
      DescribeAggregateComplianceByConfigRules: 1,
      SelectAggregateResourceConfig: 5,
    });
    for (const query of queries()) expect(query.length).toBeLessThanOrEqual(4_096);
  });

  test('is nothing when no account has results of the rule', async () => {
    addUser(dev, 'ada', 40);
    await expect(organization()).rejects.toMatchObject({ code: 'config-rule-missing' });
  });

  test('is nothing when there is no such aggregator', async () => {
    aws.world.aggregators.clear();
    await expect(organization()).rejects.toMatchObject({
      code: 'aggregator-missing',
      fact: 'There is no Config aggregator keyturn in this account and region.',
    });
  });

  test('may be what the role does not allow to see', async () => {
    aws.faults.deny('DescribeAggregateComplianceByConfigRules');
    await expect(organization()).rejects.toMatchObject({
      code: 'aws-access-denied',
      fact: expect.stringContaining('config:DescribeAggregateComplianceByConfigRules'),
    });
  });
});

describe('an account', () => {
  test('has its own rule, and the names and tags that the aggregator gave', async () => {
    const ada = addUser(dev, 'ada', 40, { owner: 'octo' });
    evaluate();
    const { compliance, users } = (await organization()).account(dev);
    const verdicts = await compliance.readCompliance();
    expect(verdicts).toMatchObject({
      rule: { accountId: dev, maxAccessKeyAge: 30, partition: 'aws', region: 'us-east-1' },
      nonCompliantUserIds: [ada.id],
      evaluated: true,
    });
    const evidence = await users.readUsers(verdicts.rule, verdicts.nonCompliantUserIds, new Map());
    expect(evidence.get(ada.id)).toMatchObject({
      kind: 'user',
      user: { accountId: dev, userName: 'ada', configName: 'ada', tags: { owner: 'octo' } },
    });
    expect(aws.requests.list.filter(({ account }) => account === dev)).toMatchObject([
      { operation: 'DescribeConfigRules', sourceIdentity: 'keyturn-1' },
      { operation: 'GenerateCredentialReport' },
      { operation: 'GetCredentialReport' },
      { operation: 'ListAccessKeys' },
    ]);
  });

  test('tells the names of tracked users whom nobody calls NON_COMPLIANT', async () => {
    const ada = addUser(dev, 'ada', 10);
    evaluate();
    const seen = await organization([{ accountId: dev, userId: ada.id }]);
    expect(seen.nonCompliant).toEqual(new Map());
    const { compliance, users } = seen.account(dev);
    const { rule: own } = await compliance.readCompliance();
    const live = await users.readUsersLive(own, new Map([[ada.id, 'ada']]));
    expect(live.get(ada.id)).toMatchObject({ source: 'live', user: { configName: 'ada' } });
  });

  test('knows nothing of a user whom only another account has', async () => {
    const ada = addUser(dev, 'ada', 10);
    addUser(security, 'eve', 10);
    evaluate();
    const seen = await organization([{ accountId: security, userId: ada.id }]);
    const { compliance, users } = seen.account(security);
    const { rule: own } = await compliance.readCompliance();
    expect(await users.readUsersLive(own, new Map([[ada.id, 'ada']]))).toEqual(
      new Map([[ada.id, { kind: 'gone', accountId: security, userId: ada.id }]]),
    );
  });

  test('is asked itself when the aggregator names fewer users than the rule counts', async () => {
    const ada = addUser(dev, 'ada', 40);
    evaluate();
    aws.world.account(dev).config.recorder = { recording: true, types: ['AWS::IAM::User'] };
    const seen = await organization();
    expect(seen.nonCompliant).toEqual(new Map([[dev, 1]]));
    const { compliance, users } = seen.account(dev);
    const { rule: own, nonCompliantUserIds } = await compliance.readCompliance();
    expect(nonCompliantUserIds).toEqual([ada.id]);
    const evidence = await users.readUsers(own, nonCompliantUserIds, new Map());
    expect(evidence.get(ada.id)).toMatchObject({ user: { configName: 'ada' } });
  });

  test('is asked itself when AWS counts no further than the aggregator names users', async () => {
    const users = Array.from({ length: 30 }, (_, n) => addUser(dev, `user-${n}`, 40));
    evaluate();
    for (const user of users.slice(0, 5)) aws.world.forgetUser(user, dev);
    const seen = await organization();
    expect(seen.nonCompliant).toEqual(new Map([[dev, 25]]));
    const { nonCompliantUserIds } = await seen.account(dev).compliance.readCompliance();
    expect(nonCompliantUserIds).toEqual(users.map(({ id }) => id).toSorted());
  });

  test.each([
    [
      'has no rule',
      null,
      'config-rule-missing',
      `There is no Config rule ${rule.name} in us-east-1 of account ${dev}.`,
    ],
    [
      'has a rule that goes',
      { state: 'DELETING' } as const,
      'config-rule-inactive',
      `The Config rule ${rule.name} of account ${dev} is DELETING.`,
    ],
    [
      'has another rule',
      { sourceIdentifier: 'ACCESS_KEYS_ROTATED_2' },
      'config-rule-other',
      `The Config rule ${rule.name} of account ${dev} is ACCESS_KEYS_ROTATED_2, not ACCESS_KEYS_ROTATED.`,
    ],
  ])('that %s is named', async (_, change, code, fact) => {
    addUser(dev, 'ada', 40);
    evaluate();
    const { compliance } = (await organization()).account(dev);
    const { rules } = aws.world.account(dev).config;
    if (change === null) rules.clear();
    else Object.assign(rules.get(rule.name) ?? {}, change);
    await expect(compliance.readCompliance()).rejects.toMatchObject({ code, fact });
  });

  test('whose role belongs to another account is not believed', async () => {
    addUser(security, 'eve', 100);
    addUser(dev, 'ada', 40);
    evaluate();
    const { compliance } = (await organization()).account(dev);
    aws.world.account(dev).roles.set('KeyturnReader', {
      ...roleOf(dev),
      accountId: security,
    });
    await expect(compliance.readCompliance()).rejects.toMatchObject({ code: 'aws-answer-unexpected' });
  });

  test('waits alone when it throttles', async () => {
    addUser(security, 'eve', 100);
    addUser(dev, 'ada', 40);
    evaluate();
    const throttled = { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' } as const;
    aws.faults.fail('DescribeConfigRules', throttled, { account: dev, nth: 1 });
    const seen = await organization();
    const read = (id: string) => seen.account(id).compliance.readCompliance();
    await expect(Promise.all([read(dev), read(security)])).resolves.toHaveLength(2);
    const asked = aws.requests.list.filter(({ operation }) => operation === 'DescribeConfigRules');
    expect(asked.map(({ account }) => account).toSorted()).toEqual([security, dev, dev]);
  });
});

function roleOf(account: string) {
  const role = aws.world.account(account).roles.get('KeyturnReader');
  if (role === undefined) throw new Error(`Account ${account} has no reader role`);
  return role;
}

test.each([
  ['us-east-1', 'aws'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['cn-north-1', 'aws-cn'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eusc-de-east-1', 'aws-eusc'],
])('the partition of %s is %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
