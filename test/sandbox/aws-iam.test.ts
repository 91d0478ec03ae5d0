import {
  DeleteLoginProfileCommand,
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rejection, startTestAws } from './aws-clients.ts';

let standIn: Awaited<ReturnType<typeof startTestAws>>;
beforeEach(async () => {
  standIn = await startTestAws();
});
afterEach(() => standIn.aws.close());

const created = new Date('2025-01-02T03:04:05Z');

test('lists users by name, a thousand a page', async () => {
  const { iam, world } = standIn;
  for (let n = 0; n < 1001; n += 1)
    world.addUser({ name: `user-${String(n).padStart(4, '0')}`, createdAt: created });
  const first = await iam.send(new ListUsersCommand({ MaxItems: 1000 }));
  expect(first).toMatchObject({ IsTruncated: true });
  expect(first.Users).toHaveLength(1000);
  const last = await iam.send(new ListUsersCommand({ MaxItems: 1000, Marker: first.Marker }));
  expect(last).toMatchObject({ IsTruncated: false, Users: [{ UserName: 'user-1000', CreateDate: created }] });
  expect(last.Marker).toBeUndefined();
});

test('an account without users has an empty list, a path prefix narrows it, a forged marker is refused', async () => {
  const { iam, world } = standIn;
  expect((await iam.send(new ListUsersCommand({}))).Users).toEqual([]);
  world.addUser({ name: 'robot', path: '/ci/' });
  world.addUser({ name: 'ada' });
  const robots = await iam.send(new ListUsersCommand({ PathPrefix: '/ci/' }));
  expect(robots.Users).toMatchObject([{ Arn: 'arn:aws:iam::111122223333:user/ci/robot' }]);
  const refused = await rejection(iam.send(new ListUsersCommand({ Marker: 'forged' })));
  expect(refused).toMatchObject({ name: 'ValidationError' });
});

test('shows a user with tags and the last use of the password, whatever the case of the name', async () => {
  const { iam, world } = standIn;
  const used = new Date('2026-10-01T00:00:00Z');
  const { id } = world.addUser({ name: 'Ada', tags: { owner: '<b>&"ada"' }, passwordLastUsedAt: used });
  const { User } = await iam.send(new GetUserCommand({ UserName: 'ADA' }));
  const Tags = [{ Key: 'owner', Value: '<b>&"ada"' }];
  expect(User).toMatchObject({ UserName: 'Ada', UserId: id, PasswordLastUsed: used, Tags });
  expect((await iam.send(new ListUserTagsCommand({ UserName: 'Ada' }))).Tags).toEqual(Tags);
  expect(await rejection(iam.send(new GetUserCommand({ UserName: 'bob' })))).toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The user with name bob cannot be found.',
    $metadata: { httpStatusCode: 404 },
  });
});

describe('access keys', () => {
  test('are listed with their last use, which is absent for a key that was never used', async () => {
    const { iam, world } = standIn;
    const at = new Date('2026-11-01T10:15:00Z');
    const user = world.addUser({
      name: 'ada',
      keys: [{ createdAt: created, lastUsed: { at } }],
    });
    world.addKey(user, { createdAt: created });
    const [used, unused] = user.accessKeys.map(({ id }) => id);
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'ada' }));
    expect(AccessKeyMetadata).toEqual([
      { UserName: 'ada', AccessKeyId: used, Status: 'Active', CreateDate: created },
      { UserName: 'ada', AccessKeyId: unused, Status: 'Active', CreateDate: created },
    ]);
    expect(await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: used }))).toMatchObject({
      UserName: 'ada',
      AccessKeyLastUsed: { LastUsedDate: at, ServiceName: 's3', Region: 'us-east-1' },
    });
    const never = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: unused }));
    expect(never.AccessKeyLastUsed).toEqual({ ServiceName: 'N/A', Region: 'N/A' });
    const foreign = new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAFOREIGN000000000' });
    expect(await rejection(iam.send(foreign))).toMatchObject({ name: 'AccessDenied' });
  });

  test('are deactivated, and a read may lag behind', async () => {
    const { iam, world, clock } = standIn;
    const user = world.addUser({ name: 'ada', keys: [{ createdAt: created }] });
    const [key] = user.accessKeys;
    world.iamLagReads = 1;
    const deactivate = { UserName: 'ada', AccessKeyId: key?.id, Status: 'Inactive' } as const;
    await iam.send(new UpdateAccessKeyCommand(deactivate));
    const read = async () => {
      const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'ada' }));
      return AccessKeyMetadata?.map(({ Status }) => Status);
    };
    expect([await read(), await read()]).toEqual([['Active'], ['Inactive']]);
    expect(key?.statusChangedAt).toEqual(clock());
  });

  test.each([
    ['ValidationError', { UserName: 'ada/eve', AccessKeyId: 'AKIA0000000000000000', Status: 'Inactive' }],
    ['NoSuchEntityException', { UserName: 'eve', AccessKeyId: 'AKIA0000000000000000', Status: 'Inactive' }],
    ['NoSuchEntityException', { UserName: 'ada', AccessKeyId: 'AKIA0000000000000000', Status: 'Inactive' }],
    ['InvalidInputException', { UserName: 'ada', AccessKeyId: 'AKIA0000000000000000', Status: 'Expired' }],
  ] as const)('an update is refused as %s: %j', async (name, input) => {
    standIn.world.addUser({ name: 'ada' });
    expect(await rejection(standIn.iam.send(new UpdateAccessKeyCommand(input)))).toMatchObject({ name });
  });
});

test('a login profile is shown until it is deleted', async () => {
  const { iam, world } = standIn;
  world.addUser({ name: 'ada', loginProfile: { createdAt: created } });
  const get = () => iam.send(new GetLoginProfileCommand({ UserName: 'ada' }));
  const remove = () => iam.send(new DeleteLoginProfileCommand({ UserName: 'ada' }));
  expect((await get()).LoginProfile).toMatchObject({ UserName: 'ada', CreateDate: created });
  await remove();
  expect(await rejection(get())).toMatchObject({
    name: 'NoSuchEntityException',
    message: 'Login Profile for User ada cannot be found.',
  });
  expect(await rejection(remove())).toMatchObject({ name: 'NoSuchEntityException' });
});
