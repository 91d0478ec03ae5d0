import { expect, test } from '@jest/globals';
import { healAll } from '../../sandbox/come-to-rest.ts';
import { seededRandom, shareOf } from '../../sandbox/http/chance.ts';
import { runBulkWave, startKillLoop } from '../../sandbox/kill-wave.ts';
import { remediateAll } from '../../sandbox/persistent-bulk.ts';
import { until } from '../../sandbox/until.ts';
import { expectSound, inTrouble, letAwsStumble, type Trouble } from './faults-stage.ts';

const names = ['ada', 'bea', 'cleo'];
const always = Number.POSITIVE_INFINITY;

/**
 * Trouble until the first user has been started, and for those who are begun then. The next process does not wait for the minute after which this one
 * would look again at those who had trouble.
 */
async function allAtOnce(trouble: Trouble): Promise<void> {
  const { loop } = trouble;
  const { automation } = loop.aws.world;
  const ended = remediateAll(loop);
  const troubled = until('an execution', () => automation.executions.length > 0 || undefined, 180);
  await Promise.race([ended, troubled]);
  healAll(loop);
  await loop.bot.end('SIGTERM');
  await loop.startBot();
  expect(await ended).toMatchObject({
    finished: { data: { counts: { asPredicted: names.length }, notStarted: [] } },
  });
  await expectSound(trouble);
  expect(automation.executions).toHaveLength(names.length);
}

// One of the waves of `npm run faults`.
test.concurrent.each([2])(
  'SIGTERM and SIGKILL at random moments of a bulk request (seed %i)',
  async (seed) => {
    const loop = await startKillLoop();
    try {
      const users = [...names, 'dora'];
      expect(await runBulkWave(loop, { users, deaths: 3, random: seededRandom(seed) })).toEqual([]);
    } finally {
      await loop.close();
    }
  },
  280_000,
);

test.concurrent(
  'AWS throttles 30 % of all calls, fails or cuts others',
  () =>
    inTrouble(names, async (trouble) => {
      letAwsStumble(trouble.loop, 41);
      await allAtOnce(trouble);
    }),
  280_000,
);

test.concurrent(
  'GitHub and Slack: 5xx and cut connections after the write has happened, and 429',
  () =>
    inTrouble(names, async (trouble) => {
      const { github, slack } = trouble.loop;
      const random = seededRandom(42);
      const share = (part: number) => ({ route: /./, times: always, chance: shareOf(part, random) });
      github.faults.add({ ...share(0.06), status: 502, when: 'after' });
      github.faults.add({ ...share(0.04), drop: true, when: 'after' });
      slack.faults.add({ ...share(0.15), status: 429, headers: { 'retry-after': '1' } });
      slack.faults.add({ ...share(0.05), status: 503, when: 'after' });
      await allAtOnce(trouble);
    }),
  280_000,
);
