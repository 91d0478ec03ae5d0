import { DescribeConfigRulesCommand } from '@aws-sdk/client-config-service';
import { ListUsersCommand } from '@aws-sdk/client-iam';
import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anyKeys, clientsOf, type Keys, rejection, startTestAws } from './aws-clients.ts';

const subject = 'repo:acme/keys:ref:refs/heads/main';
const scanner = 'arn:aws:iam::111122223333:role/KeyturnScanner';
const reader = 'arn:aws:iam::444455556666:role/KeyturnReader';

let standIn: Awaited<ReturnType<typeof startTestAws>>;
beforeEach(async () => {
  standIn = await startTestAws();
  const { world } = standIn;
  world.addAccount('444455556666');
  world.addUser({ name: 'here' });
  world.addUser({ name: 'there', account: '444455556666' });
  world.addRole({
    name: 'KeyturnScanner',
    trust: { kind: 'github', audience: 'sts.amazonaws.com', subjects: [subject] },
  });
  world.addRole({
    account: '444455556666',
    name: 'KeyturnReader',
    trust: { kind: 'principals', principals: [scanner] },
  });
});
afterEach(() => standIn.aws.close());

function idToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const exp = standIn.clock().getTime() / 1000 + 300;
  const payload = { aud: 'sts.amazonaws.com', sub: subject, exp, ...claims };
  return ['{}', JSON.stringify(payload), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

const clientConfig = () => ({ endpoint: standIn.aws.url, region: 'us-east-1', maxAttempts: 1 });

function webIdentity(
  webIdentityToken: string,
  change: { roleArn?: string; roleSessionName?: string; durationSeconds?: number } = {},
) {
  return fromWebToken({
    roleArn: scanner,
    roleSessionName: 'keyturn',
    webIdentityToken,
    clientConfig: clientConfig(),
    ...change,
  })();
}

function assume(masterCredentials: Keys, RoleArn = reader, DurationSeconds = 3600) {
  return fromTemporaryCredentials({
    params: { RoleArn, RoleSessionName: 'keyturn', DurationSeconds },
    masterCredentials,
    clientConfig: clientConfig(),
  })();
}

async function userNames(credentials: Keys) {
  const { Users } = await clientsOf(standIn.aws.url, credentials).iam.send(new ListUsersCommand({}));
  return Users?.map(({ UserName }) => UserName);
}

test('a GitHub token opens a role, and from there the reader role of another account', async () => {
  const own = await webIdentity(idToken());
  expect(own).toMatchObject({ expiration: new Date(standIn.clock().getTime() + 3_600_000) });
  expect(await userNames(own)).toEqual(['here']);
  const foreign = await assume(own);
  expect(await userNames(foreign)).toEqual(['there']);
  expect(standIn.aws.requests.list.map(({ operation, account }) => [operation, account])).toEqual([
    ['AssumeRoleWithWebIdentity', '111122223333'],
    ['ListUsers', '111122223333'],
    ['AssumeRole', '111122223333'],
    ['ListUsers', '444455556666'],
  ]);
});

test.each([
  [
    'AccessDenied',
    { sub: 'repo:acme/other:ref:refs/heads/main' },
    'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  ],
  ['InvalidIdentityTokenException', { aud: 'someone-else' }, 'Incorrect token audience'],
  [
    'ExpiredTokenException',
    { exp: 1_700_000_000 },
    'Token expired: current date/time 1795348800 must be before the expiration date/time 1700000000',
  ],
  [
    'InvalidIdentityTokenException',
    { sub: 7 },
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  ],
])('a token is refused as %s: %j', async (name, claims, message) => {
  expect(await rejection(webIdentity(idToken(claims)))).toMatchObject({ name, message });
});

test('a token that is no JWT, a role that does not exist and bad parameters are refused', async () => {
  expect(await rejection(webIdentity('opaque'))).toMatchObject({ name: 'InvalidIdentityTokenException' });
  expect(await rejection(webIdentity(idToken(), { roleArn: reader }))).toMatchObject({
    name: 'AccessDenied',
  });
  expect(await rejection(webIdentity(idToken(), { roleArn: `${scanner}2` }))).toMatchObject({
    name: 'AccessDenied',
  });
  expect(await rejection(webIdentity(idToken(), { roleSessionName: 'a b' }))).toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining("Value 'a b' at 'roleSessionName' failed to satisfy constraint"),
  });
  expect(await rejection(webIdentity(idToken(), { durationSeconds: 7200 }))).toMatchObject({
    message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  });
});

