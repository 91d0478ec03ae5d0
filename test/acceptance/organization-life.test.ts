import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approve, openCard, outcomeOf } from '../../sandbox/at-work.ts';
import type { Loop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';
import { production, staging } from '../bot/organization.ts';
import { ask, chooseIn, issueOf, trailOf } from './bot-at-work.ts';
import { configCatchesUp, goodScan } from './catch-up.ts';
import { startOrganization } from './organization-loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startOrganization();
});
afterAll(() => loop.close());

async function scan(): Promise<void> {
  for (const account of [production, staging]) configCatchesUp(loop, account);
  await goodScan(loop);
}

const statesOf = async (user: string) => [
  (await issueOf(loop, user, production)).state,
  (await issueOf(loop, user, staging)).state,
];

test('what the scan of an organization opens, the bot closes, and the next scan knows why', async () => {
  const { world } = loop.aws;
  for (const account of [production, staging]) {
    world.addUser({ name: 'ann', account, keys: [{ createdAt: world.daysAgo(120) }] });
  }
  await scan();
  expect(await statesOf('ann')).toEqual(['open', 'open']);

  expect(await ask(loop, 'alice', '/keys remediate ann')).toContain('is in 2 accounts');
  await chooseIn(loop, 'alice', 'remediate ann', await issueOf(loop, 'ann', staging));
  const card = await openCard(loop, 'ann', 'Runbook');
  await approve(loop, 'sam', card);
  await outcomeOf(loop, card);
  await until('the closed issue', async () => (await statesOf('ann')).includes('closed') || undefined);
  await scan();
  expect(await statesOf('ann')).toEqual(['open', 'closed']);

  for (const key of world.userNamed('ann', staging).accessKeys) {
    Object.assign(key, { status: 'Active', statusChangedAt: undefined });
  }
  await scan();
  expect(await statesOf('ann')).toEqual(['open', 'open']);
  expect((await issueOf(loop, 'ann', staging)).labels).toContain('reactivated');
  expect((await issueOf(loop, 'ann', production)).labels).not.toContain('reactivated');
  expect((await trailOf(loop, 'ann', staging)).trail.state).toBe('intact');
});
