import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { carryOut } from '../../shared/remediation/carry-out.ts';
import { stopBulk } from '../../shared/remediation/decide-bulk.ts';
import type { World } from '../../shared/remediation/ports.ts';
import { request } from '../../shared/remediation/request.ts';
import {
  addIdle,
  approveBulkAs,
  bulkOf,
  bulkRequestId,
  bulkSurroundings,
  idleUser,
  loopsOf,
  startedBulk,
  turn,
} from '../fakes/remediation/bulk.ts';
import type { Surroundings } from '../fakes/remediation/fake-world.ts';
import { withDelays } from '../fakes/remediation/faults.ts';
import { approveAll, person, requestInput, requestOf } from '../fakes/remediation/people.ts';

const turns = fc.array(fc.nat(6), { minLength: 1, maxLength: 20 });
const whole = ['requested', 'approved', 'approved', 'started', 'finished', 'verified'];

test('approvers at once, in processes of their own: one start', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turns, { minLength: 2, maxLength: 3 }), async (delays) => {
      const surroundings = bulkSurroundings();
      addIdle(surroundings, 2);
      const made = await bulkOf(surroundings.boot());
      const results = await Promise.all(
        delays.map((each, index) =>
          approveBulkAs(withDelays(surroundings.boot(index), each), made, `U${index + 1}`),
        ),
      );
      expect(results.filter(({ kind }) => kind === 'decided')).toHaveLength(2);
      const { trail, ignored } = surroundings.bulkOf(made.issue.number);
      const types = trail.events.map(({ type }) => type);
      expect(types).toEqual(['bulk-requested', 'approved', 'approved', 'bulk-started']);
      expect(ignored).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('a double click in one process: one approval counts', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 1);
  const world = surroundings.boot();
  const made = await bulkOf(world);
  const results = await Promise.all(['U1', 'U1', 'U1'].map((who) => approveBulkAs(world, made, who)));
  expect(results.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
  expect(surroundings.bulkOf(made.issue.number).bulk).toMatchObject({ status: 'pending', missing: 1 });
});

test('two processes that begin the same users, in any order: each once', async () => {
  await fc.assert(
    fc.asyncProperty(turns, turns, async (one, other) => {
      const surroundings = bulkSurroundings();
      addIdle(surroundings, 3);
      const { issue } = await startedBulk(surroundings.boot());
      const worlds = [withDelays(surroundings.boot(), one), withDelays(surroundings.boot(1), other)];
      const loops = worlds.map((world) => loopsOf(world));
      await Promise.all(loops.map(({ bulks }) => bulks.tick()));
      const world = surroundings.boot();
      await turn(world, loopsOf(world), 20);
      for (const number of [1, 2, 3]) expect(surroundings.eventsOf(number)).toEqual(whole);
      expect(surroundings.aws.executions).toHaveLength(3);
      expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
        finished: { data: { counts: { asPredicted: 3 }, notStarted: [] } },
      });
    }),
    { numRuns: 20 },
  );
});

test('Stop against the starts: who was begun after it was recorded is nobody', async () => {
  await fc.assert(
    fc.asyncProperty(turns, turns, async (one, other) => {
      const surroundings = bulkSurroundings();
      addIdle(surroundings, 6);
      const { issue } = await startedBulk(surroundings.boot());
      const beginning = withDelays(surroundings.boot(), one);
      const stopping = withDelays(surroundings.boot(1), other);
      const loops = loopsOf(beginning);
      let stopped = 0;
      const stop = stopBulk(stopping, {
        issue: issue.number,
        requestId: bulkRequestId,
        person: person('U1'),
      });
      await Promise.all([
        loops.bulks.tick(),
        stop.then(() => {
          stopped = surroundings.aws.executions.length;
        }),
      ]);
      const world = surroundings.boot();
      surroundings.clock.advance(5 * 60_000);
      await turn(world, loopsOf(world), 20);
      // What was on its way to AWS when Stop was recorded may still arrive.
      expect(surroundings.aws.executions.length).toBeLessThanOrEqual(stopped + 4);
      const { bulk, ignored } = surroundings.bulkOf(issue.number);
      expect(ignored).toEqual([]);
      expect(bulk?.status).toBe('finished');
      for (const number of [1, 2, 3, 4, 5, 6]) {
        expect([[], whole]).toContainEqual(surroundings.eventsOf(number));
      }
    }),
    { numRuns: 20 },
  );
});

