import { expect, test } from '@jest/globals';
import { carryOn } from '../../bot/carry-on.ts';
import { createJournal } from '../../bot/journal.ts';
import { createLog } from '../../bot/log.ts';
import { createTasks } from '../../bot/tasks.ts';
import { KeyturnError } from '../../shared/errors.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, startOf } from '../fakes/remediation/people.ts';

/** A strict remediation that was approved, and is carried on when `go` is called. */
async function approved() {
  const surroundings = new Surroundings();
  const logged: string[] = [];
  const journal = createJournal(createLog([], (line) => logged.push(line)));
  const world = { ...surroundings.boot(), log: journal };
  const issue = surroundings.addFinding();
  await approveAll(world, issue, await requestOf(world, issue, { kind: 'strict' }), 'U1', 'U2');
  const request = startOf(surroundings);
  const { notices } = surroundings.slack.get(request.requested.data.card.ts);
  return {
    surroundings,
    logged,
    async go() {
      const tasks = createTasks();
      carryOn({ world, journal, tasks, watch: createWatch(world) }, issue, request);
      await tasks.drain();
    },
    /** What the thread tells beside decisions. */
    told: () =>
      notices.filter(({ events }) => events.length === 0).map(({ key, readable }) => `${key}: ${readable}`),
  };
}

test('nothing to tell when it goes well', async () => {
  const { go, told, logged } = await approved();
  await go();
  expect({ told: told(), logged }).toEqual({ told: [], logged: [] });
});

test('the first trouble is told in the thread, with what will be done about it', async () => {
  const { surroundings, go, told, logged } = await approved();
  surroundings.aws.readUser = () =>
    Promise.reject(new KeyturnError('aws-throttled', 'iam:GetUser failed with Throttling.'));
  await go();
  expect(told()).toEqual([
    expect.stringMatching(/^trouble-1: iam:GetUser failed with Throttling\. .*tried again/),
  ]);
  expect(logged).toHaveLength(1);
});

test('a label, a card or a close that fails after success is for the log alone', async () => {
  const { surroundings, go, told, logged } = await approved();
  const failure = () => Promise.reject(new KeyturnError('github-unreachable', 'GitHub did not label.'));
  Object.assign(surroundings.github, { setHints: failure, close: failure });
  await go();
  expect(surroundings.eventsOf(1)).toContain('verified');
  expect(told()).toEqual([]);
  expect(logged).toHaveLength(2);
});

test('an error of our own is for the log alone', async () => {
  const { surroundings, go, told } = await approved();
  surroundings.aws.readUser = () => Promise.reject(new TypeError('x'));
  await go();
  expect(told()).toEqual([]);
});
