import { expect, test } from '@jest/globals';
import { approve, openCard, outcomeOf, press, request } from '../../sandbox/at-work.ts';
import { World } from '../../sandbox/aws/world.ts';
import { remediate } from '../../sandbox/persistent-people.ts';
import { startStage } from '../../sandbox/stage.ts';
import { ask, scanAll, toldTo, trailOf } from './bot-at-work.ts';
import { goodScan, openUsers } from './catch-up.ts';
import { expectSound, inTrouble } from './faults-stage.ts';

const minute = 60_000;
const sides = [
  { side: 'ahead', skew: 10 * minute },
  { side: 'behind', skew: -10 * minute },
] as const;

const later = (milliseconds: number) => new Date(Date.now() + milliseconds);

test.concurrent.each(sides)(
  "GitHub's clock is ten minutes $side: nothing is decided, and nothing is lost",
  async ({ skew }) => {
    let apart = 0;
    await inTrouble(
      ['ada', 'bea'],
      async (trouble) => {
        const { loop } = trouble;
        expect(await ask(loop, 'alice', '/keys remediate ada')).toContain('*Requested*');
        const card = await openCard(loop, 'ada', 'Runbook');
        apart = skew;
        expect(await ask(loop, 'alice', '/keys remediate bea')).toMatch(/clock is 10 minutes/);
        await press(loop, 'sam', card, 'Approve');
        await toldTo(loop, 'sam', /clock is 10 minutes/);
        expect((await trailOf(loop, 'ada')).trail.events.map(({ type }) => type)).toEqual(['requested']);
        await expect(loop.startBot()).rejects.toThrow('clock is 10 minutes');
        // The scan seals nothing, and sees the same issues whatever time it is there.
        await scanAll(loop);
        expect(await openUsers(loop)).toEqual(['ada', 'bea']);

        apart = 0;
        await approve(loop, 'sam', await openCard(loop, 'ada', 'Runbook'));
        await outcomeOf(loop, card);
        await expectSound(trouble);
      },
      { githubNow: () => later(apart) },
      { clocksApart: 10 * minute },
    );
  },
  200_000,
);

test.concurrent.each(sides)(
  "GitHub's clock is ten minutes $side when the answer to a new issue is lost: there is one issue",
  async ({ skew }) => {
    const world = new World();
    for (const name of ['ada', 'bea']) world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
    world.addRule({ maxAccessKeyAge: 90 });
    world.evaluateRule();
    const stage = await startStage({ world, githubNow: () => later(skew) });
    try {
      stage.github.faults.add({ route: 'POST /repos/{owner}/{repo}/issues', when: 'after', status: 502 });
      await goodScan(stage);
      expect(await openUsers(stage)).toEqual(['ada', 'bea']);
    } finally {
      await stage.close();
    }
  },
  120_000,
);

test.concurrent.each(sides)(
  "AWS's clock is ten minutes $side: what is approved is done, once",
  ({ skew }) =>
    inTrouble(
      ['ada', 'bea'],
      async (trouble) => {
        const { loop } = trouble;
        loop.aws.world.now = () => later(skew);
        await Promise.all([remediate(loop, { user: 'ada' }), remediate(loop, { user: 'bea', strict: true })]);
        // Whether AWS takes GitHub's ID token is between their clocks.
        loop.aws.world.now = () => new Date();
        await expectSound(trouble);
      },
      {},
      { clocksApart: 10 * minute },
    ),
  200_000,
);

test.concurrent.each(sides)(
  "Slack's clock is ten minutes $side: its requests are refused, like those that somebody recorded",
  async ({ skew }) => {
    let apart = 0;
    await inTrouble(
      ['ada'],
      async (trouble) => {
        const { loop } = trouble;
        const card = await request(loop, 'alice', '/keys remediate ada');
        apart = skew;
        const sent = await loop.slack.byHand.command('alice', '/keys pending');
        expect(sent.acknowledged).toBe(false);
        apart = 0;
        await approve(loop, 'sam', card);
        await outcomeOf(loop, card);
        await expectSound(trouble);
      },
      { slackRequestClock: () => later(apart) },
    );
  },
  200_000,
);
