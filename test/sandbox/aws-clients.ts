import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type AwsOptions, type AwsStandIn, startAws } from '../../sandbox/aws/start.ts';

/** A clock that stands still until it is told to go on. */
export interface TestClock {
  (): Date;
  advance(milliseconds: number): void;
}

export function testClock(start = '2026-11-22T12:00:00Z'): TestClock {
  let now = Date.parse(start);
  const clock = () => new Date(now);
  return Object.assign(clock, {
    advance(milliseconds: number) {
      now += milliseconds;
    },
  });
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials of nobody in particular: the stand-in takes them for the default account's. */
export const anyKeys: Keys = { accessKeyId: 'AKIASTATICCREDENTIAL', secretAccessKey: 'secret' };

/** The real SDK clients on a stand-in, without retries so that every answer is seen. */
export function clientsOf(url: string, credentials: Keys = anyKeys, region = 'us-east-1') {
  const config = { endpoint: url, region, credentials, maxAttempts: 1 };
  return {
    iam: new IAMClient(config),
    config: new ConfigServiceClient(config),
    ssm: new SSMClient(config),
  };
}

export async function startTestAws(options: AwsOptions = {}) {
  const clock = testClock();
  const aws: AwsStandIn = await startAws({ now: clock, ...options });
  return { aws, clock, world: aws.world, ...clientsOf(aws.url) };
}

/** What a rejected promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('The promise was not rejected with an Error');
}
