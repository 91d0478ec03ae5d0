import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { awsUserReader } from '../../shared/aws/user-reader.ts';
import type { Evidence, RememberedUser } from '../../shared/keys/evidence.ts';
import { now, rule, startTestAws, testClients } from './stand-in.ts';

let aws: AwsStandIn;
let slept: number[];

beforeEach(async () => {
  aws = await startTestAws();
  slept = [];
  aws.world.addRule();
});

afterEach(() => aws.close());

function reader() {
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds);
  };
  return awsUserReader({ ...testClients(), sleep });
}

/** One scan, with the credential report as it is at this moment unless `evaluated` before. */
async function scan(ids: readonly string[], remembered: ReadonlyMap<string, RememberedUser> = new Map()) {
  aws.requests.clear();
  return reader().readUsers(rule, ids, remembered);
}

function rememberedOf(scanned: ReadonlyMap<string, Evidence>): Map<string, RememberedUser> {
  return new Map(
    [...scanned].flatMap(([id, evidence]) =>
      evidence.kind === 'user' && evidence.remembered ? [[id, evidence.remembered]] : [],
    ),
  );
}

/** The requests that are made for users one by one. */
function userRequests(): Record<string, number> {
  const { SelectResourceConfig: _, GetCredentialReport: __, ...rest } = aws.requests.counts();
  return rest;
}

function addAda(changes: Partial<Parameters<AwsStandIn['world']['addUser']>[0]> = {}) {
  const { world } = aws;
  return world.addUser({
    name: 'ada',
    path: '/staff/',
    tags: { owner: 'ada-l', empty: '' },
    keys: [
      {
        createdAt: world.daysAgo(200),
        lastUsed: { at: world.daysAgo(1), service: 'ec2', region: 'eu-west-1' },
      },
      { createdAt: world.daysAgo(120), status: 'Inactive' },
    ],
    ...changes,
  });
}

