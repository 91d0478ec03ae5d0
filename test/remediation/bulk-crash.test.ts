import { expect, test } from '@jest/globals';
import type { World } from '../../shared/remediation/ports.ts';
import {
  addIdle,
  approveBulkAs,
  bulkOf,
  bulkRequestId,
  bulkSurroundings,
  idleUser,
  type Loops,
  loopsOf,
} from '../fakes/remediation/bulk.ts';
import type { Surroundings } from '../fakes/remediation/fake-world.ts';
import { type Fault, withFault } from '../fakes/remediation/faults.ts';
import { accessKey, daysAgo } from '../fakes/user-snapshot.ts';

const whole = ['requested', 'approved', 'approved', 'started', 'finished', 'verified'];

/** Two users to begin, and one whose plan changes after the approval. */
function setUp(): Surroundings {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 2);
  surroundings.addFinding(idleUser(3));
  return surroundings;
}

async function turnAll(world: World, { watch, bulks }: Loops): Promise<void> {
  for (let round = 0; round < 9; round += 1) {
    await bulks.tick();
    await watch.tick();
    await world.clock.sleep(31_000);
  }
}

/** What people and the bot do, from wherever things stand. Rejects where a person would see an error. */
async function play(surroundings: Surroundings, world: World): Promise<void> {
  const loops = loopsOf(world);
  await loops.bulks.tick();
  const made = await bulkOf(world);
  const used = accessKey({ id: 'AKIAIDLE0003', lastUsedAt: daysAgo(1) });
  surroundings.aws.change(idleUser(3).userId, { accessKeys: [used] });
  for (const who of ['U1', 'U2']) {
    const { bulk } = surroundings.bulkOf(made.issue.number);
    if (bulk?.status !== 'pending') break;
    const result = await approveBulkAs(world, { issue: made.issue, bulk }, who);
    if (result.kind === 'refused' && result.error.code !== 'approval-twice') throw result.error;
  }
  loops.bulks.follow(made.issue);
  await turnAll(world, loops);
}

/** The same on every way: nothing lost, nothing twice. */
function expectTheEnd(surroundings: Surroundings): void {
  expect([...surroundings.github.bulks.keys()]).toEqual([1_000]);
  const { trail, bulk, ignored } = surroundings.bulkOf(1_000);
  expect(trail.state).toBe('intact');
  expect(ignored).toEqual([]);
  expect(trail.events.map(({ type }) => type)).toEqual([
    'bulk-requested',
    'approved',
    'approved',
    'bulk-started',
    'bulk-finished',
  ]);
  expect(bulk).toMatchObject({
    id: bulkRequestId,
    finished: {
      data: {
        counts: { asPredicted: 2, differs: 0, unrecorded: 0 },
        notStarted: [{ userId: idleUser(3).userId }],
      },
    },
  });
  for (const number of [1, 2]) {
    const { trail: own, state } = surroundings.trailOf(number);
    expect(own.events.map(({ type }) => type)).toEqual(whole);
    expect(state.ignored).toEqual([]);
    expect(surroundings.github.get(number)).toMatchObject({
      issue: { state: 'closed' },
      hints: { pending: false },
    });
  }
  expect(surroundings.eventsOf(3)).toEqual([]);
  expect(surroundings.aws.executions).toHaveLength(2);
  expect(surroundings.github.getBulk(1_000).issue.state).toBe('closed');
  const card = surroundings.slack.get(bulk?.requested.data.card.ts ?? '');
  expect(card.shown.at(-1)).toBe('finished');
  const told = card.notices.filter(({ about }) => about !== undefined).map(({ key }) => key);
  expect([...new Set(told)]).toHaveLength(2);
}

async function countCalls(): Promise<number> {
  const surroundings = setUp();
  const { world, calls } = withFault(surroundings.boot(), undefined);
  await play(surroundings, world);
  expectTheEnd(surroundings);
  return calls.length;
}

async function* afterFaults(kind: Fault['kind'], moments: readonly Fault['moment'][]) {
  const calls = await countCalls();
  for (let call = 1; call <= calls; call += 1) {
    for (const moment of moments) {
      const surroundings = setUp();
      const { world } = withFault(surroundings.boot(), { call, moment, kind });
      const failed = await play(surroundings, world).then(
        () => false,
        () => true,
      );
      yield { surroundings, world, failed };
    }
  }
}

test('whichever call the process dies at, the next process brings all users to the same end', async () => {
  for await (const { surroundings } of afterFaults('crash', ['after'])) {
    await play(surroundings, surroundings.boot());
    expectTheEnd(surroundings);
  }
}, 120_000);

test('whichever call fails once, the process or the person goes on to the same end', async () => {
  for await (const { surroundings, world, failed } of afterFaults('error', ['before', 'after'])) {
    if (failed) await play(surroundings, world);
    else await turnAll(world, loopsOf(world));
    expectTheEnd(surroundings);
  }
}, 120_000);

test('two processes that take over at once do no harm to each other', async () => {
  for await (const { surroundings } of afterFaults('crash', ['after'])) {
    const worlds = [surroundings.boot(), surroundings.boot(1)];
    const loops = worlds.map((world) => loopsOf(world));
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(loops.flatMap(({ watch, bulks }) => [bulks.tick(), watch.tick()]));
    }
    await play(surroundings, surroundings.boot());
    expectTheEnd(surroundings);
  }
}, 120_000);
