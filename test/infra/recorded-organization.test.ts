import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addOrganization } from '../../sandbox/aws/organization.ts';
import { World } from '../../sandbox/aws/world.ts';
import { type Stage, startStage } from '../../sandbox/stage.ts';
import { configCatchesUp, goodScan } from '../acceptance/catch-up.ts';
import { operations } from './operations.ts';

const [whole, short] = ['444455556666', '555555555555'] as const;
const inputs = { 'config-aggregator-name': 'keyturn' };
/** Whoever presents a token of GitHub's has no role yet, and needs none for this. */
const withoutRole = 'sts:AssumeRoleWithWebIdentity';

let stage: Stage;
beforeAll(async () => {
  const world = new World();
  addOrganization(world, { members: [{ id: whole }, { id: short }] });
  // The recorder leaves the rule's results out, so that this account is asked for them.
  world.account(short).config.recorder = { recording: true, types: ['AWS::IAM::User'] };
  stage = await startStage({ world });
});
afterAll(() => stage.close());

/** Every kind of user that costs a request of its own, from the first scan to one that finds nobody. */
async function liveThroughAll(): Promise<void> {
  const { world } = stage.aws;
  const old = { createdAt: world.daysAgo(100) };
  world.addUser({ account: short, name: 'found', keys: [old] });
  world.addUser({
    account: whole,
    name: 'idle',
    keys: [old],
    loginProfile: { createdAt: world.daysAgo(200) },
  });
  const moved = world.addUser({ account: whole, name: 'moved', keys: [old] });
  for (const account of world.accounts.values()) world.evaluateRule(account);
  world.renameUser(moved, 'moved-on');
  await goodScan(stage, { inputs });
  for (const user of world.account(whole).users.values()) {
    user.accessKeys = user.accessKeys.map((key) => ({ ...key, status: 'Inactive' }));
  }
  configCatchesUp(stage, whole);
  await goodScan(stage, { inputs });
}

test('what a scan asks is what its role and the reader role allow, no more and no less', async () => {
  await liveThroughAll();
  const asked = { scan: new Set<string>(), reader: new Set<string>() };
  for (const { service, operation, caller } of stage.aws.requests.list) {
    const isReader = /:assumed-role\/KeyturnReader\//.test(caller);
    asked[isReader ? 'reader' : 'scan'].add(`${service}:${operation}`);
  }
  expect(asked.scan.delete(withoutRole)).toBe(true);
  expect([...asked.scan].sort()).toEqual(operations['organization.yaml'].ScanRole.toSorted());
  expect([...asked.reader].sort()).toEqual(operations['member.yaml'].ReaderRole.toSorted());
}, 60_000);
