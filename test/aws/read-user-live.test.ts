import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { awsUserReader } from '../../shared/aws/user-reader.ts';
import { now, readerParts, rule, startTestAws } from './stand-in.ts';

let aws: AwsStandIn;

beforeEach(async () => {
  aws = await startTestAws();
});

afterEach(() => aws.close());

function reader() {
  const sleep = () => Promise.reject(new Error('slept'));
  return awsUserReader({ ...readerParts(), sleep, now: () => now });
}

async function readLive(userId: string, hint?: string) {
  return (await reader().readUsersLive(rule, new Map([[userId, hint]]))).get(userId);
}

function addGrace() {
  const { world } = aws;
  return world.addUser({
    name: 'grace',
    tags: { owner: 'grace-h' },
    keys: [{ createdAt: world.daysAgo(100), lastUsed: { at: world.daysAgo(3), service: 'sts' } }],
    loginProfile: { createdAt: world.daysAgo(90), changedAt: world.daysAgo(9) },
    passwordLastUsedAt: world.daysAgo(5),
  });
}

describe('readUsersLive', () => {
  test('reads everything from IAM, and from Config the name that it records', async () => {
    const grace = addGrace();
    expect(await readLive(grace.id, 'grace')).toEqual({
      kind: 'user',
      source: 'live',
      user: {
        accountId: '111122223333',
        userId: grace.id,
        userName: 'grace',
        arn: 'arn:aws:iam::111122223333:user/grace',
        tags: { owner: 'grace-h' },
        configName: 'grace',
        accessKeys: [
          {
            id: grace.accessKeys[0]?.id,
            status: 'Active',
            createdAt: aws.world.daysAgo(100),
            lastUsedAt: aws.world.daysAgo(3),
            lastUsedService: 'sts',
            lastUsedRegion: 'us-east-1',
          },
        ],
        loginProfileCreatedAt: aws.world.daysAgo(90),
        passwordLastUsedAt: aws.world.daysAgo(5),
      },
    });
    expect(aws.requests.counts()).toEqual({
      SelectResourceConfig: 1,
      GetUser: 1,
      ListAccessKeys: 1,
      GetAccessKeyLastUsed: 1,
      GetLoginProfile: 1,
    });
  });

  test('leaves out what there is not', async () => {
    const { id } = aws.world.addUser({
      name: 'bare',
      recorded: false,
      passwordLastUsedAt: aws.world.daysAgo(1),
    });
    expect(await readLive(id, 'bare')).toEqual({
      kind: 'user',
      source: 'live',
      user: {
        accountId: '111122223333',
        userId: id,
        userName: 'bare',
        arn: 'arn:aws:iam::111122223333:user/bare',
        tags: {},
        accessKeys: [],
      },
    });
  });

  test.each([undefined, 'grace', 'somebody-else', 'nobody'])(
    'finds a renamed user by id, with hint %p',
    async (hint) => {
      const grace = addGrace();
      aws.world.addUser({ name: 'somebody-else' });
      aws.world.renameUser(grace, 'ghopper');
      expect(await readLive(grace.id, hint)).toMatchObject({
        user: { userName: 'ghopper', configName: 'grace' },
      });
    },
  );

  test('says gone when no user has the id, also when the name was given again', async () => {
    const grace = addGrace();
    aws.world.recreateUser(grace);
    expect(await readLive(grace.id, 'grace')).toEqual({
      kind: 'gone',
      accountId: '111122223333',
      userId: grace.id,
    });
  });

  test.each([
    ['GetUser', 'iam:GetUser'],
    ['ListAccessKeys', 'iam:ListAccessKeys'],
    ['GetAccessKeyLastUsed', 'iam:GetAccessKeyLastUsed'],
    ['GetLoginProfile', 'iam:GetLoginProfile'],
  ])('concludes nothing when %s is denied', async (operation, action) => {
    const grace = addGrace();
    aws.faults.deny(operation);
    expect(await readLive(grace.id, 'grace')).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining(`${action} failed with AccessDenied`),
    });
  });

  test.each(['GetUser', 'ListAccessKeys'])(
    'concludes nothing when the user vanishes before %s',
    async (operation) => {
      const grace = addGrace();
      aws.faults.fail(operation, { kind: 'error', code: 'NoSuchEntity', message: 'gone', status: 404 });
      expect(await readLive(grace.id, 'grace')).toMatchObject({
        kind: 'unreadable',
        reason: `IAM lists ${grace.id} as grace, but does not know that user under this name.`,
      });
    },
  );

  test('fails as a whole when Config may not be asked', async () => {
    const grace = addGrace();
    aws.faults.deny('SelectResourceConfig');
    await expect(readLive(grace.id, 'grace')).rejects.toMatchObject({ code: 'aws-access-denied' });
  });

  test('asks Config once and lists the users once for all of them', async () => {
    const { world } = aws;
    const users = Array.from({ length: 101 }, (_, n) => world.addUser({ name: `u${n}` }));
    for (const user of users) world.deleteUser(user);
    const found = await reader().readUsersLive(rule, new Map(users.map(({ id, name }) => [id, name])));
    expect(new Set([...found.values()].map(({ kind }) => kind))).toEqual(new Set(['gone']));
    expect(aws.requests.counts()).toEqual({ SelectResourceConfig: 2, GetUser: 101, ListUsers: 1 });
  });
});
