import { ListUsersCommand } from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { LogLevel, webApi } from '@slack/bolt';
import { throttled } from '../../sandbox/aws/faults.ts';
import { startSlack } from '../../sandbox/slack/start.ts';
import { waitForAwsBy, waitForSlackBy } from '../../scripts/soak-waits.ts';
import { startTestAws, testClients } from '../aws/stand-in.ts';

/** Time that passes only when it is told to. */
function timeOf() {
  let passed = 0;
  return {
    now: () => new Date(Date.UTC(2027, 0, 1) + passed),
    advance: (milliseconds: number) => {
      passed += Math.ceil(milliseconds);
    },
    passed: () => passed,
  };
}

test('after a throttled answer AWS’s SDK backs off and spaces its requests by the given clock', async () => {
  const aws = await startTestAws();
  const time = timeOf();
  const { iam } = testClients();
  await waitForAwsBy(time, [iam]);
  aws.faults.fail('ListUsers', throttled, { nth: 1 });
  const { $metadata } = await iam.send(new ListUsersCommand({}));
  expect($metadata.attempts).toBe(2);
  // A second for the answer, and the first token of an empty bucket: half a one comes each second.
  expect(time.passed()).toBe(2_000);
  await iam.send(new ListUsersCommand({}));
  expect(time.passed()).toBeGreaterThan(2_000);
  await aws.close();
});

test('Slack’s client waits for Retry-After by the given clock', async () => {
  const slack = await startSlack();
  const time = timeOf();
  const client = new webApi.WebClient(slack.botToken, {
    slackApiUrl: slack.url,
    fetch: waitForSlackBy(time),
    retryConfig: { retries: 1, minTimeout: 1 },
    logLevel: LogLevel.ERROR,
  });
  slack.faults.add({ route: 'auth.test', status: 429, headers: { 'retry-after': '30' } });
  expect(await client.auth.test()).toMatchObject({ ok: true });
  expect(time.passed()).toBe(30_000);
  await slack.close();
});
