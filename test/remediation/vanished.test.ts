import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import { carryOut } from '../../shared/remediation/carry-out.ts';
import type { World } from '../../shared/remediation/ports.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, requestOf, settleDown, startOf } from '../fakes/remediation/people.ts';
import { accessKey, userSnapshot } from '../fakes/user-snapshot.ts';

const { userId } = userSnapshot();
const keyId = accessKey().id;

async function approved(wish: Wish) {
  const surroundings = new Surroundings();
  const issue = surroundings.addFinding();
  const world = surroundings.boot();
  const made = await requestOf(world, issue, wish);
  await approveAll(world, issue, made, ...(wish.kind === 'strict' ? ['U1', 'U2'] : ['U1']));
  return { surroundings, issue, world, made };
}

function whatWasTold({ surroundings, made }: Pick<Run, 'surroundings' | 'made'>) {
  const { notices } = surroundings.slack.get(made.requested.data.card.ts);
  const unrecorded = notices.filter(({ key }) => key === 'unrecorded');
  const { comments } = surroundings.github.get(1);
  const unsealed = comments.filter(({ body }) => body.includes('is not sealed')).map(({ body }) => body);
  return { unrecorded, unsealed };
}

type Run = Awaited<ReturnType<typeof approved>>;

describe('a start that the trail does not show any more', () => {
  const tamperings: readonly [string, (run: Run) => void][] = [
    ['its comment was deleted', ({ surroundings }) => surroundings.github.get(1).comments.pop()],
    [
      'its comment was edited',
      ({ surroundings }) => {
        const { comments } = surroundings.github.get(1);
        const last = comments.pop();
        if (last) comments.push({ ...last, body: `edited ${last.body}` });
      },
    ],
    [
      'a comment before it was edited',
      ({ surroundings }) => {
        const { comments } = surroundings.github.get(1);
        const first = comments.shift();
        if (first) comments.unshift({ ...first, body: `edited ${first.body}` });
      },
    ],
    [
      'the key that signed it is not in the policy any more',
      ({ surroundings }) => {
        const { publicKey } = generateKeyPairSync('ed25519');
        const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
        surroundings.policy = { ...surroundings.policy, trail: { publicKeys: [spki] } };
      },
    ],
  ];

  test.each(tamperings)('%s: the run is verified and reported, once', async (_, tamper) => {
    const run = await approved({ kind: 'runbook' });
    const { surroundings, issue, world } = run;
    const watch = createWatch(world);
    await watch.follow(issue);
    tamper(run);
    surroundings.github.change(1, {});
    await settleDown(world, watch);
    await settleDown(world, watch);
    const { unrecorded, unsealed } = whatWasTold(run);
    expect(unrecorded.map(({ events }) => events.map(({ type }) => type))).toEqual([
      ['finished', 'verified'],
    ]);
    expect(unrecorded[0]?.events[0]?.data).toMatchObject({
      ended: 'success',
      executionId: surroundings.aws.executions[0]?.id,
    });
    expect(unrecorded[0]?.events[1]?.data).toMatchObject({ result: 'resolved', asPredicted: true });
    expect(unsealed).toEqual([unrecorded[0]?.readable]);
    expect(unsealed[0]).toContain('The trail of this issue no longer shows this start');
    expect(surroundings.aws.statusOf(userId)).toEqual({ [keyId]: 'Inactive' });
  });

  test('strict, before a key was set: nothing is done, and that is told', async () => {
    const run = await approved({ kind: 'strict' });
    const { surroundings, issue, world } = run;
    const start = startOf(surroundings);
    surroundings.github.get(1).comments.pop();
    await createWatch(world).follow(issue, start);
    const { unrecorded, unsealed } = whatWasTold(run);
    expect(unrecorded[0]?.events[0]?.data).toMatchObject({
      ended: 'not started',
      error: expect.stringContaining('no longer shows this start'),
    });
    expect(unsealed).toHaveLength(1);
    expect(surroundings.aws.writes).toEqual([]);
  });

  test('while GitHub was away at first: it is remembered until it was told', async () => {
    const run = await approved({ kind: 'strict' });
    const { surroundings, issue, world } = run;
    const start = startOf(surroundings);
    const { list } = surroundings.github;
    surroundings.github.list = () => Promise.reject(new Error('GitHub is down'));
    const watch = createWatch(world);
    await watch.follow(issue, start);
    await watch.tick();
    surroundings.github.list = list;
    surroundings.github.get(1).comments.pop();
    await settleDown(world, watch);
    expect(whatWasTold(run).unrecorded).toHaveLength(1);
  });

  test('a trail that GitHub shows late is waited for', async () => {
    const run = await approved({ kind: 'strict' });
    run.surroundings.github.lag = 3;
    await createWatch(run.world).follow(run.issue, startOf(run.surroundings));
    expect(whatWasTold(run)).toEqual({ unrecorded: [], unsealed: [] });
    expect(run.surroundings.eventsOf(1)).toContain('verified');
  });

  test('a process that dies between the comment and the notice: both are there in the end, once', async () => {
    const run = await approved({ kind: 'strict' });
    const { surroundings, issue } = run;
    const start = startOf(surroundings);
    surroundings.github.get(1).comments.pop();
    const { notify } = surroundings.slack;
    surroundings.slack.notify = () => Promise.reject(new Error('dead'));
    await expect(carryOut(surroundings.boot(), issue, { request: start })).rejects.toThrow('dead');
    expect(whatWasTold(run).unsealed).toHaveLength(1);
    surroundings.slack.notify = notify;
    await carryOut(surroundings.boot(), issue, { request: start });
    const { unrecorded, unsealed } = whatWasTold(run);
    expect(unrecorded).toHaveLength(1);
    expect(unsealed).toHaveLength(1);
  });
});

