import { type AwsStandIn, startAws } from '../../sandbox/aws/start.ts';
import { type AwsConnection, readerClients } from '../../shared/aws/clients.ts';
import { readRecordedUsers } from '../../shared/aws/recorded-users.ts';
import type { RuleSnapshot } from '../../shared/findings/ports.ts';

export const now = new Date('2026-06-15T12:00:00Z');

export const rule: RuleSnapshot = {
  name: 'access-keys-rotated',
  arn: 'arn:aws:config:us-east-1:111122223333:config-rule/config-rule-616363',
  accountId: '111122223333',
  region: 'us-east-1',
  partition: 'aws',
  maxAccessKeyAge: 90,
};

/** Static credentials and few attempts, so that failures show at once. */
export const connection: AwsConnection = {
  region: rule.region,
  credentials: async () => ({ accessKeyId: 'AKIASTATIC', secretAccessKey: 'static' }),
  userAgent: 'keyturn/test',
  maxAttempts: 2,
};

/** An AWS of its own for one test; the SDK finds it by its own variable. */
export async function startTestAws(): Promise<AwsStandIn> {
  const aws = await startAws({ now: () => now });
  process.env['AWS_ENDPOINT_URL'] = aws.url;
  return aws;
}

/** What a reader of users in one account is made of, but for its clock and its patience. */
export function readerParts({ config, iam } = testClients()) {
  return { iam, readRecorded: (userIds: readonly string[]) => readRecordedUsers(config, userIds) };
}

export function testClients(changes: Partial<AwsConnection> = {}) {
  return readerClients({ ...connection, ...changes });
}
