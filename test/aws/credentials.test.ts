import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { readConfigRule } from '../../shared/aws/config-rule.ts';
import {
  defaultCredentials,
  type WebIdentity,
  webIdentityCredentials,
} from '../../shared/aws/credentials.ts';
import { now, rule, startTestAws, testClients } from './stand-in.ts';

const subject = 'repo:octo-org/keys:ref:refs/heads/main';
const audience = 'sts.amazonaws.com';
const roleArn = 'arn:aws:iam::111122223333:role/KeyturnScan';

let aws: AwsStandIn;
let clock: Date;
let tokens: string[];

beforeEach(async () => {
  aws = await startTestAws();
  clock = now;
  tokens = [];
  aws.world.now = () => clock;
  aws.world.addRule();
  aws.world.addRole({ name: 'KeyturnScan', trust: { kind: 'github', audience, subjects: [subject] } });
});

afterEach(() => aws.close());

function idToken(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.signature`;
}

function credentials(claims: object = {}, changes: Partial<WebIdentity> = {}) {
  return webIdentityCredentials({
    roleArn,
    roleSessionName: 'keyturn',
    audience,
    region: 'us-east-1',
    now: () => clock,
    async getIdToken(aud) {
      const token = idToken({ sub: subject, aud, exp: +clock / 1_000 + 300, ...claims });
      tokens.push(token);
      return token;
    },
    ...changes,
  });
}

function inMinutes(minutes: number): void {
  clock = new Date(+now + minutes * 60_000);
}

describe('webIdentityCredentials', () => {
  test('assumes the role once for all clients', async () => {
    // The clients judge expiry by the machine's clock.
    clock = new Date();
    const source = credentials();
    const clients = [testClients({ credentials: source }), testClients({ credentials: source })];
    await Promise.all(clients.map((client) => readConfigRule(client.config, rule.name)));
    expect(aws.requests.counts()).toEqual({ AssumeRoleWithWebIdentity: 1, DescribeConfigRules: 2 });
  });

  test('keeps credentials until five minutes before they expire, then takes a fresh ID token', async () => {
    const source = credentials();
    const first = await source();
    inMinutes(55);
    expect(await source()).toBe(first);
    inMinutes(56);
    const [second, third] = await Promise.all([source(), source()]);
    expect(second?.accessKeyId).not.toBe(first.accessKeyId);
    expect(third).toBe(second);
    expect(tokens).toHaveLength(2);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  test('does not hold on to a failure', async () => {
    const source = credentials();
    aws.faults.fail(
      'AssumeRoleWithWebIdentity',
      { kind: 'error', code: 'AccessDenied', message: 'No' },
      { nth: 1 },
    );
    await expect(source()).rejects.toMatchObject({ code: 'aws-oidc-trust' });
    await expect(source()).resolves.toBeDefined();
  });

  test('shows what the trust policy was asked, and never the token', async () => {
    const source = credentials({ sub: 'repo:octo-org/keys:pull_request' });
    const error: unknown = await source().catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'aws-oidc-trust',
      fact:
        `The trust policy of ${roleArn} refuses this workflow; it presented ` +
        'sub "repo:octo-org/keys:pull_request" and aud "sts.amazonaws.com".',
    });
    expect(String(error)).not.toContain(tokens[0]);
  });

  test('says which audience was wrong', async () => {
    await expect(credentials({}, { audience: 'somewhere' })()).rejects.toMatchObject({
      code: 'aws-oidc-audience',
      fact: expect.stringMatching(/Incorrect token audience\); it presented .* aud "somewhere"/),
    });
  });

  test('lists several audiences', async () => {
    await expect(credentials({ aud: ['one', 'two'] })()).rejects.toMatchObject({
      fact: expect.stringContaining('aud "one, two"'),
    });
  });

  test('names the OIDC provider when the account has none', async () => {
    aws.faults.fail('AssumeRoleWithWebIdentity', {
      kind: 'error',
      code: 'InvalidIdentityToken',
      message:
        'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
    });
    await expect(credentials()()).rejects.toMatchObject({ code: 'aws-oidc-provider' });
  });

  test('says that the token has expired', async () => {
    await expect(credentials({ exp: 1 })()).rejects.toMatchObject({ code: 'aws-oidc-expired' });
  });

  test.each(['not a token', 'a.b.c', idToken({ sub: 1 })])(
    'does not choke on the token %j',
    async (token) => {
      await expect(credentials({}, { getIdToken: async () => token })()).rejects.toMatchObject({
        code: 'aws-oidc-audience',
        fact: expect.stringContaining('it presented a token without readable claims'),
      });
    },
  );

  test('passes on what else STS says', async () => {
    await expect(credentials({}, { roleSessionName: 'no spaces please' })()).rejects.toMatchObject({
      code: 'aws-failed',
      fact: expect.stringContaining('sts:AssumeRoleWithWebIdentity failed with ValidationError'),
    });
  });

  test.each([
    [
      new Error('Error message: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable'),
      'aws-oidc-permission',
      'GitHub gives this job no ID token.',
    ],
    [new Error('503'), 'aws-oidc-token', "GitHub's ID token service failed: 503."],
    ['cut off', 'aws-oidc-token', "GitHub's ID token service failed: cut off."],
  ])('explains why there is no ID token: %s', async (failure, code, fact) => {
    const getIdToken = () => Promise.reject(failure);
    await expect(credentials({}, { getIdToken })()).rejects.toMatchObject({ code, fact });
  });

  test('reaches the caller of a client in its own words', async () => {
    const getIdToken = () => Promise.reject(new Error('ACTIONS_ID_TOKEN_REQUEST_TOKEN'));
    const { config } = testClients({ credentials: credentials({}, { getIdToken }) });
    await expect(readConfigRule(config, rule.name)).rejects.toMatchObject({ code: 'aws-oidc-permission' });
  });
});

describe('defaultCredentials', () => {
  const names = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_CONFIG_FILE',
  ];

  afterEach(() => {
    for (const name of names) delete process.env[name];
  });

  beforeEach(() => {
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/nonexistent/credentials';
    process.env['AWS_CONFIG_FILE'] = '/nonexistent/config';
  });

  test('takes what the environment holds', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAENVIRONMENT';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
    expect(await defaultCredentials('us-east-1')()).toMatchObject({ accessKeyId: 'AKIAENVIRONMENT' });
  });

  test('says that there are none', async () => {
    await expect(defaultCredentials('us-east-1')()).rejects.toMatchObject({
      code: 'aws-credentials-missing',
    });
  });
});

test('a region without AWS behind it is said to be unreachable', async () => {
  await aws.close();
  await expect(readConfigRule(testClients().config, rule.name)).rejects.toMatchObject({
    code: 'aws-unreachable',
  });
});
