import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { wholeSeconds } from '../../shared/aws/moments.ts';
import { fromMemory, keysOf, rememberedOf, ScannedAws } from './scanned-aws.ts';
import { now } from './stand-in.ts';

const noSuchEntity = { kind: 'error', code: 'NoSuchEntity', message: 'gone', status: 404 } as const;

let scans: ScannedAws;
let aws: AwsStandIn;

beforeEach(async () => {
  scans = await ScannedAws.start();
  aws = scans.aws;
});

afterEach(() => aws.close());

describe('readUsers', () => {
  test('asks nothing for nobody', async () => {
    expect(await scans.scan([])).toEqual(new Map());
    expect(aws.requests.total).toBe(0);
  });

  test('joins Config, credential report and one list of keys', async () => {
    const { id, accessKeys } = scans.addAda();
    aws.world.evaluateRule();
    const [first, second] = accessKeys.map((key) => key.id);

    const found = await scans.scan([id]);

    expect(found.get(id)).toEqual({
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
        readIn: '2026-06',
        keys: [
          { id: first, createdAt: '2025-11-27T12:00:00Z', rotatedAt: '2025-11-27T12:00:00Z' },
          { id: second, createdAt: '2026-02-15T12:00:00Z', rotatedAt: '2026-02-15T12:00:00Z' },
        ],
      },
    });
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test('finds a user in the report whose name has a comma', async () => {
    const { id } = scans.addAda({ name: 'ada,lovelace' });
    aws.world.evaluateRule();
    const found = await scans.scan([id]);
    expect(found.get(id)).toMatchObject({ source: 'report', user: { userName: 'ada,lovelace' } });
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test('asks IAM nothing about a user whose report shows the remembered keys', async () => {
    const { id } = scans.addAda();
    aws.world.evaluateRule();
    const first = await scans.scan([id]);
    const second = await scans.scan([id], rememberedOf(first));
    expect(second).toEqual(fromMemory(first));
    expect(scans.userRequests()).toEqual({});
  });

  test('takes the status of remembered keys from the report, while one of them is a finding', async () => {
    const { world } = aws;
    const { id, accessKeys } = scans.addAda({
      keys: [{ createdAt: world.daysAgo(200) }, { createdAt: world.daysAgo(120) }],
    });
    world.evaluateRule();
    const remembered = rememberedOf(await scans.scan([id]));
    for (const key of accessKeys.slice(1)) key.status = 'Inactive';
    world.account().report.latest = undefined;
    const found = await scans.scan([id], remembered);
    expect(keysOf(found.get(id)).map(({ status }) => status)).toEqual(['Active', 'Inactive']);
    expect(scans.userRequests()).toEqual({});
  });

  test('does not take it from memory that there is no finding', async () => {
    const { id, accessKeys } = scans.addAda();
    aws.world.evaluateRule();
    const remembered = rememberedOf(await scans.scan([id]));
    for (const key of accessKeys) key.status = 'Inactive';
    aws.world.account().report.latest = undefined;
    const found = await scans.scan([id], remembered);
    expect(found.get(id)).toMatchObject({ source: 'report' });
    expect(keysOf(found.get(id)).map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test('asks again in another month', async () => {
    const { id } = scans.addAda();
    aws.world.evaluateRule();
    const remembered = rememberedOf(await scans.scan([id]));
    scans.now = new Date('2026-07-01T00:00:00Z');
    expect((await scans.scan([id], remembered)).get(id)).toMatchObject({
      source: 'report',
      remembered: { readIn: '2026-07' },
    });
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test.each([2, 100])(
    'asks when an Active key was changed %d days ago, whatever is remembered',
    async (days) => {
      const { world } = aws;
      const { id, accessKeys } = scans.addAda({
        keys: [{ createdAt: world.daysAgo(500), statusChangedAt: world.daysAgo(days) }],
      });
      world.evaluateRule();
      const date = wholeSeconds(world.daysAgo(days));
      const keys = accessKeys.map((key) => ({ id: key.id, createdAt: date, rotatedAt: date }));
      const forged = new Map([[id, { userName: 'ada', readIn: '2026-06', keys }]]);
      const [first] = keysOf((await scans.scan([id], forged)).get(id));
      // An old enough date makes a finding, and only its day is wrong: what is written of it is read from IAM first.
      expect(first?.createdAt).toEqual(world.daysAgo(days === 2 ? 500 : 100));
    },
  );

  test.each([
    ['another date', { rotatedAt: '2020-01-01T00:00:00Z' }],
    ['a creation that is no date', { createdAt: 'yesterday' }],
  ])('asks again when a remembered key has %s', async (_name, change) => {
    const { id } = scans.addAda();
    aws.world.evaluateRule();
    const first = await scans.scan([id]);
    const [[, user] = ['', undefined]] = rememberedOf(first);
    const keys = user?.keys.map((key) => ({ ...key, ...change })) ?? [];
    const second = await scans.scan([id], new Map([[id, { userName: 'ada', readIn: '2026-06', keys }]]));
    expect(second).toEqual(first);
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test('believes IAM about a status that the report has not seen yet', async () => {
    const { id, accessKeys } = scans.addAda();
    aws.world.evaluateRule();
    for (const key of accessKeys) key.status = 'Inactive';
    const found = await scans.scan([id]);
    expect(keysOf(found.get(id)).map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
  });

  test('asks for last uses when an Active key was changed after its creation', async () => {
    const { world } = aws;
    const lastUsed = { at: world.daysAgo(2) };
    const { id } = scans.addAda({
      keys: [
        { createdAt: world.daysAgo(200), statusChangedAt: world.daysAgo(95), lastUsed },
        { createdAt: world.daysAgo(120) },
      ],
    });
    world.evaluateRule();

    const first = await scans.scan([id]);

    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1, GetAccessKeyLastUsed: 2 });
    expect(keysOf(first.get(id)).map(({ lastUsedAt }) => lastUsedAt)).toEqual([lastUsed.at, undefined]);
    expect(rememberedOf(first).get(id)?.keys[0]).toMatchObject({
      createdAt: '2025-11-27T12:00:00Z',
      rotatedAt: '2026-03-12T12:00:00Z',
    });

    expect(await scans.scan([id], rememberedOf(first))).toEqual(first);
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1, GetAccessKeyLastUsed: 2 });
  });

  test.each(['Inactive', 'Expired'] as const)(
    'remembers nothing while the report still contradicts that a key is %s',
    async (status) => {
      const { id, accessKeys } = scans.addAda();
      aws.world.evaluateRule();
      for (const key of accessKeys) key.status = status;
      const first = await scans.scan([id]);
      expect(keysOf(first.get(id)).map((key) => key.status)).toEqual([status, status]);
      expect(await scans.scan([id], rememberedOf(first))).toEqual(first);
    },
  );

  test('remembers when an Inactive key was created: no age hangs on it', async () => {
    const { world } = aws;
    const { id } = scans.addAda({
      keys: [
        { createdAt: world.daysAgo(200) },
        { createdAt: world.daysAgo(400), status: 'Inactive', statusChangedAt: world.daysAgo(95) },
      ],
    });
    world.evaluateRule();
    const first = await scans.scan([id]);
    expect(await scans.scan([id], rememberedOf(first))).toEqual(fromMemory(first));
    expect(scans.userRequests()).toEqual({});
  });

  test('remembers nothing of keys that the report does not tell apart', async () => {
    const createdAt = aws.world.daysAgo(200);
    const { id } = scans.addAda({ keys: [{ createdAt }, { createdAt }] });
    aws.world.evaluateRule();
    const found = await scans.scan([id]);
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1, GetAccessKeyLastUsed: 2 });
    expect(rememberedOf(found).size).toBe(0);
    expect(keysOf(found.get(id))).toHaveLength(2);
  });

  test('reads a user live whose keys are newer than the report', async () => {
    const user = scans.addAda();
    aws.world.evaluateRule();
    aws.world.addKey(user, { createdAt: now });
    user.accessKeys.shift();
    const found = await scans.scan([user.id]);
    expect(found.get(user.id)).toMatchObject({ kind: 'user', source: 'live' });
    expect(rememberedOf(found).size).toBe(0);
    expect(scans.userRequests()).toEqual({
      ListAccessKeys: 2,
      GetUser: 1,
      GetAccessKeyLastUsed: 2,
      GetLoginProfile: 1,
    });
  });

  test('follows a user who was renamed after Config looked', async () => {
    const ada = scans.addAda();
    aws.world.renameUser(ada, 'ada.lovelace');
    aws.world.evaluateRule();
    const found = await scans.scan([ada.id]);
    expect(found.get(ada.id)).toMatchObject({
      source: 'report',
      user: {
        userName: 'ada.lovelace',
        arn: 'arn:aws:iam::111122223333:user/staff/ada.lovelace',
        configName: 'ada',
        tags: { owner: 'ada-l' },
      },
    });
    expect(scans.userRequests()).toEqual({ ListUsers: 1, ListAccessKeys: 1 });
  });

  test('does not take a new user of the same name for the one who is gone', async () => {
    const ada = scans.addAda();
    aws.world.evaluateRule();
    const second = aws.world.recreateUser(ada, { keys: [{ createdAt: now }] });
    aws.world.account().report.latest = undefined;
    const found = await scans.scan([ada.id, second.id]);
    expect(found.get(ada.id)).toEqual({ kind: 'gone', accountId: '111122223333', userId: ada.id });
    expect(keysOf(found.get(second.id)).map(({ id }) => id)).toEqual([second.accessKeys[0]?.id]);
  });

  test('sees through a recreated user even while the report still shows the old one', async () => {
    const ada = scans.addAda();
    aws.world.evaluateRule();
    aws.world.recreateUser(ada, { keys: [{ createdAt: now }] });
    expect((await scans.scan([ada.id])).get(ada.id)?.kind).toBe('gone');
  });

  test('calls a deleted user gone even while the report still shows them', async () => {
    const ada = scans.addAda();
    aws.world.evaluateRule();
    aws.world.deleteUser(ada);
    expect((await scans.scan([ada.id])).get(ada.id)?.kind).toBe('gone');
  });

  test('lists users once, however many Config does not explain', async () => {
    const ids = ['a', 'b', 'c'].map((name) => scans.addAda({ name, recorded: false }).id);
    aws.world.evaluateRule();
    const found = await scans.scan([...ids, 'no id; of a user']);
    expect(scans.userRequests()).toEqual({ ListUsers: 1, ListAccessKeys: 3, GetUser: 3 });
    const [first = ''] = ids;
    expect(found.get(first)).toMatchObject({ source: 'report', user: { tags: { owner: 'ada-l' } } });
    expect(found.get(first)).not.toHaveProperty('user.configName');
    expect(found.get('no id; of a user')?.kind).toBe('gone');
  });

  test('reads a user live whom IAM no longer knows by the listed name', async () => {
    const { id } = scans.addAda({ recorded: false });
    aws.world.evaluateRule();
    aws.faults.fail('GetUser', noSuchEntity, { nth: 1 });
    expect((await scans.scan([id])).get(id)).toMatchObject({ source: 'live' });
  });

  test('asks again when the report shows fewer keys than are remembered', async () => {
    const { id } = scans.addAda();
    aws.world.evaluateRule();
    const first = await scans.scan([id]);
    const [remembered] = rememberedOf(first).values();
    const keys = [...(remembered?.keys ?? []), { id: 'AKIA3', createdAt: '', rotatedAt: '' }];
    expect(await scans.scan([id], new Map([[id, { userName: 'ada', readIn: '2026-06', keys }]]))).toEqual(
      first,
    );
  });

  test('reads a user live who is newer than the report', async () => {
    aws.world.evaluateRule();
    const { id } = scans.addAda();
    expect((await scans.scan([id])).get(id)).toMatchObject({ source: 'live', user: { configName: 'ada' } });
  });

  test('asks for a hundred users a query', async () => {
    const createdAt = aws.world.daysAgo(200);
    const ids = Array.from(
      { length: 201 },
      (_, n) => aws.world.addUser({ name: `u${n}`, keys: [{ createdAt }] }).id,
    );
    aws.world.evaluateRule();
    expect((await scans.scan(ids)).size).toBe(201);
    expect(aws.requests.counts()).toEqual({
      SelectResourceConfig: 3,
      GenerateCredentialReport: 1,
      GetCredentialReport: 1,
      ListAccessKeys: 201,
    });
  });
});
