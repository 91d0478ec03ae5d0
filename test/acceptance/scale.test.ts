import { describe, expect, test } from '@jest/globals';
import { World } from '../../sandbox/aws/world.ts';
import { startStage } from '../../sandbox/stage.ts';
import { goodScan, openUsers } from './catch-up.ts';

/** Every `each`-th of `users` users has a key over age; every tenth of those a password that was never used. */
function account(users: number, each: number): World {
  const world = new World();
  for (let index = 0; index < users; index += 1) {
    const over = index % each === 0;
    world.addUser({
      name: `user-${index}`,
      keys: [{ createdAt: world.daysAgo(over ? 100 + (index % 300) : 10) }],
      ...(over && index % (each * 10) === 0 && { loginProfile: { createdAt: world.daysAgo(200) } }),
    });
  }
  world.addRule({ maxAccessKeyAge: 90 });
  world.evaluateRule();
  return world;
}

describe('1,000 users over several pages', () => {
  test('max-new-issues at a time, oldest keys first, until every finding has its issue', async () => {
    const stage = await startStage({ world: account(1_000, 5) });
    try {
      const first = await goodScan(stage, { inputs: { 'max-new-issues': '120' } });
      expect(first.outputs).toMatchObject({ 'non-compliant-count': '200', 'issues-opened': '120' });
      const second = await goodScan(stage, { inputs: { 'max-new-issues': '120' } });
      expect(second.outputs).toMatchObject({ 'issues-opened': '80' });
      const third = await goodScan(stage);
      expect(third.outputs).toMatchObject({
        'issues-opened': '0',
        'issues-updated': '0',
        'issues-closed': '0',
      });
      expect(new Set(await openUsers(stage)).size).toBe(200);
    } finally {
      await stage.close();
    }
  }, 120_000);
});

describe('the budget of requests', () => {
  test.each([
    { users: 500, each: 2, first: 250 + 25 + 25, rescan: 12 },
    { users: 5_000, each: 10, first: 500 + 50 + 25, rescan: 25 },
  ])(
    '$users users',
    async ({ users, each, first, rescan }) => {
      const stage = await startStage({ world: account(users, each) });
      const inputs = { 'max-new-issues': '500' };
      try {
        await goodScan(stage, { inputs });
        expect(stage.aws.requests.total).toBeLessThanOrEqual(first);
        const found = users / each;
        // Pages of issues before and after, writes, and five more.
        expect(stage.github.requests.total).toBeLessThanOrEqual(2 * Math.ceil(found / 100) + found + 5);

        stage.aws.requests.clear();
        stage.github.requests.clear();
        await goodScan(stage, { inputs });

        expect(stage.aws.requests.total).toBeLessThanOrEqual(rescan);
        expect(stage.github.requests.writes).toBe(0);
        expect(stage.github.requests.total).toBeLessThanOrEqual(Math.ceil(found / 100) + 5);
      } finally {
        await stage.close();
      }
    },
    120_000,
  );
});
