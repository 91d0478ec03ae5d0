import { expect, test } from '@jest/globals';
import { bounds, growth, type Month, runSoak } from '../../scripts/soak-run.ts';

// `npm run soak` lives a year.
test('five weeks of people, keys and faults: all is sound in the end', async () => {
  const months = await runSoak({ weeks: 5, seed: 3 });
  expect(months.map(({ weeks, problems }) => ({ weeks, problems }))).toEqual([
    { weeks: 4, problems: [] },
    { weeks: 5, problems: [] },
  ]);
  expect(months.reduce((sum, { started }) => sum + started, 0)).toBeGreaterThan(3);
}, 280_000);

const month = {
  weeks: 4,
  requested: 0,
  started: 0,
  refused: 0,
  failed: 0,
  problems: [],
  heap: 40,
  handles: 5,
};
const year = (last: Partial<Month>): Month[] => [
  ...Array.from({ length: 10 }, () => month),
  ...Array.from({ length: 3 }, () => ({ ...month, ...last })),
];

test.each([
  { name: 'as before', last: {}, says: undefined },
  { name: 'the warm-up does not count', last: { heap: 30 }, says: undefined },
  { name: 'a leak', last: { heap: 41 + bounds.heap }, says: /heap grew/ },
  { name: 'handles that stay open', last: { handles: 6 + bounds.handles }, says: /handles grew/ },
])('memory and handles: $name', ({ last, says }) => {
  const told = growth(year(last)) ?? '';
  expect(told).toMatch(says ?? /^$/);
});
