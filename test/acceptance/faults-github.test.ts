import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openCard, request } from '../../sandbox/at-work.ts';
import { healAll } from '../../sandbox/come-to-rest.ts';
import type { Fate } from '../../sandbox/github/fates.ts';
import { seededRandom, shareOf } from '../../sandbox/http/chance.ts';
import type { Loop } from '../../sandbox/loop.ts';
import { remediate, stateOf } from '../../sandbox/persistent-people.ts';
import { until } from '../../sandbox/until.ts';
import { ask, issueOf, scanAll } from './bot-at-work.ts';
import { openUsers } from './catch-up.ts';
import { expectSound, inTrouble } from './faults-stage.ts';

const comments = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const secondary = {
  status: 403,
  headers: { 'retry-after': '1' },
  body: {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  },
};
const always = Number.POSITIVE_INFINITY;

/** People ask for three remediations; two users more come of age, and are scanned meanwhile. */
async function busyDay(loop: Loop): Promise<void> {
  const { world } = loop.aws;
  for (const name of ['dora', 'ella']) world.addUser({ name, keys: [{ createdAt: world.daysAgo(100) }] });
  world.account().report.latest = undefined;
  world.evaluateRule();
  await Promise.all([
    remediate(loop, { user: 'ada' }),
    remediate(loop, { user: 'bea', strict: true }),
    // Whatever it comes to: the next scan sees what this one could not.
    loop.scan(),
  ]);
}

test.concurrent(
  '403 with Retry-After and secondary limits on a share of all calls',
  () =>
    inTrouble(['ada', 'bea'], async (trouble) => {
      const { github } = trouble.loop;
      const chance = shareOf(0.15, seededRandom(21));
      github.faults.add({ route: /./, times: always, chance, ...secondary });
      await busyDay(trouble.loop);
      await expectSound(trouble);
    }),
  280_000,
);

test.concurrent(
  '5xx and cut connections, before and after the write has happened',
  () =>
    inTrouble(['ada', 'bea'], async (trouble) => {
      const { github } = trouble.loop;
      const random = seededRandom(22);
      const some = { route: /./, times: always, chance: shareOf(0.08, random) };
      github.faults.add({ ...some, status: 502, when: 'after' });
      github.faults.add({ ...some, drop: true, when: 'after' });
      github.faults.add({ ...some, status: 503 });
      await busyDay(trouble.loop);
      await expectSound(trouble);
    }),
  280_000,
);

test.concurrent(
  'slow pages, and pages that are cut off in the middle',
  () =>
    inTrouble(['ada', 'bea'], async (trouble) => {
      const { github } = trouble.loop;
      const random = seededRandom(23);
      const lists = { route: /^GET .*\/(issues|comments)$/, times: always };
      github.faults.add({ ...lists, chance: shareOf(0.1, random), cutOff: true });
      github.faults.add({ ...lists, chance: shareOf(0.3, random), delayMilliseconds: 2_500 });
      await busyDay(trouble.loop);
      await expectSound(trouble);
    }),
  280_000,
);

test.concurrent.each<Fate>(['deleted', 'transferred', 'transferred-out-of-sight'])(
  'an issue is %s: with a request on it, and with a start',
  (fate) =>
    inTrouble(['ada', 'bea', 'cleo'], async (trouble) => {
      const { loop } = trouble;
      const { byHand } = loop.github;
      loop.aws.world.automation.inProgressMs = 8_000;
      const card = await request(loop, 'alice', '/keys remediate ada');
      byHand.setFate((await issueOf(loop, 'ada')).number, fate);
      await expectRefused(loop, card.ts);

      const running = remediate(loop, { user: 'bea' }, 60_000).catch(() => undefined);
      await until('the execution', () => loop.aws.world.automation.executions.length > 0 || undefined);
      byHand.setFate((await issueOf(loop, 'bea')).number, fate);

      // A third one has nothing to do with it.
      await remediate(loop, { user: 'cleo' });
      await running;
      await scanAll(loop);
      expect((await openUsers(loop)).filter((name) => name === 'ada')).toHaveLength(2);
      await expectSound(trouble);
      expect(loop.aws.world.automation.executions).toHaveLength(2);
    }),
  280_000,
);

/** Somebody presses Approve: it comes to no plan, and to no approval. */
async function expectRefused(loop: Loop, ts: string): Promise<void> {
  const { byHand, reader } = loop.slack;
  const shown = () =>
    [...reader.ephemerals('sam'), ...reader.openViews('sam')].map((one) => JSON.stringify(one));
  const before = new Set(shown());
  await byHand.click('sam', { ts, actionId: 'keyturn_open_approval' });
  await until('an answer', () => shown().find((one) => !before.has(one) && /GitHub|issue/i.test(one)));
  const view = reader.openViews('sam').at(-1);
  expect(view?.submit).toBeFalsy();
  if (view) await byHand.close('sam', view.id);
}

test.concurrent(
  'a locked issue: nothing can be recorded, so nothing is done, until it is unlocked',
  () =>
    inTrouble(['ada'], async (trouble) => {
      const { loop } = trouble;
      const { number } = await issueOf(loop, 'ada');
      loop.github.byHand.setFate(number, 'locked');
      expect(await ask(loop, 'alice', '/keys remediate ada')).toMatch(/locked/);
      loop.github.byHand.liftFate(number);
      await request(loop, 'alice', '/keys remediate ada');
      const card = await openCard(loop, 'ada', 'Runbook');
      expect(card.text).toContain('ada');
      // Locked again when it runs: what was started is seen to, and recorded when that is possible.
      loop.github.faults.add({
        route: comments,
        nth: 2,
        times: 3,
        status: 403,
        body: { message: 'Unable to create comment because issue is locked.' },
      });
      await remediate(loop, { user: 'ada' });
      await expectSound(trouble);
    }),
  280_000,
);

test.concurrent(
  'nothing but errors for ten seconds, then all is as before',
  () =>
    inTrouble(['ada'], async (trouble) => {
      const { loop } = trouble;
      const working = remediate(loop, { user: 'ada' });
      await pause(2_000);
      loop.github.faults.add({ route: /./, times: always, status: 500 });
      await pause(10_000);
      healAll(loop);
      await working;
      expect((await stateOf(loop, 'ada'))?.requests.size).toBe(1);
      await expectSound(trouble);
    }),
  280_000,
);
