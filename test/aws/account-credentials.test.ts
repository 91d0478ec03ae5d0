import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addOrganization } from '../../sandbox/aws/organization.ts';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { type AccountRole, accountCredentials } from '../../shared/aws/account-credentials.ts';
import { getUser } from '../../shared/aws/iam-calls.ts';
import { connection, now, startTestAws, testClients } from './stand-in.ts';

const role: AccountRole = {
  partition: 'aws',
  accountId: '444455556666',
  roleName: 'KeyturnReader',
  roleSessionName: 'keyturn-7',
  sourceIdentity: 'keyturn-7',
  region: 'us-east-1',
};

let aws: AwsStandIn;
let clock: Date;

beforeEach(async () => {
  aws = await startTestAws();
  clock = now;
  aws.world.now = () => clock;
  addOrganization(aws.world, { members: [{ id: '111122223333' }, { id: role.accountId }] });
  aws.world.addUser({ name: 'ada', account: role.accountId });
});

afterEach(() => aws.close());

function credentials(changes: Partial<AccountRole> = {}, caller = connection.credentials) {
  return accountCredentials(caller, { ...role, ...changes }, () => clock);
}

function trustOfReader() {
  const reader = aws.world.account(role.accountId).roles.get(role.roleName);
  if (reader?.trust.kind !== 'principals') throw new Error('The reader role trusts no principals');
  return { reader, trust: reader.trust };
}

describe('accountCredentials', () => {
  test("act in the other account, under the run's name", async () => {
    // The clients judge expiry by the machine's clock.
    clock = new Date();
    const { iam } = testClients({ credentials: credentials() });
    expect(await getUser(iam, 'ada')).toMatchObject({ userName: 'ada' });
    expect(aws.requests.list).toMatchObject([
      {
        operation: 'AssumeRole',
        account: '111122223333',
        input: { RoleSessionName: 'keyturn-7', SourceIdentity: 'keyturn-7', DurationSeconds: '3600' },
      },
      {
        operation: 'GetUser',
        account: role.accountId,
        caller: `arn:aws:sts::${role.accountId}:assumed-role/KeyturnReader/keyturn-7`,
        sourceIdentity: 'keyturn-7',
      },
    ]);
  });

  test('are renewed before their hour is over, once for all, with what the caller has by then', async () => {
    const callers: number[] = [];
    const source = credentials({}, () => {
      callers.push(+clock);
      return connection.credentials();
    });
    const [first, same] = await Promise.all([source(), source()]);
    expect(same).toBe(first);
    clock = new Date(+now + 56 * 60_000);
    const [second, third] = await Promise.all([source(), source()]);
    expect(second?.accessKeyId).not.toBe(first?.accessKeyId);
    expect(third).toBe(second);
    expect(callers).toEqual([+now, +clock]);
  });

  test('name account, role and remedy when the trust refuses, and are asked for anew', async () => {
    const { reader, trust } = trustOfReader();
    reader.trust = { ...trust, principals: [] };
    const source = credentials();
    const arn = 'arn:aws:iam::444455556666:role/KeyturnReader';
    await expect(source()).rejects.toMatchObject({
      code: 'account-role-refused',
      fact: `Account 444455556666 does not let Keyturn assume ${arn} (User: arn:aws:iam::111122223333:user/stand-in-operator is not authorized to perform: sts:AssumeRole on resource: ${arn}).`,
      remedy: expect.stringContaining('infra/member.yaml'),
    });
    reader.trust = trust;
    await expect(source()).resolves.toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) });
  });

  test('say so when the trust forgets the source identity', async () => {
    const { reader, trust } = trustOfReader();
    reader.trust = { ...trust, allowsSourceIdentity: false };
    await expect(credentials()()).rejects.toMatchObject({
      code: 'account-role-refused',
      fact: expect.stringContaining('not authorized to perform: sts:SetSourceIdentity'),
    });
  });

  test('say so when there is no such role', async () => {
    await expect(credentials({ roleName: 'Nobody' })()).rejects.toMatchObject({
      code: 'account-role-refused',
    });
  });

  test('tell other failures as what they are', async () => {
    await expect(credentials({ sourceIdentity: 'no spaces' })()).rejects.toMatchObject({
      code: 'aws-failed',
      fact: expect.stringMatching(
        /^sts:AssumeRole of arn:aws:iam::444455556666:role\/KeyturnReader failed with ValidationError/,
      ),
    });
  });

  test("pass on why the caller has no credentials, in the caller's words", async () => {
    const failure = Object.assign(new Error('none here'), { name: 'CredentialsProviderError' });
    await expect(credentials({}, () => Promise.reject(failure))()).rejects.toMatchObject({
      code: 'aws-credentials-missing',
    });
  });
});