describe('readUsers', () => {
  test('asks nothing for nobody', async () => {
    expect(await scan([])).toEqual(new Map());
    expect(aws.requests.total).toBe(0);
  });

  test('joins Config, credential report and one list of keys', async () => {
    const { id, accessKeys } = addAda();
    aws.world.evaluateRule();
    const [first, second] = accessKeys.map((key) => key.id);

    const scanned = await scan([id]);

    expect(scanned.get(id)).toEqual({
      kind: 'user',
      source: 'report',
      user: {
        accountId: '111122223333',
        userId: id,
        userName: 'ada',
        arn: 'arn:aws:iam::111122223333:user/staff/ada',
        tags: { owner: 'ada-l', empty: '' },
        configName: 'ada',
        accessKeys: [
          {
            id: first,
            status: 'Active',
            createdAt: new Date('2025-11-27T12:00:00Z'),
            lastUsedAt: new Date('2026-06-14T12:00:00Z'),
            lastUsedService: 'ec2',
            lastUsedRegion: 'eu-west-1',
          },
          { id: second, status: 'Inactive', createdAt: new Date('2026-02-15T12:00:00Z') },
        ],
      },
      remembered: {
        userName: 'ada',
        keys: [
          { id: first, createdAt: '2025-11-27T12:00:00Z', rotatedAt: '2025-11-27T12:00:00Z' },
          { id: second, createdAt: '2026-02-15T12:00:00Z', rotatedAt: '2026-02-15T12:00:00Z' },
        ],
      },
    });
    expect(userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test('asks IAM nothing about a user whose report shows the remembered keys', async () => {
    const { id } = addAda();
    aws.world.evaluateRule();
    const first = await scan([id]);
    const second = await scan([id], rememberedOf(first));
    expect(second).toEqual(first);
    expect(userRequests()).toEqual({});
  });

  test('takes the status of remembered keys from the report', async () => {
    const { id, accessKeys } = addAda();
    aws.world.evaluateRule();
    const remembered = rememberedOf(await scan([id]));
    for (const key of accessKeys) key.status = 'Inactive';
    aws.world.account().report.latest = undefined;
    const scanned = await scan([id], remembered);
    expect(keysOf(scanned.get(id)).map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
    expect(aws.requests.counts()).not.toHaveProperty('ListAccessKeys');
  });

  test.each([
    ['another date', { rotatedAt: '2020-01-01T00:00:00Z' }],
    ['a creation that is no date', { createdAt: 'yesterday' }],
  ])('asks again when a remembered key has %s', async (_name, change) => {
    const { id } = addAda();
    aws.world.evaluateRule();
    const first = await scan([id]);
    const [[, user] = ['', undefined]] = rememberedOf(first);
    const keys = user?.keys.map((key) => ({ ...key, ...change })) ?? [];
    const second = await scan([id], new Map([[id, { userName: 'ada', keys }]]));
    expect(second).toEqual(first);
    expect(userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test('believes IAM about a status that the report has not seen yet', async () => {
    const { id, accessKeys } = addAda();
    aws.world.evaluateRule();
    for (const key of accessKeys) key.status = 'Inactive';
    const scanned = await scan([id]);
    expect(keysOf(scanned.get(id)).map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
  });

  test('asks for last uses when a key was changed after its creation, once', async () => {
    const { world } = aws;
    const lastUsed = { at: world.daysAgo(2) };
    const { id } = addAda({
      keys: [
        { createdAt: world.daysAgo(200), statusChangedAt: world.daysAgo(95), lastUsed },
        { createdAt: world.daysAgo(120) },
      ],
    });
    world.evaluateRule();

    const first = await scan([id]);

    expect(userRequests()).toEqual({ ListAccessKeys: 1, GetAccessKeyLastUsed: 2 });
    expect(keysOf(first.get(id)).map(({ lastUsedAt }) => lastUsedAt)).toEqual([lastUsed.at, undefined]);
    expect(rememberedOf(first).get(id)?.keys[0]).toMatchObject({
      createdAt: '2025-11-27T12:00:00Z',
      rotatedAt: '2026-03-12T12:00:00Z',
    });

    expect(await scan([id], rememberedOf(first))).toEqual(first);
    expect(userRequests()).toEqual({});
  });

  test('remembers nothing of keys that the report does not tell apart', async () => {
    const createdAt = aws.world.daysAgo(200);
    const { id } = addAda({ keys: [{ createdAt }, { createdAt }] });
    aws.world.evaluateRule();
    const scanned = await scan([id]);
    expect(userRequests()).toEqual({ ListAccessKeys: 1, GetAccessKeyLastUsed: 2 });
    expect(rememberedOf(scanned).size).toBe(0);
    expect(keysOf(scanned.get(id))).toHaveLength(2);
  });

  test('reads a user live whose keys are newer than the report', async () => {
    const user = addAda();
    aws.world.evaluateRule();
    aws.world.addKey(user, { createdAt: now });
    user.accessKeys.shift();
    const scanned = await scan([user.id]);
    expect(scanned.get(user.id)).toMatchObject({ kind: 'user', source: 'live' });
    expect(rememberedOf(scanned).size).toBe(0);
    expect(userRequests()).toEqual({
      ListAccessKeys: 2,
      GetUser: 1,
      GetAccessKeyLastUsed: 2,
      GetLoginProfile: 1,
    });
  });

  test('follows a user who was renamed after Config looked', async () => {
    const ada = addAda();
    aws.world.renameUser(ada, 'ada.lovelace');
    aws.world.evaluateRule();
    const scanned = await scan([ada.id]);
    expect(scanned.get(ada.id)).toMatchObject({
      source: 'report',
      user: {
        userName: 'ada.lovelace',
        arn: 'arn:aws:iam::111122223333:user/staff/ada.lovelace',
        configName: 'ada',
        tags: { owner: 'ada-l' },
      },
    });
    expect(userRequests()).toEqual({ ListUsers: 1, ListAccessKeys: 1 });
  });

  test('does not take a new user of the same name for the one who is gone', async () => {
    const ada = addAda();
    aws.world.evaluateRule();
    const second = aws.world.recreateUser(ada, { keys: [{ createdAt: now }] });
    aws.world.account().report.latest = undefined;
    const scanned = await scan([ada.id, second.id]);
    expect(scanned.get(ada.id)).toEqual({ kind: 'gone', accountId: '111122223333', userId: ada.id });
    expect(keysOf(scanned.get(second.id)).map(({ id }) => id)).toEqual([second.accessKeys[0]?.id]);
  });

  test('sees through a recreated user even while the report still shows the old one', async () => {
    const ada = addAda();
    aws.world.evaluateRule();
    aws.world.recreateUser(ada, { keys: [{ createdAt: now }] });
    expect((await scan([ada.id])).get(ada.id)?.kind).toBe('gone');
  });

  test('calls a deleted user gone even while the report still shows them', async () => {
    const ada = addAda();
    aws.world.evaluateRule();
    aws.world.deleteUser(ada);
    expect((await scan([ada.id])).get(ada.id)?.kind).toBe('gone');
  });

  test('lists users once, however many Config does not explain', async () => {
    const ids = ['a', 'b', 'c'].map((name) => addAda({ name, recorded: false }).id);
    aws.world.evaluateRule();
    const scanned = await scan([...ids, 'no id; of a user']);
    expect(userRequests()).toEqual({ ListUsers: 1, ListAccessKeys: 3, GetUser: 3 });
    const [first = ''] = ids;
    expect(scanned.get(first)).toMatchObject({ source: 'report', user: { tags: { owner: 'ada-l' } } });
    expect(scanned.get(first)).not.toHaveProperty('user.configName');
    expect(scanned.get('no id; of a user')?.kind).toBe('gone');
  });

  test('reads a user live whom IAM no longer knows by the listed name', async () => {
    const { id } = addAda({ recorded: false });
    aws.world.evaluateRule();
    aws.faults.fail('GetUser', noSuchEntity, { nth: 1 });
    expect((await scan([id])).get(id)).toMatchObject({ source: 'live' });
  });

  test('asks again when the report shows fewer keys than are remembered', async () => {
    const { id } = addAda();
    aws.world.evaluateRule();
    const first = await scan([id]);
    const [remembered] = rememberedOf(first).values();
    const keys = [...(remembered?.keys ?? []), { id: 'AKIA3', createdAt: '', rotatedAt: '' }];
    expect(await scan([id], new Map([[id, { userName: 'ada', keys }]]))).toEqual(first);
  });

  test('reads a user live who is newer than the report', async () => {
    aws.world.evaluateRule();
    const { id } = addAda();
    expect((await scan([id])).get(id)).toMatchObject({ source: 'live', user: { configName: 'ada' } });
  });

  test('asks for a hundred users a query', async () => {
    const createdAt = aws.world.daysAgo(200);
    const ids = Array.from(
      { length: 201 },
      (_, n) => aws.world.addUser({ name: `u${n}`, keys: [{ createdAt }] }).id,
    );
    aws.world.evaluateRule();
    expect((await scan(ids)).size).toBe(201);
    expect(aws.requests.counts()).toEqual({
      SelectResourceConfig: 3,
      GetCredentialReport: 1,
      ListAccessKeys: 201,
    });
  });
});

describe('the console password', () => {
  function addWithPassword(passwordLastUsedAt?: Date) {
    const { world } = aws;
    const user = addAda({
      loginProfile: { createdAt: world.daysAgo(300), changedAt: world.daysAgo(150) },
      ...(passwordLastUsedAt && { passwordLastUsedAt }),
    });
    world.evaluateRule();
    return user.id;
  }

  test('needs no request when it was used', async () => {
    const id = addWithPassword(aws.world.daysAgo(10));
    expect((await scan([id])).get(id)).toMatchObject({
      user: {
        loginProfileCreatedAt: aws.world.daysAgo(150),
        passwordLastUsedAt: aws.world.daysAgo(10),
      },
    });
    expect(userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test('is asked for once when it was never used', async () => {
    const id = addWithPassword();
    const first = await scan([id]);
    expect(first.get(id)).toMatchObject({ user: { loginProfileCreatedAt: aws.world.daysAgo(300) } });
    expect(userRequests()).toEqual({ ListAccessKeys: 1, GetLoginProfile: 1 });
    expect(await scan([id], rememberedOf(first))).toEqual(first);
    expect(userRequests()).toEqual({});
  });

  test('is none when it was deleted after the report', async () => {
    const id = addWithPassword();
    aws.world.userNamed('ada').loginProfile = undefined;
    expect((await scan([id])).get(id)).not.toHaveProperty('user.loginProfileCreatedAt');
  });
});

describe('the credential report', () => {
  test('is made when there is none, and waited for', async () => {
    const { id } = addAda();
    aws.world.account().report.pollsUntilReady = 3;
    expect((await scan([id])).get(id)?.kind).toBe('user');
    expect(slept).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(aws.requests.counts()).toMatchObject({ GenerateCredentialReport: 1, GetCredentialReport: 5 });
  });

  test('is made anew when it has expired', async () => {
    const { id } = addAda();
    aws.world.evaluateRule();
    aws.world.now = () => new Date(+now + 5 * 3_600_000);
    expect((await scan([id])).get(id)?.kind).toBe('user');
    expect(aws.requests.counts()).toMatchObject({ GenerateCredentialReport: 1 });
  });

  test('is given up after four minutes', async () => {
    const { id } = addAda();
    aws.world.account().report.pollsUntilReady = 100;
    await expect(scan([id])).rejects.toMatchObject({ code: 'credential-report-late' });
    const total = slept.reduce((sum, pause) => sum + pause, 0);
    expect(total / 60_000).toBeCloseTo(4.25);
  });

  test.each(['GetCredentialReport', 'GenerateCredentialReport', 'ListUsers', 'SelectResourceConfig'])(
    'the scan fails when %s is denied',
    async (operation) => {
      const { id } = addAda({ recorded: false });
      if (operation === 'ListUsers') aws.world.evaluateRule();
      aws.faults.deny(operation);
      await expect(scan([id])).rejects.toMatchObject({
        code: 'aws-access-denied',
        fact: expect.stringContaining(`:${operation} failed with AccessDenied`),
      });
    },
  );
});

describe('a user whom IAM will not show', () => {
  test('is unreadable, and the others are read', async () => {
    const ada = addAda();
    const bob = addAda({ name: 'bob' });
    aws.world.evaluateRule();
    aws.faults.deny('ListAccessKeys', { matching: ({ UserName }) => UserName === 'bob' });
    const scanned = await scan([ada.id, bob.id]);
    expect(scanned.get(ada.id)?.kind).toBe('user');
    expect(scanned.get(bob.id)).toEqual({
      kind: 'unreadable',
      accountId: '111122223333',
      userId: bob.id,
      reason: expect.stringContaining('iam:ListAccessKeys failed with AccessDenied'),
    });
  });

  test('is tried again when IAM throttles', async () => {
    const { id } = addAda();
    aws.world.evaluateRule();
    aws.faults.fail('ListAccessKeys', throttled, { nth: 1 });
    expect((await scan([id])).get(id)?.kind).toBe('user');
  });

  test('is unreadable when IAM goes on throttling', async () => {
    const { id } = addAda();
    aws.world.evaluateRule();
    aws.faults.fail('ListAccessKeys', throttled);
    expect((await scan([id])).get(id)).toMatchObject({
      kind: 'unreadable',
      reason: 'iam:ListAccessKeys failed with Throttling: Rate exceeded.',
    });
  });
});

const noSuchEntity = { kind: 'error', code: 'NoSuchEntity', message: 'gone', status: 404 } as const;
const throttled = { kind: 'error', code: 'Throttling', message: 'Rate exceeded', status: 400 } as const;

function keysOf(evidence: Evidence | undefined) {
  return evidence?.kind === 'user' ? evidence.user.accessKeys : [];
}
