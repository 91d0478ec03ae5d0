import { expect, test } from '@jest/globals';
import { runSoak } from '../../scripts/soak-run.ts';
import { bounds, growth, type Month, missing } from '../../scripts/soak-verdict.ts';

// `npm run soak` lives a year.
test('five weeks of people, keys and faults: all is sound in the end', async () => {
  const months = await runSoak({ weeks: 5, seed: 3 });
  expect(months.slice(0, 2).map(({ weeks }) => weeks)).toEqual([4, 5]);
  expect(months.flatMap(({ problems }) => problems)).toEqual([]);
  expect(missing(months)).toEqual([]);
}, 600_000);

const month: Month = {
  weeks: 4,
  bulk: { requested: 4, users: 9, left: 0, finished: 1, stopped: 1, denied: 1, expired: 1, voided: 0 },
  throttled: { aws: 1, github: 1, slack: 1 },
  requested: 0,
  started: 1,
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

test('a run in which something never happened proves nothing', () => {
  expect(missing(year({}))).toEqual([]);
  expect(missing([{ ...month, started: 0, throttled: { ...month.throttled, slack: 0 } }])).toEqual([
    'a start',
    'a throttled call of Slack',
  ]);
  expect(missing([])).toHaveLength(9);
});