describe('two requests and two processes', () => {
  /** A first run that one process watches and another completes; the key is Active again, and a second is approved. */
  async function second() {
    const run = await approved({ kind: 'runbook' });
    const { surroundings, issue, world } = run;
    surroundings.aws.runTime = 20_000;
    const watch = createWatch(world);
    await watch.follow(issue);
    await watch.tick();
    surroundings.clock.advance(21_000);
    const other: World = surroundings.boot(1);
    await createWatch(other).tick();
    expect(surroundings.eventsOf(1)).toContain('verified');
    surroundings.aws.changeKey(userId, keyId, { status: 'Active' });
    const made = await requestOf(other, issue, { kind: 'runbook' });
    await approveAll(other, issue, made, 'U1');
    return { ...run, watch, other, again: made };
  }

  test("the first one's execution is not taken for the second's", async () => {
    const { surroundings, world, watch, again } = await second();
    await watch.tick();
    expect(surroundings.trailOf(1).state.requests.get(again.id)?.status).toBe('started');
    surroundings.clock.advance(60_000);
    await settleDown(world, watch);
    const ids = surroundings
      .trailOf(1)
      .trail.events.flatMap((event) => (event.type === 'finished' ? [event.data.executionId] : []));
    expect(ids).toEqual(surroundings.aws.executions.map(({ id }) => id));
    expect(ids).toHaveLength(2);
    expect(surroundings.aws.statusOf(userId)).toEqual({ [keyId]: 'Inactive' });
  });

  test('what is followed while the first is looked at is watched on', async () => {
    const { surroundings, issue, watch, again } = await second();
    const { listSince } = surroundings.aws;
    let isFirst = true;
    surroundings.aws.listSince = async (...args) => {
      if (isFirst) {
        isFirst = false;
        await watch.follow(issue, startOf(surroundings));
      }
      return listSince.apply(surroundings.aws, args);
    };
    await watch.tick();
    expect(surroundings.trailOf(1).state.requests.get(again.id)?.status).toBe('started');
    const pause = await watch.tick();
    expect(pause).not.toBe(5_000);
  });
});