describe('AssumeRole', () => {
  test('refuses callers whom the role does not trust', async () => {
    expect(await rejection(assume(anyKeys))).toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::111122223333:user/stand-in-operator is not authorized to perform: sts:AssumeRole on resource: ${reader}`,
    });
    expect(await rejection(assume(anyKeys, scanner))).toMatchObject({ name: 'AccessDenied' });
    expect(await rejection(assume(anyKeys, `${reader}2`))).toMatchObject({ name: 'AccessDenied' });
  });

  test('trusts a whole account too, and chained roles for an hour at most', async () => {
    const role = standIn.world.account('444455556666').roles.get('KeyturnReader');
    Object.assign(role ?? {}, { trust: { kind: 'principals', principals: ['111122223333'] } });
    expect(await userNames(await assume(anyKeys))).toEqual(['there']);
    const chained = assume(await webIdentity(idToken()), reader, 7200);
    expect((await rejection(chained)).message).toContain(
      '1 hour session limit for roles assumed by role chaining',
    );
  });
});

describe('SourceIdentity', () => {
  const named = (masterCredentials: Keys, SourceIdentity: string, RoleArn = reader) =>
    fromTemporaryCredentials({
      params: { RoleArn, RoleSessionName: 'keyturn', SourceIdentity },
      masterCredentials,
      clientConfig: clientConfig(),
    })();
  const trustOf = (account: string, name: string, principal: string) => {
    const role = standIn.world.account(account).roles.get(name);
    const trust = { kind: 'principals', principals: [principal], allowsSourceIdentity: true };
    Object.assign(role ?? {}, { trust });
  };

  test('needs the permission of the trust policy, and stands in the log of what the session does', async () => {
    const own = await webIdentity(idToken());
    expect(await rejection(named(own, 'keyturn-7'))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: sts:SetSourceIdentity on resource'),
    });
    trustOf('444455556666', 'KeyturnReader', scanner);
    await userNames(await named(own, 'keyturn-7'));
    expect(standIn.aws.requests.list.at(-1)).toMatchObject({ sourceIdentity: 'keyturn-7' });
  });

  test('is 2 to 64 characters of a few kinds', async () => {
    for (const bad of ['a', 'a b', 'x'.repeat(65)]) {
      expect(await rejection(named(anyKeys, bad))).toMatchObject({
        name: 'ValidationError',
        message: expect.stringContaining("at 'sourceIdentity'"),
      });
    }
  });

  test('stays with the session on its way through roles', async () => {
    trustOf('444455556666', 'KeyturnReader', '111122223333');
    standIn.world.addRole({ name: 'Next', trust: { kind: 'principals', principals: [] } });
    trustOf('111122223333', 'Next', reader);
    const next = 'arn:aws:iam::111122223333:role/Next';
    const first = await named(anyKeys, 'ada');
    expect(await rejection(named(first, 'bob', next))).toMatchObject({ name: 'AccessDenied' });
    await userNames(await assume(first, next));
    expect(standIn.aws.requests.list.at(-1)).toMatchObject({ sourceIdentity: 'ada' });
  });
});

test('temporary credentials that are unknown or expired are refused, in the words of either protocol', async () => {
  const own = await webIdentity(idToken());
  const unknown = { ...anyKeys, accessKeyId: 'ASIAUNKNOWN000000000' };
  standIn.clock.advance(3_600_000);
  const names = async (credentials: Keys) => {
    const { iam, config } = clientsOf(standIn.aws.url, credentials);
    return [
      (await rejection(iam.send(new ListUsersCommand({})))).name,
      (await rejection(config.send(new DescribeConfigRulesCommand({})))).name,
    ];
  };
  expect(await names(own)).toEqual(['ExpiredToken', 'ExpiredTokenException']);
  expect(await names(unknown)).toEqual(['InvalidClientTokenId', 'UnrecognizedClientException']);
});

test('GetCallerIdentity says whose credentials they are', async () => {
  const ask = async (accessKeyId: string) => {
    const response = await fetch(standIn.aws.url, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/us-east-1/sts/aws4_request`,
      },
      body: new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' }),
    });
    return response.text();
  };
  expect(await ask('AKIAANY')).toContain('<Account>111122223333</Account>');
  const { accessKeyId } = await webIdentity(idToken());
  expect(await ask(accessKeyId)).toContain(
    '<Arn>arn:aws:sts::111122223333:assumed-role/KeyturnScanner/keyturn</Arn>',
  );
});