test('somebody asks for one of the users at the same moment: one of the two requests counts', async () => {
  await fc.assert(
    fc.asyncProperty(turns, turns, async (one, other) => {
      const surroundings = bulkSurroundings();
      const [first] = addIdle(surroundings, 2);
      if (!first) throw new Error('nobody');
      const { issue } = await startedBulk(surroundings.boot());
      const world = withDelays(surroundings.boot(), one);
      const [result] = await Promise.all([
        request(withDelays(surroundings.boot(1), other), requestInput(first, { kind: 'strict' })),
        loopsOf(world).bulks.tick(),
      ]);
      const last = surroundings.boot();
      await turn(last, loopsOf(last), 20);
      const isTheirs = result.kind === 'requested';
      expect(surroundings.eventsOf(1)).toEqual(isTheirs ? ['requested'] : whole);
      expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
        finished: { data: { counts: { asPredicted: isTheirs ? 1 : 2 } } },
      });
    }),
    { numRuns: 20 },
  );
});

/** A request for another user, whose completing approval counts all trails until `release` is called. */
async function counting(surroundings: Surroundings, world: World) {
  const other = surroundings.addFinding(idleUser(99));
  const asked = await requestOf(world, other, { kind: 'runbook' });
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const list = world.issues.listSince.bind(world.issues);
  const issues = new Proxy(world.issues, {
    get: (target, name) =>
      name === 'listSince'
        ? async (since: Date) => {
            const listed = await list(since);
            reached.resolve();
            await gate.promise;
            return listed;
          }
        : Reflect.get(target, name).bind(target),
  });
  const approval = approveAll({ ...world, issues }, other, asked, 'U1');
  await reached.promise;
  return { approval, release: gate.resolve };
}

test('Stop waits for no approval that counts the daily limit, nor for another click on Approve', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 2);
  const world = surroundings.boot();
  const made = await startedBulk(world);
  const { approval, release } = await counting(surroundings, world);
  const late = approveBulkAs(world, made, 'U3');
  const stop = await stopBulk(world, {
    issue: made.issue.number,
    requestId: bulkRequestId,
    person: person('U1'),
  });
  expect(stop).toMatchObject({ kind: 'decided', bulk: { status: 'stopped' } });
  release();
  expect(await late).toMatchObject({ kind: 'refused' });
  await approval;
});

test('who is begun while the daily limit is counted is counted, though the bulk request ends meanwhile', async () => {
  const surroundings = bulkSurroundings(2);
  addIdle(surroundings, 2);
  const world = surroundings.boot();
  await startedBulk(world);
  const { approval, release } = await counting(surroundings, world);
  await turn(surroundings.boot(), loopsOf(surroundings.boot()));
  expect(surroundings.aws.executions).toHaveLength(2);
  release();
  await expect(approval).rejects.toMatchObject({ code: 'daily-limit' });
});

test('Stop while the users are looked at: they were not begun because it was stopped, and nothing was cut', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 3);
  const world = surroundings.boot();
  const made = await startedBulk(world);
  const stop = () =>
    stopBulk(world, { issue: made.issue.number, requestId: bulkRequestId, person: person('U1') });
  const list = world.comments.list.bind(world.comments);
  let isStopped = false;
  const comments = {
    append: world.comments.append.bind(world.comments),
    list: async (number: number) => {
      if (number === 1 && !isStopped) {
        isStopped = true;
        await stop();
      }
      return list(number);
    },
  };
  const slow = { ...world, comments };
  await turn(slow, loopsOf(slow), 3);
  expect(surroundings.bulkOf(made.issue.number).bulk).toMatchObject({
    finished: { data: { notStarted: [{ why: 'The bulk request was stopped' }, {}, {}] } },
  });
  const { shown } = surroundings.slack.get(made.bulk.requested.data.card.ts);
  expect(shown.slice(shown.indexOf('stopped'))).not.toContain('started');
  expect(surroundings.aws.executions).toEqual([]);
});

