import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectAccounts } from '../../bot/accounts.ts';
import { connectAws } from '../../bot/aws.ts';
import { addOrganization } from '../../sandbox/aws/organization.ts';
import { type AwsStandIn, startAws } from '../../sandbox/aws/start.ts';
import { makePolicy } from '../fakes/policy-file.ts';

const security = '111122223333';
const production = '222233334444';
const staging = '555566667777';

let aws: AwsStandIn;
/** What stands in the policy under `aws` besides the region. */
let lines: string[];
beforeEach(async () => {
  aws = await startAws();
  addOrganization(aws.world, { members: [{ id: production }, { id: staging }] });
  lines = ['aggregator: keyturn'];
  process.env['AWS_ENDPOINT_URL'] = aws.url;
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIASTATIC';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'static';
});
afterEach(() => aws.close());

function connect() {
  const policy = () =>
    makePolicy((text) => text.replace('region: us-east-1', ['region: us-east-1', ...lines].join('\n  ')));
  const accounts = connectAccounts({ owner: 'acme', repo: 'the.keys' }, () => new Date());
  return connectAws({ read: async () => policy() }, accounts);
}

function findingIn(accountId: string) {
  const user = aws.world.addUser({ name: 'alice', account: accountId });
  return { accountId, userId: user.id };
}

const asked = () =>
  aws.requests.list.map(({ operation, account, caller }) => [operation, account, caller.split('/')[1]]);

describe('with an aggregator', () => {
  test('an account is entered once, by its role and under the name of the bot, for all that is asked there', async () => {
    const { users, rules, runbooks } = connect();
    const finding = findingIn(production);
    expect(await users.readUser(finding, 'alice')).toMatchObject({ accountId: production });
    expect(await rules.readRule(production)).toMatchObject({ partition: 'aws', maxAccessKeyAge: 90 });
    await runbooks.describeDocument({ accountId: production, region: 'us-east-1' }, '1');
    const [entry, ...others] = aws.requests.list;
    expect(entry).toMatchObject({
      operation: 'AssumeRole',
      account: security,
      input: {
        RoleArn: `arn:aws:iam::${production}:role/KeyturnRemediator`,
        RoleSessionName: 'keyturn-bot@acme.the.keys',
        SourceIdentity: 'keyturn-bot@acme.the.keys',
      },
    });
    expect(others.length).toBeGreaterThan(4);
    for (const request of others) {
      expect(request).toMatchObject({
        account: production,
        caller: `arn:aws:sts::${production}:assumed-role/KeyturnRemediator/keyturn-bot@acme.the.keys`,
        sourceIdentity: 'keyturn-bot@acme.the.keys',
      });
    }
  });

  test('each account is asked about its own users alone', async () => {
    const { users } = connect();
    const [one, other] = [findingIn(production), findingIn(staging)];
    await users.readUser(other, 'alice');
    expect(asked().filter(([, account]) => account === production)).toEqual([]);
    expect(await users.readUser({ ...one, accountId: staging }, 'alice')).toBeUndefined();
    expect(asked().filter(([operation]) => operation === 'AssumeRole')).toHaveLength(1);
  });

  test('an account that has no role for the bot is refused, and the others are not', async () => {
    const { users } = connect();
    const outside = findingIn(aws.world.addAccount('999988887777').id);
    await expect(users.readUser(outside, 'alice')).rejects.toMatchObject({
      code: 'account-role-refused',
      fact: expect.stringContaining('arn:aws:iam::999988887777:role/KeyturnRemediator'),
    });
    expect(await users.readUser(findingIn(staging), 'alice')).toBeDefined();
    expect(asked().filter(([, account]) => account === '999988887777')).toEqual([]);
  });
});

test('clients are kept for the accounts that were needed last, and no more', () => {
  const accounts = connectAccounts({ owner: 'acme', repo: 'keys' }, () => new Date());
  const clientsOf = (n: number) =>
    accounts.member({ accountId: String(100_000_000_000 + n), region: 'us-east-1' }, 'KeyturnRemediator');
  const [first, second] = [clientsOf(1), clientsOf(2)];
  for (let n = 3; n <= 200; n += 1) clientsOf(n);
  expect(clientsOf(1)).toBe(first);
  clientsOf(201);
  expect(clientsOf(1)).toBe(first);
  expect(clientsOf(2)).not.toBe(second);
});

describe('without an aggregator', () => {
  const place = { accountId: production, region: 'us-east-1' };

  test.each([
    ['users', () => connect().users.readUser(findingIn(production), 'alice')],
    ['rules', () => connect().rules.readRule(production)],
    ['executions', () => connect().runbooks.findByTag(place, 'keyturn-request-1')],
  ])('%s of another account are refused', async (_, ask: () => Promise<unknown>) => {
    lines = [];
    aws.world.addRule();
    await expect(ask()).rejects.toMatchObject({
      code: 'account-other',
      fact: `The finding is in account ${production}, and the bot acts in ${security}.`,
    });
    expect(aws.requests.counts()).toEqual({ DescribeConfigRules: 1 });
  });

  test('the own account is asked with the own credentials', async () => {
    lines = [];
    aws.world.addRule();
    const { users, check } = connect();
    await check();
    expect(await users.readUser(findingIn(security), 'alice')).toBeDefined();
    expect(new Set(aws.requests.list.map(({ caller }) => caller))).toEqual(
      new Set([`arn:aws:iam::${security}:user/stand-in-operator`]),
    );
  });
});

describe('the policy as it is now decides', () => {
  test('a role that was renamed is assumed anew', async () => {
    const { users } = connect();
    const finding = findingIn(production);
    await users.readUser(finding, 'alice');
    lines = ['aggregator: keyturn', 'remediatorRole: Another'];
    await expect(users.readUser(finding, 'alice')).rejects.toMatchObject({ code: 'account-role-refused' });
    const { trust } = aws.world.account(production).roles.get('KeyturnRemediator') ?? {};
    if (trust) aws.world.addRole({ account: production, name: 'Another', trust });
    expect(await users.readUser(finding, 'alice')).toBeDefined();
    expect(aws.requests.list.at(-1)?.caller).toContain('assumed-role/Another/');
  });

  test('an aggregator comes and goes', async () => {
    aws.world.addRule();
    const { users, runbooks, check } = connect();
    const finding = findingIn(production);
    await users.readUser(finding, 'alice');
    lines = [];
    await expect(users.readUser(finding, 'alice')).rejects.toMatchObject({ code: 'account-other' });
    // A run that is under way there must not look as if it had never been started.
    const place = { accountId: production, region: 'us-east-1' };
    await expect(runbooks.findByTag(place, 'tag')).rejects.toMatchObject({ code: 'account-other' });
    await check();
    lines = ['aggregator: keyturn'];
    expect(await users.readUser(finding, 'alice')).toBeDefined();
    expect(aws.requests.counts()['AssumeRole']).toBe(1);
  });
});

describe('whether AWS answers', () => {
  test('the aggregator says, and no rule of the security account', async () => {
    await connect().check();
    expect(aws.requests.counts()).toEqual({ SelectAggregateResourceConfig: 1 });
  });

  test('an aggregator that is not there', async () => {
    lines = ['aggregator: another'];
    await expect(connect().check()).rejects.toMatchObject({
      code: 'aggregator-missing',
      fact: 'There is no Config aggregator another in this account and region.',
    });
  });

  test('an aggregator that may not be asked', async () => {
    aws.faults.deny('SelectAggregateResourceConfig');
    await expect(connect().check()).rejects.toMatchObject({ code: 'aws-access-denied' });
  });
});
