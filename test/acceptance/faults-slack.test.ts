import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openApproval, request } from '../../sandbox/at-work.ts';
import { seededRandom, shareOf } from '../../sandbox/http/chance.ts';
import { remediate, stateOf } from '../../sandbox/persistent-people.ts';
import { until } from '../../sandbox/until.ts';
import { scanAll } from './bot-at-work.ts';
import { expectSound, inTrouble, type Trouble } from './faults-stage.ts';

const always = Number.POSITIVE_INFINITY;

async function twoRemediations({ loop }: Trouble): Promise<void> {
  await Promise.all([remediate(loop, { user: 'ada' }), remediate(loop, { user: 'bea', strict: true })]);
}

test.concurrent(
  '429 with Retry-After on a share of all calls',
  () =>
    inTrouble(['ada', 'bea'], async (trouble) => {
      const chance = shareOf(0.2, seededRandom(31));
      const limited = { status: 429, headers: { 'retry-after': '1' } };
      trouble.loop.slack.faults.add({ route: /./, times: always, chance, ...limited });
      await twoRemediations(trouble);
      await expectSound(trouble);
    }),
  280_000,
);

test.concurrent(
  '5xx and cut connections, before and after the message is there: no thread says a thing twice',
  () =>
    inTrouble(['ada', 'bea'], async (trouble) => {
      const random = seededRandom(32);
      const some = { route: /./, times: always, chance: shareOf(0.1, random) };
      const { faults } = trouble.loop.slack;
      faults.add({ ...some, status: 502, when: 'after' });
      faults.add({ ...some, drop: true, when: 'after' });
      faults.add({ ...some, status: 500 });
      await twoRemediations(trouble);
      await expectSound(trouble);
    }),
  280_000,
);

test.concurrent(
  'a message of the thread whose answer is lost is there once',
  () =>
    inTrouble(['ada'], async (trouble) => {
      const { faults } = trouble.loop.slack;
      for (const nth of [3, 4]) faults.add({ route: 'chat.postMessage', nth, when: 'after', status: 503 });
      await remediate(trouble.loop, { user: 'ada' });
      await expectSound(trouble);
    }),
  280_000,
);

test.concurrent(
  'the socket is closed again and again',
  () =>
    inTrouble(
      ['ada', 'bea'],
      async (trouble) => {
        const { sockets } = trouble.loop.slack;
        const random = seededRandom(33);
        let isOver = false;
        const cutting = (async () => {
          while (!isOver) {
            await Promise.race([sockets.connected(), pause(10_000)]);
            await pause(200 + random() * 3_000);
            sockets.drop();
          }
        })();
        await twoRemediations(trouble);
        isOver = true;
        await cutting;
        await expectSound(trouble);
      },
      { connection: 'socket' },
    ),
  280_000,
);

test.concurrent(
  'the channel is archived when it is approved: it goes on, and the thread is told when there is a channel again',
  () =>
    inTrouble(['ada'], async (trouble) => {
      const { loop } = trouble;
      const { byHand } = loop.slack;
      const card = await request(loop, 'alice', '/keys remediate ada');
      const view = await openApproval(loop, 'sam', card);
      await byHand.archive();
      await byHand.submit('sam', view.id);
      await until('the outcome on the trail', async () => {
        const requests = [...((await stateOf(loop, 'ada'))?.requests.values() ?? [])];
        return requests.some(({ status }) => status === 'verified') || undefined;
      });
      expect(loop.aws.world.userNamed('ada').accessKeys.map(({ status }) => status)).toEqual(['Inactive']);
      await scanAll(loop);
      await byHand.unarchive();
      await expectSound(trouble);
    }),
  280_000,
);
