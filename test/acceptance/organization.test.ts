import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addOrganization } from '../../sandbox/aws/organization.ts';
import { World } from '../../sandbox/aws/world.ts';
import { type Stage, startStage } from '../../sandbox/stage.ts';
import { goodScan } from './catch-up.ts';

const [security, quiet, dev, strict, bare] = [
  '111122223333',
  '222222222222',
  '444455556666',
  '555555555555',
  '777788889999',
] as const;
const inputs = { 'config-aggregator-name': 'keyturn', 'reader-role-name': 'KeyturnReader' };

let world: World;
let stage: Stage;

beforeEach(async () => {
  world = new World();
  addOrganization(world, {
    members: [
      { id: security },
      { id: quiet },
      { id: dev },
      { id: strict, maxAccessKeyAge: 30 },
      { id: bare, maxAccessKeyAge: null },
    ],
  });
  addUser(quiet, 'young', 10);
  addUser(dev, 'ada', 100);
  addUser(dev, 'grace', 400);
  addUser(strict, 'ada', 40);
  addUser(bare, 'nobody', 500);
  evaluate();
  stage = await startStage({ world });
});
afterEach(() => stage.close());

function addUser(account: string, name: string, days: number) {
  return world.addUser({ account, name, keys: [{ createdAt: world.daysAgo(days) }] });
}

function evaluate(): void {
  for (const account of world.accounts.values()) world.evaluateRule(account);
}

const askedIn = (account: string) =>
  stage.aws.requests.list.filter((request) => request.account === account).map(({ operation }) => operation);

async function titles(state = 'open') {
  const issues = await stage.github.byHand.issues();
  return issues.filter((issue) => issue.state === state).map(({ title }) => title);
}

describe('an organization', () => {
  test('one issue for each finding of all accounts, and no request for an account without', async () => {
    const run = await goodScan(stage, { inputs });
    expect(await titles()).toEqual(
      expect.arrayContaining([
        `Old access key: IAM user ada in account ${dev}`,
        `Old access key: IAM user grace in account ${dev}`,
        `Old access key: IAM user ada in account ${strict}`,
      ]),
    );
    console.log(run.summary, run.log, stage.aws.requests.counts());
    expect(run.outputs).toMatchObject({ 'non-compliant-count': '3', 'issues-opened': '3' });
    for (const account of [quiet, bare]) expect(askedIn(account)).toEqual([]);
  });
});