test('a user whom another process has carried out before GitHub shows the start: they are counted as they are', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 1);
  const world = surroundings.boot();
  const { issue } = await startedBulk(world);
  const list = world.comments.list.bind(world.comments);
  let isLate = true;
  const comments = {
    append: world.comments.append.bind(world.comments),
    list: async (number: number) => (number === 1 && isLate ? [] : list(number)),
  };
  const sleep = async (milliseconds: number) => {
    await world.clock.sleep(milliseconds);
    const other = surroundings.boot(1);
    if (isLate && surroundings.eventsOf(1).length > 0) {
      for (let round = 0; round < 6; round += 1) {
        await loopsOf(other).watch.tick();
        await world.clock.sleep(5_000);
      }
      isLate = false;
    }
  };
  const late = { ...world, comments, clock: { ...world.clock, sleep } };
  await loopsOf(late).bulks.tick();
  expect(isLate).toBe(false);
  expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
    finished: { data: { counts: { asPredicted: 1 }, notStarted: [] } },
  });
});

test('a user whom another process has carried out while this one waits for its turn: AWS is not asked again', async () => {
  const surroundings = bulkSurroundings();
  const [first] = addIdle(surroundings, 1);
  if (!first) throw new Error('nobody');
  const world = surroundings.boot();
  const asked = await requestOf(world, first, { kind: 'runbook' });
  await approveAll(world, first, asked, 'U1');
  let starts = 0;
  const runbooks = new Proxy(world.runbooks, {
    get: (target, name) => {
      if (name === 'start') starts += 1;
      return Reflect.get(target, name).bind(target);
    },
  });
  const startPacer = {
    turn: async () => {
      const other = surroundings.boot(1);
      await turn(other, loopsOf(other), 5);
    },
  };
  await carryOut({ ...world, runbooks, startPacer }, first);
  expect(surroundings.eventsOf(1)).toEqual(['requested', 'approved', 'started', 'finished', 'verified']);
  expect(surroundings.aws.executions).toHaveLength(1);
  expect(starts).toBe(0);
});

test('Stop after which another process records the end at once: it is said to be recorded, as it is', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 1);
  const { issue } = await startedBulk(surroundings.boot());
  const world = surroundings.boot();
  const comments = {
    list: world.comments.list.bind(world.comments),
    append: async (number: number, body: string) => {
      await world.comments.append(number, body);
      await loopsOf(surroundings.boot(1)).bulks.tick();
    },
  };
  const input = { issue: issue.number, requestId: bulkRequestId, person: person('U9') };
  expect(await stopBulk({ ...world, comments }, input)).toMatchObject({
    kind: 'decided',
    bulk: { status: 'finished', stopped: { actor: { id: 'U9' } } },
  });
});

test('an approval after which another process carries all out at once: it is said to be recorded', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 1);
  const made = await bulkOf(surroundings.boot());
  await approveBulkAs(surroundings.boot(), made, 'U1');
  const world = surroundings.boot();
  const comments = {
    list: world.comments.list.bind(world.comments),
    append: async (number: number, body: string) => {
      await world.comments.append(number, body);
      const other = surroundings.boot(1);
      await turn(other, loopsOf(other), 10);
    },
  };
  expect(await approveBulkAs({ ...world, comments }, made, 'U2')).toMatchObject({
    kind: 'decided',
    bulk: { status: 'finished', finished: { data: { counts: { asPredicted: 1 } } } },
  });
});

test('Stop while a user is read live: nothing is recorded on their issue', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 1);
  const world = surroundings.boot();
  const { issue } = await startedBulk(world);
  const input = { issue: issue.number, requestId: bulkRequestId, person: person('U1') };
  const users = {
    setKeyStatus: world.users.setKeyStatus.bind(world.users),
    readUser: async (...[finding, hint]: Parameters<typeof world.users.readUser>) => {
      await stopBulk(world, input);
      return world.users.readUser(finding, hint);
    },
  };
  const slow = { ...world, users };
  await turn(slow, loopsOf(slow), 4);
  expect(surroundings.eventsOf(1)).toEqual([]);
  expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
    finished: { data: { notStarted: [{ why: 'The bulk request was stopped' }] } },
  });
});
