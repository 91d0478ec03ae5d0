import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { clientSettings } from '../../shared/aws/clients.ts';
import { configCompliance } from '../../shared/aws/compliance.ts';
import { webIdentityCredentials } from '../../shared/aws/credentials.ts';
import { awsUserReader } from '../../shared/aws/user-reader.ts';
import type { RememberedUser } from '../../shared/keys/evidence.ts';
import { fromMemory, rememberedOf } from './scanned-aws.ts';
import { connection, readerParts, rule, startTestAws, testClients } from './stand-in.ts';

const subject = 'repo:octo-org/keys:ref:refs/heads/main';
const audience = 'sts.amazonaws.com';
let aws: AwsStandIn;

beforeEach(async () => {
  aws = await startTestAws();
  // Clients judge the expiry of credentials by the machine's clock.
  aws.world.now = () => new Date();
});

afterEach(() => aws.close());

/** Half of the users have an old key, a fifth of those also a password that was never used. */
function addUsers(count: number): void {
  const { world } = aws;
  const [old, young] = [world.daysAgo(200), world.daysAgo(10)];
  for (let n = 0; n < count; n += 1) {
    world.addUser({
      name: `user-${n}`,
      keys: [{ createdAt: n % 2 === 0 ? old : young }],
      ...(n % 10 === 0 && { loginProfile: { createdAt: old } }),
    });
  }
  world.addRole({ name: 'Scan', trust: { kind: 'github', audience, subjects: [subject] } });
  world.addRule();
  world.evaluateRule();
}

/** One run of the Action, with clients of its own. */
async function scan(remembered: ReadonlyMap<string, RememberedUser>) {
  aws.requests.clear();
  const claims = { sub: subject, aud: audience, exp: Date.now() / 1_000 + 300 };
  const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
  const credentials = webIdentityCredentials({
    roleArn: 'arn:aws:iam::111122223333:role/Scan',
    roleSessionName: 'keyturn',
    audience,
    region: rule.region,
    getIdToken: async () => token,
    now: () => new Date(),
  });
  const clients = testClients({ credentials });
  const compliance = await configCompliance(clients.config, rule.name).readCompliance();
  const reader = awsUserReader({
    ...readerParts(clients),
    sleep: async () => undefined,
    now: () => new Date(),
  });
  return reader.readUsers(compliance.rule, compliance.nonCompliantUserIds, remembered);
}

describe('500 users, 250 of them NON_COMPLIANT, 50 of those with a never-used password', () => {
  test('cost one request each at first, and twelve in all on the next scan', async () => {
    addUsers(500);

    const first = await scan(new Map());

    expect(first.size).toBe(250);
    expect(aws.requests.total).toBe(12 + 250 + 50);

    expect(await scan(rememberedOf(first))).toEqual(fromMemory(first));
    expect(aws.requests.counts()).toEqual({
      AssumeRoleWithWebIdentity: 1,
      DescribeConfigRules: 1,
      DescribeConfigurationRecorders: 1,
      DescribeConfigurationRecorderStatus: 1,
      GetComplianceDetailsByConfigRule: 3,
      SelectResourceConfig: 3,
      GenerateCredentialReport: 1,
      GetCredentialReport: 1,
    });
  });
});

test('clients try a request eight times unless told otherwise', () => {
  const { maxAttempts: _, ...patient } = connection;
  expect(clientSettings(patient)).toMatchObject({ maxAttempts: 8, retryMode: 'adaptive' });
});

test('no client waits for good: the SDK alone would only warn when an answer is overdue', () => {
  expect(clientSettings(connection).requestHandler).toMatchObject({
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
  });
});
