import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { awsLiveUsers } from '../../shared/aws/live-users.ts';
import { startTestAws, testClients } from './stand-in.ts';

const accountId = '111122223333';
let aws: AwsStandIn;

beforeEach(async () => {
  aws = await startTestAws();
});

afterEach(() => aws.close());

function users() {
  return awsLiveUsers(async () => testClients());
}

function addAda() {
  const { world } = aws;
  return world.addUser({ name: 'ada', keys: [{ createdAt: world.daysAgo(100) }] });
}

describe('awsLiveUsers', () => {
  test('reads a user with the name that Config records', async () => {
    const ada = addAda();
    aws.world.renameUser(ada, 'lovelace');
    expect(await users().readUser({ accountId, userId: ada.id }, 'ada')).toMatchObject({
      userName: 'lovelace',
      configName: 'ada',
      accessKeys: [{ status: 'Active' }],
    });
  });

  test('has nothing for a user who is gone', async () => {
    const ada = addAda();
    aws.world.deleteUser(ada);
    expect(await users().readUser({ accountId, userId: ada.id }, undefined)).toBeUndefined();
  });

  test('rejects when IAM will not say', async () => {
    const ada = addAda();
    aws.faults.deny('ListAccessKeys');
    const reading = users().readUser({ accountId, userId: ada.id }, 'ada');
    await expect(reading).rejects.toMatchObject({ code: 'aws-access-denied' });
  });

  test('sets the status of one key, in the account of the user', async () => {
    const ada = addAda();
    const [key] = ada.accessKeys;
    const asked: string[] = [];
    const live = awsLiveUsers(async (account) => {
      asked.push(account);
      return testClients();
    });
    const user = await live.readUser({ accountId, userId: ada.id }, 'ada');
    if (!user || !key) throw new Error('ada is missing');
    await live.setKeyStatus(user, key.id, 'Inactive');
    expect(key.status).toBe('Inactive');
    await live.setKeyStatus(user, key.id, 'Active');
    expect(key.status).toBe('Active');
    expect(new Set(asked)).toEqual(new Set([accountId]));
  });

  test('names the action when a key may not be changed', async () => {
    const ada = addAda();
    const user = await users().readUser({ accountId, userId: ada.id }, 'ada');
    aws.faults.deny('UpdateAccessKey');
    if (!user) throw new Error('ada is missing');
    await expect(users().setKeyStatus(user, 'AKIAANY', 'Inactive')).rejects.toMatchObject({
      fact: expect.stringContaining('iam:UpdateAccessKey failed with AccessDenied'),
    });
  });
});
