import { expect, test } from '@jest/globals';
import { createEnding } from '../../bot/ending.ts';
import { createLog } from '../../bot/log.ts';

/** What happens, in order. */
function endingOf(stop: () => Promise<void>) {
  const happened: string[] = [];
  const log = createLog([], (line) => happened.push(JSON.parse(line).msg));
  const exited = Promise.withResolvers<number>();
  const ending = createEnding(log, exited.resolve);
  ending.follow({
    async stop() {
      await stop();
      happened.push('stopped');
    },
  });
  return { ending, happened, exited: exited.promise };
}

test('a failure ends the process after what was taken is finished', async () => {
  const { ending, happened, exited } = endingOf(async () => undefined);
  await ending.fail(new Error('nobody caught it'));
  expect(await exited).toBe(1);
  expect(happened).toEqual(['Something failed that nobody caught', 'stopped']);
});

test('a stop that fails holds up no end', async () => {
  const { ending, exited } = endingOf(() => Promise.reject(new Error('stuck')));
  await ending.fail('odd');
  expect(await exited).toBe(1);
});

test('a failure while it stops is told and changes nothing', async () => {
  const finished = Promise.withResolvers<void>();
  const { ending, happened, exited } = endingOf(() => finished.promise);
  const stopping = ending.stop('SIGTERM');
  await ending.fail(new Error('a socket'));
  await ending.stop('SIGINT');
  finished.resolve();
  await stopping;
  expect(await exited).toBe(0);
  expect(happened.slice(1)).toEqual([
    'Something failed that nobody caught',
    'stopped',
    'Keyturn has stopped',
  ]);
});
