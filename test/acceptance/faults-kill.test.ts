import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../sandbox/http/chance.ts';
import { runWave, startKillLoop } from '../../sandbox/kill-wave.ts';
import type { Loop } from '../../sandbox/loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startKillLoop();
});
afterAll(() => loop.close());

// Twelve of the two hundred runs of `npm run faults`.
test.each([1, 2, 3])(
  'SIGTERM and SIGKILL at random moments of four remediations and a scan (seed %i)',
  async (seed) => {
    const users = ['ada', 'bea', 'cleo', 'dora'].map((name) => `${name}-${seed}`);
    const problems = await runWave(loop, { users, deaths: 2, random: seededRandom(seed) });
    expect(problems).toEqual([]);
  },
  280_000,
);
