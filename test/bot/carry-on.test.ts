import { expect, test } from '@jest/globals';
import { carryOn } from '../../bot/carry-on.ts';
import { createJournal } from '../../bot/journal.ts';
import { createLog } from '../../bot/log.ts';
import { createTasks } from '../../bot/tasks.ts';
import { KeyturnError } from '../../shared/errors.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, startOf } from '../fakes/remediation/people.ts';

/** What the thread of a request tells after its start met these failures. */
async function toldAfter(...failures: readonly unknown[]) {
  const surroundings = new Surroundings();
  const world = surroundings.boot();
  const issue = surroundings.addFinding();
  await approveAll(world, issue, await requestOf(world, issue, { kind: 'strict' }), 'U1', 'U2');
  const request = startOf(surroundings);
  const logged: string[] = [];
  const journal = createJournal(createLog([], (line) => logged.push(line)));
  const tasks = createTasks();
  const watch = {
    follow: async () => {
      for (const failure of failures) journal.failed('carry out', failure);
    },
  };
  carryOn({ world, journal, tasks, watch }, issue, request);
  await tasks.drain();
  const { notices: all } = surroundings.slack.get(request.requested.data.card.ts);
  const notices = all.filter(({ events }) => events.length === 0);
  return { logged, told: notices.map(({ key, readable }) => `${key}: ${readable}`) };
}

test('nothing to tell when it goes well', async () => {
  expect(await toldAfter()).toEqual({ logged: [], told: [] });
});

test('the first trouble is told in the thread, with what will be done about it', async () => {
  const { told, logged } = await toldAfter(
    new KeyturnError('aws-throttled', 'iam:GetUser failed with Throttling.'),
    new Error('later'),
  );
  expect(told).toEqual([
    expect.stringMatching(/^trouble-1: iam:GetUser failed with Throttling\. .*tried again/),
  ]);
  expect(logged).toHaveLength(2);
});

test('an error of our own is for the log alone', async () => {
  expect((await toldAfter(new TypeError('x'))).told).toEqual([]);
});
