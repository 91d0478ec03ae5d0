import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { configCatchesUp, goodScan } from '../acceptance/catch-up.ts';
import { RemediationStage } from '../acceptance/remediation-stage.ts';
import { approveAll, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { operations } from './operations.ts';

const allowed = operations['account.yaml'];
const scanRole = /:assumed-role\/KeyturnScan\//;
/** Whoever presents a token of GitHub's has no role yet, and needs none for this. */
const withoutRole = ['sts:AssumeRoleWithWebIdentity'];

let stage: RemediationStage;
beforeAll(() => {
  stage = new RemediationStage();
});
afterAll(() => stage.close());

async function remediate(userName: string, wish: Wish, ...approvers: string[]): Promise<void> {
  const world = await stage.boot();
  const { github } = await stage.stage;
  const found = (await github.byHand.issues()).find(({ title }) => title.includes(`IAM user ${userName} `));
  const issue = await world.issues.read(found?.number ?? 0);
  const watch = createWatch(world);
  await approveAll(world, issue, await requestOf(world, issue, wish), ...approvers);
  await watch.follow(issue);
  await settleDown(world, watch);
}

/** Every kind of user that costs a request of its own, from the first scan to one that finds nobody. */
async function liveThroughAll(): Promise<void> {
  const { aws } = stage;
  const old = { createdAt: aws.daysAgo(100) };
  const used = { ...old, lastUsed: { at: aws.daysAgo(0.1), service: 's3', region: 'us-east-1' } };
  aws.addUser({ name: 'idle', keys: [old], loginProfile: { createdAt: aws.daysAgo(200) } });
  const renamed = aws.addUser({ name: 'busy', keys: [used] });
  const rotating = aws.addUser({ name: 'rotating', keys: [old] });
  const moved = aws.addUser({ name: 'moved', keys: [old] });
  const running = await stage.stage;
  aws.evaluateRule();
  aws.renameUser(moved, 'moved-on');
  await goodScan(running);

  await remediate('idle', { kind: 'runbook' }, 'U1');
  aws.renameUser(renamed, 'busier');
  await remediate('busy', { kind: 'strict' }, 'U1', 'U2');
  await remediate('moved-on', { kind: 'strict' }, 'U1', 'U2');

  rotating.accessKeys = [];
  configCatchesUp(running);
  await goodScan(running);
}

test('what is asked of AWS from the first scan to the last is what the roles allow, no more and no less', async () => {
  await liveThroughAll();
  expect(stage.failures).toEqual([]);

  const { requests } = (await stage.stage).aws;
  const asked = { scan: new Set<string>(), bot: new Set<string>() };
  for (const { service, operation, caller } of requests.list) {
    asked[scanRole.test(caller) ? 'scan' : 'bot'].add(`${service}:${operation}`);
  }
  for (const operation of withoutRole) expect(asked.bot.delete(operation)).toBe(true);
  expect([...asked.scan].sort()).toEqual(allowed.ScanRole.toSorted());
  expect([...asked.bot].sort()).toEqual(allowed.BotRole.toSorted());
  expect([...stage.aws.automation.called].sort()).toEqual(allowed.RunbookRole.toSorted());
}, 120_000);
