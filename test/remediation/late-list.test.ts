import { describe, expect, test } from '@jest/globals';
import { carryOut } from '../../shared/remediation/carry-out.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { withFault } from '../fakes/remediation/faults.ts';
import { approveAll, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { userSnapshot } from '../fakes/user-snapshot.ts';

const { userId } = userSnapshot();

async function approved() {
  const surroundings = new Surroundings();
  const issue = surroundings.addFinding();
  const world = surroundings.boot();
  await approveAll(world, issue, await requestOf(world, issue, { kind: 'runbook' }), 'U1');
  return { surroundings, issue, world };
}

async function finish(surroundings: Surroundings) {
  const world = surroundings.boot();
  await settleDown(world, createWatch(world));
  return surroundings.trailOf(1).trail.events.find((event) => event.type === 'finished')?.data;
}

/** What becomes of the user, or of the right to start, after a start whose answer was lost. */
const changes: readonly [string, (surroundings: Surroundings) => void][] = [
  ['nothing happens', () => undefined],
  ['the user is renamed', ({ aws }) => aws.change(userId, { userName: 'ada2' })],
  ['Config does not record the user any more', ({ aws }) => forgetName(aws)],
  ['the user is gone', ({ aws }) => void aws.users.clear()],
  [
    'the right to start is taken away',
    ({ aws }) => {
      aws.refusal = 'AccessDeniedException';
    },
  ],
];

function forgetName(aws: Surroundings['aws']): void {
  const user = aws.users.get(userId);
  if (!user) return;
  const { configName: _, ...rest } = user;
  aws.put(rest);
}

describe.each(changes)('a start whose answer is lost, and AWS shows its execution late; %s', (_, change) => {
  test.each([1, 3, 8])('for %i looks: it is found, and never said not to be', async (lag) => {
    const { surroundings, issue } = await approved();
    surroundings.aws.runTime = 60_000;
    const start = surroundings.aws.start.bind(surroundings.aws);
    surroundings.aws.start = async (...args) => {
      await start(...args);
      throw new Error('socket hang up');
    };
    await expect(carryOut(surroundings.boot(), issue)).rejects.toThrow('socket hang up');
    surroundings.aws.start = start;
    surroundings.aws.tagLag = lag;
    change(surroundings);
    const finished = await finish(surroundings);
    expect(finished?.ended).not.toBe('not started');
    expect(finished?.executionId).toBe(surroundings.aws.executions[0]?.id);
    expect(surroundings.aws.executions).toHaveLength(1);
  });

  test('whichever call the process dies at: what runs is never said not to be', async () => {
    for (let call = 1; ; call += 1) {
      const { surroundings, issue } = await approved();
      surroundings.aws.runTime = 60_000;
      const { world, calls } = withFault(surroundings.boot(), { call, moment: 'after', kind: 'crash' });
      await carryOut(world, issue).catch(() => undefined);
      const hasBegun = surroundings.aws.executions.length > 0;
      surroundings.aws.tagLag = hasBegun ? 3 : 0;
      change(surroundings);
      const finished = await finish(surroundings);
      expect(surroundings.aws.executions.length).toBeLessThanOrEqual(1);
      expect(finished?.ended === 'not started').toBe(surroundings.aws.executions.length === 0);
      if (calls.length < call) break;
    }
  });
});

test('a token that AWS knows, and an execution that it never shows: that is what is said', async () => {
  const { surroundings, issue, world } = await approved();
  await carryOut(world, issue);
  surroundings.aws.tagLag = Number.POSITIVE_INFINITY;
  const next = surroundings.boot();
  const watch = createWatch(next);
  for (let tick = 0; tick < 400 && !surroundings.eventsOf(1).includes('finished'); tick += 1) {
    await next.clock.sleep(await watch.tick());
  }
  const finished = surroundings.trailOf(1).trail.events.find((event) => event.type === 'finished');
  expect(finished?.data).toMatchObject({
    ended: 'failed',
    error: expect.stringContaining('AWS knows the token of this start but shows no automation execution'),
  });
});

describe('while a start waits for its turn', () => {
  async function waitFor(change: (surroundings: Surroundings) => void) {
    const { surroundings, issue, world } = await approved();
    const startPacer = { turn: async () => change(surroundings) };
    await carryOut({ ...world, startPacer }, issue);
    surroundings.aws.runTime = undefined;
    return { surroundings, finished: await finish(surroundings) };
  }

  test('the user is renamed: nothing is started', async () => {
    const { surroundings, finished } = await waitFor(({ aws }) => aws.change(userId, { userName: 'ada2' }));
    expect(surroundings.aws.executions).toEqual([]);
    expect(finished?.ended).toBe('not started');
  });

  test('an hour passes: nothing is started', async () => {
    const { surroundings, finished } = await waitFor(({ clock }) => clock.advance(3_600_000));
    expect(surroundings.aws.executions).toEqual([]);
    expect(finished).toMatchObject({ ended: 'not started', error: expect.stringContaining('an hour') });
  });
});
