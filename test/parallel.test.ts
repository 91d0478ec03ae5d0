import { expect, test } from '@jest/globals';
import { inParallel } from '../shared/parallel.ts';

test('keeps the order of the items, and never has more than the limit under way', async () => {
  let underWay = 0;
  let most = 0;
  const work = async (item: number) => {
    underWay += 1;
    most = Math.max(most, underWay);
    // Later items finish first.
    for (let turn = 0; turn < 20 - item; turn += 1) await Promise.resolve();
    underWay -= 1;
    return item * 10;
  };
  const items = Array.from({ length: 20 }, (_, index) => index);
  expect(await inParallel(items, 3, work)).toEqual(items.map((item) => item * 10));
  expect(most).toBe(3);
});

test('does nothing for no items', async () => {
  expect(await inParallel([], 3, () => Promise.reject(new Error('called')))).toEqual([]);
});

test('fails with the first failure', async () => {
  const work = () => Promise.reject(new Error('out of order'));
  await expect(inParallel([1, 2], 1, work)).rejects.toThrow('out of order');
});
