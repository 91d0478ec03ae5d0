import { expect, test } from '@jest/globals';
import { World } from '../../sandbox/aws/world.ts';
import { remediate } from '../../sandbox/persistent-people.ts';
import { startStage } from '../../sandbox/stage.ts';
import { goodScan, openUsers } from './catch-up.ts';
import { expectSound, inTrouble } from './faults-stage.ts';

/** Longer than anybody waits: whoever gives up after half a minute is done long before. */
const stall = 10 * 60_000;

async function scanThatStalls(operation: string): Promise<void> {
  const world = new World();
  for (const name of ['alice', 'bob']) world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  world.addRule({ maxAccessKeyAge: 90 });
  world.evaluateRule();
  const stage = await startStage({ world });
  try {
    stage.aws.faults.fail(operation, { kind: 'stall', milliseconds: stall }, { nth: 1 });
    await goodScan(stage);
    expect(await openUsers(stage)).toEqual(['alice', 'bob']);
  } finally {
    await stage.close();
  }
}

test.concurrent.each([
  'AssumeRoleWithWebIdentity',
  'GetComplianceDetailsByConfigRule',
  'GetCredentialReport',
])('AWS does not answer %s: the scan asks again after half a minute', scanThatStalls, 120_000);

test.concurrent.each([
  { operation: 'GetUser', strict: false },
  { operation: 'StartAutomationExecution', strict: false },
  { operation: 'UpdateAccessKey', strict: true },
])(
  'AWS does not answer $operation of the bot: it asks again, and it is done once',
  ({ operation, strict }) =>
    inTrouble(['ada'], async (trouble) => {
      const { loop } = trouble;
      loop.aws.faults.fail(operation, { kind: 'stall', milliseconds: stall }, { nth: 1 });
      await remediate(loop, { user: 'ada', strict });
      await expectSound(trouble);
    }),
  240_000,
);

test.concurrent(
  'GitHub does not answer what it has done: it is not done again',
  () =>
    inTrouble(['ada'], async (trouble) => {
      const { loop } = trouble;
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      loop.github.faults.add({ route, nth: 2, stallMilliseconds: stall });
      await remediate(loop, { user: 'ada' });
      await expectSound(trouble);
    }),
  240_000,
);

test.concurrent(
  'Slack does not answer: the remediation goes on without it',
  () =>
    inTrouble(['ada'], async (trouble) => {
      const { loop } = trouble;
      loop.slack.faults.add({ route: 'chat.update', nth: 2, times: 3, stallMilliseconds: stall });
      await remediate(loop, { user: 'ada' });
      await expectSound(trouble);
    }),
  240_000,
);
