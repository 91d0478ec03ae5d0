import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeyturnError } from '../../shared/errors.ts';
import { allowanceOf } from '../../shared/remediation/bulk-allowance.ts';
import { BulkCourse } from '../../shared/remediation/bulk-course.ts';
import { reportHalt } from '../../shared/remediation/bulk-halt.ts';
import { bulkText } from '../../shared/remediation/bulk-issue-text.ts';
import { barOf } from '../../shared/remediation/bulk-reference.ts';
import { beginUsers, isUnderWay } from '../../shared/remediation/bulk-round.ts';
import {
  finishedData,
  leftBy,
  progressOf,
  type Standing,
  standingOf,
} from '../../shared/remediation/bulk-standing.ts';
import { brokenBulk } from '../../shared/remediation/bulk-trail.ts';
import { bulkDigestOf } from '../../shared/remediation/digest.ts';
import { lookAtBulk } from '../../shared/remediation/last-look.ts';
import { requestBulk } from '../../shared/remediation/request-bulk.ts';
import { showBulk } from '../../shared/remediation/show-bulk.ts';
import { isUnrecordedKey, threadKey } from '../../shared/remediation/thread-key.ts';
import { readBulkMarker, writeBulkMarker } from '../../shared/trail/bulk-marker.ts';
import { bodyLimit } from '../../shared/trail/comment.ts';
import { nextComment } from '../../shared/trail/next-envelope.ts';
import {
  addIdle,
  bulkInput,
  bulkRequestId,
  bulkSurroundings,
  loopsOf,
  startedBulk,
  turn,
} from '../fakes/remediation/bulk.ts';
import { bulkPlan, recorded, requestIdOf, trailEvent } from '../fakes/trail.ts';
import { today } from '../fakes/user-snapshot.ts';

const hour = 3_600_000;
const ago = (milliseconds: number) => new Date(today.getTime() - milliseconds);

describe('the allowance', () => {
  test('without a limit there is none', () => {
    expect(allowanceOf(undefined, [{ at: today, users: 1_000 }], today)).toEqual({
      users: Number.POSITIVE_INFINITY,
    });
  });

  test.each([
    [[], { users: 2 }],
    [[{ at: ago(hour), users: 9 }], { users: 2 }],
    [[{ at: ago(1), users: 1 }], { users: 1 }],
    [
      [
        { at: ago(1), users: 1 },
        { at: ago(hour - 1), users: 1 },
      ],
      { users: 0, nextAt: ago(-1) },
    ],
    [[{ at: ago(1), users: 5 }], { users: 0, nextAt: ago(1 - hour) }],
  ])('%j', (spent, allowance) => {
    expect(allowanceOf(5, spent, today)).toEqual(allowance);
  });

  test('one user at a time is always possible', () => {
    expect(allowanceOf(0, [], today)).toEqual({ users: 1 });
  });

  test('whoever keeps to it never causes more comments in any hour', () => {
    const waits = fc.array(fc.nat(40 * 60_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(waits, fc.integer({ min: 2, max: 20 }), (pauses, perHour) => {
        const spent: { at: Date; users: number }[] = [];
        let now = today;
        for (const pause of pauses) {
          const { users, nextAt } = allowanceOf(perHour, spent, now);
          if (users > 0) spent.push({ at: now, users: Math.min(users, 3) });
          else expect(nextAt?.getTime()).toBeGreaterThan(now.getTime());
          now = new Date(now.getTime() + pause);
        }
        for (const { at } of spent) {
          const within = spent.filter((one) => one.at >= at && one.at.getTime() < at.getTime() + hour);
          expect(2 * within.reduce((sum, { users }) => sum + users, 0)).toBeLessThanOrEqual(
            Math.max(perHour, 2),
          );
        }
      }),
    );
  });
});

describe('standings', () => {
  const [ada] = bulkPlan.users;
  if (!ada) throw new Error('nobody');
  const users = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((userId) => ({ ...ada, userId }));
  const standings = new Map<string, Standing>([
    ['A', { kind: 'waiting' }],
    ['B', { kind: 'running', startedAt: today }],
    ['C', { kind: 'over', startedAt: today, outcome: 'asPredicted' }],
    ['D', { kind: 'over', startedAt: today, outcome: 'differs' }],
    ['E', { kind: 'over', startedAt: today, outcome: 'unrecorded' }],
    ['F', { kind: 'left', why: 'gone' }],
  ]);

  test('add up to all users', () => {
    const progress = progressOf(users, standings);
    expect(progress).toEqual({ waiting: 2, running: 1, asPredicted: 1, differs: 1, unrecorded: 1, left: 1 });
    expect(Object.values(progress).reduce((sum, count) => sum + count, 0)).toBe(users.length);
  });

  test('say at the end who was not started, and why', () => {
    const { notStarted } = finishedData(users, standings, 'It was stopped');
    expect(notStarted).toEqual([
      { userId: 'A', why: 'It was stopped' },
      { userId: 'F', why: 'gone' },
      { userId: 'G', why: 'It was stopped' },
    ]);
    expect(finishedData(users, standings, undefined).notStarted[0]?.why).toBe('it was not begun');
  });

  test('come from the trail of the user', async () => {
    const surroundings = bulkSurroundings();
    const [issue] = addIdle(surroundings, 1);
    if (!issue) throw new Error('nobody');
    const { trail, subject, state } = surroundings.trailOf(1);
    const finding = { issue, subject, trail, state, readAt: today };
    const { userId } = issue.finding;
    expect(standingOf(finding, bulkRequestId, userId)).toEqual({ kind: 'waiting' });
    const broken = {
      ...trail,
      state: 'broken' as const,
      reason: 'edited' as const,
      atSeq: 1,
      atCommentId: 1,
    };
    expect(standingOf({ ...finding, trail: broken }, bulkRequestId, userId)).toMatchObject({ kind: 'left' });
    const world = surroundings.boot();
    await startedBulk(world);
    await turn(world, loopsOf(world), 10);
    const whole = { ...finding, ...surroundings.trailOf(1) };
    const request = [...whole.state.requests.values()][0];
    if (request?.status !== 'verified') throw new Error('not verified');
    const standingWith = (changed: typeof request | Omit<typeof request, 'started'>) =>
      standingOf(
        {
          ...whole,
          state: {
            ...whole.state,
            requests: new Map([[request.id, Object.assign({}, changed, {}) as typeof request]]),
          },
        },
        bulkRequestId,
        userId,
      );
    expect(standingWith(request)).toMatchObject({ kind: 'over', outcome: 'asPredicted' });
    const { data } = request.verified;
    const other = { ...request, verified: { ...request.verified, data: { ...data, asPredicted: false } } };
    expect(standingWith(other)).toMatchObject({ outcome: 'differs' });
    const { verified: _verified, finished: _finished, ...begun } = request;
    const started = { ...begun, status: 'started' as const };
    const requests = new Map([[request.id, started]]);
    const under = { ...whole, state: { ...whole.state, requests } };
    expect(standingOf(under, bulkRequestId, userId)).toMatchObject({ kind: 'running' });
    expect(standingOf({ ...under, trail: broken }, bulkRequestId, userId)).toMatchObject({
      outcome: 'unrecorded',
    });
    const { started: _, ...rest } = request;
    expect(standingWith(rest)).toEqual({ kind: 'left', why: 'the request was not started' });
  });
});

test('what keeps a user from ever being begun, and what does not', () => {
  expect(leftBy(new KeyturnError('trail-broken', 'x'))).toMatchObject({ kind: 'left' });
  expect(leftBy(new KeyturnError('github-not-found', 'x'))).toMatchObject({ kind: 'left' });
  expect(leftBy(new KeyturnError('github-marker-missing', 'x'))).toMatchObject({ kind: 'left' });
  expect(leftBy(new KeyturnError('aws-throttled', 'x'))).toBeUndefined();
  expect(leftBy(new TypeError('x'))).toBeUndefined();
});

describe('why nobody is begun', () => {
  const trail = { state: 'intact' as const, envelopes: [], events: [], strays: [] };
  const requested = recorded('bulk-requested');
  const base = { id: requestIdOf(1), requested, expiresAt: today, approvals: [], missing: 0 };
  const started = { ...base, status: 'started' as const, started: recorded('bulk-started') };
  const soon = new Date(started.started.at.getTime() + 24 * hour - 1);

  test.each([
    [
      'a broken trail',
      {
        trail: { ...trail, state: 'broken' as const, reason: 'edited' as const, atSeq: 1, atCommentId: 1 },
        bulk: started,
      },
      'is broken',
    ],
    [
      'a Stop',
      { trail, bulk: { ...started, status: 'stopped' as const, stopped: recorded('bulk-stopped') } },
      'was stopped',
    ],
    [
      'the end',
      { trail, bulk: { ...started, status: 'finished' as const, finished: recorded('bulk-finished') } },
      'has ended',
    ],
    ['no approval', { trail, bulk: { ...base, status: 'pending' as const } }, 'not approved'],
    ['no request', { trail, bulk: undefined }, 'not approved'],
  ])('%s', (_, found, why) => {
    expect(barOf(found, soon)).toContain(why);
  });

  test('a day', () => {
    expect(barOf({ trail, bulk: started }, soon)).toBeUndefined();
    expect(barOf({ trail, bulk: started }, new Date(soon.getTime() + 1))).toContain('24 hours');
  });
});

test('the issue’s text names users and reasons, and fits into an issue whatever they are', () => {
  const [ada] = bulkPlan.users;
  if (!ada) throw new Error('nobody');
  const users = Array.from({ length: 150 }, () => ({
    ...ada,
    userName: 'x'.repeat(64),
    deletesLoginProfile: true,
  }));
  const leftOut = Array.from({ length: 5_000 }, (_, issue) => ({
    userId: 'A'.repeat(128),
    userName: undefined,
    issue,
    why: '`<!--'.repeat(100),
  }));
  const text = bulkText({ users }, leftOut);
  expect(text.length).toBeLessThan(bodyLimit - 1_000);
  expect(text).toContain('**Left out: 5000**');
  expect(text).toContain('- and 4850 more');
  expect(text).toContain('**deletes the console password**');
  expect(text.replaceAll(/`[^`\n]*`/g, '')).not.toContain('<!--');
  expect(bulkText({ users: [ada] }, [{ userId: 'AIDA', userName: 'bob', issue: 3, why: 'used' }])).toContain(
    '- `bob` #3: `used`',
  );
});

test('the hidden line of a bulk issue can be read again, and is nobody else’s', () => {
  const marker = { accountId: '123456789012', requestId: bulkRequestId };
  expect(readBulkMarker(`text\n\n${writeBulkMarker(marker)}\n`)).toEqual(marker);
  expect(readBulkMarker('text')).toBeUndefined();
  expect(readBulkMarker('<!-- keyturn:bulk {"version":1} -->')).toBeUndefined();
});

test('the digest covers every user and the quorum, in any order', () => {
  const [ada] = bulkPlan.users;
  if (!ada) throw new Error('nobody');
  const subject = { repositoryId: 1, issue: 2, accountId: '123456789012' };
  const quorum = { approvers: ['S0', 'U1'], count: 2, selfApproval: false };
  const bob = { ...ada, userId: 'AIDABOB', userName: 'bob' };
  const of = (changes: object, users = [ada, bob]) =>
    bulkDigestOf({ subject, quorum, plan: { ...bulkPlan, users }, ...changes });
  const digest = of({});
  expect(of({}, [bob, ada])).toBe(digest);
  expect(of({ quorum: { ...quorum, approvers: ['U1', 'S0'] } })).toBe(digest);
  const others = [
    of({}, [ada]),
    of({}, [ada, { ...bob, keys: 2 }]),
    of({}, [ada, { ...bob, digest: 'ee'.repeat(32) }]),
    of({}, [ada, { ...bob, deletesLoginProfile: true }]),
    of({}, [ada, { ...bob, issue: 8 }]),
    of({ quorum: { ...quorum, count: 1 } }),
    of({ subject: { ...subject, issue: 3 } }),
    of({ subject: { ...subject, accountId: '999988887777' } }),
    of({ subject: { ...subject, repositoryId: 2 } }),
  ];
  expect(new Set([digest, ...others]).size).toBe(others.length + 1);
});

test('notices of one user in the thread of many bear the issue’s number', () => {
  const bulk = { issue: 9, requestId: bulkRequestId, approval: 'ab'.repeat(32) };
  expect(threadKey({ requested: recorded('requested') }, 7, 'abc')).toBe('abc');
  expect(threadKey({ requested: recorded('requested', { data: { bulk } }) }, 7, 'abc')).toBe('#7 abc');
  expect(['unrecorded', '#7 unrecorded', 'abc'].map(isUnrecordedKey)).toEqual([true, true, false]);
});

describe('what cannot be begun or shown', () => {
  async function opened() {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    const world = surroundings.boot();
    const { issue } = await startedBulk(world);
    const { trail, subject, bulk, ignored } = surroundings.bulkOf(issue.number);
    if (bulk?.status !== 'started') throw new Error('not started');
    return { surroundings, world, found: { issue, trail, subject, bulk, ignored, readAt: today } };
  }

  test('a start that is not in the trail', async () => {
    const { surroundings, world, found } = await opened();
    const hollow = { ...found, trail: { ...found.trail, envelopes: [] } };
    const course = new BulkCourse(found.issue, today);
    const { users } = found.bulk.requested.data.plan;
    await beginUsers(
      world,
      { follow: async () => undefined },
      { course, policy: surroundings.policy, found: hollow },
      users,
    );
    expect(surroundings.eventsOf(1)).toEqual([]);
  });

  test('an issue without a bulk request', async () => {
    const { world, found } = await opened();
    const empty = { ...found, bulk: undefined };
    expect(await showBulk(world, empty)).toBe(true);
    expect(brokenBulk(empty).fact).toContain('It holds no bulk request.');
  });

  test('an issue whose trail begins with something else', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    const world = surroundings.boot();
    const { accountId } = bulkInput();
    const issue = await surroundings.github.bulkIssues.open({
      accountId,
      requestId: bulkRequestId,
      title: '',
      text: '',
    });
    const { trail, subject } = surroundings.bulkOf(issue.number);
    if (trail.state === 'broken') throw new Error('broken');
    const addition = { events: [trailEvent('denied')], readable: '', now: world.clock.now() };
    await world.comments.append(issue.number, nextComment(trail, subject, addition, world.trailKey).body);
    await expect(requestBulk(world, bulkInput())).rejects.toMatchObject({ code: 'bulk-trail-broken' });
  });

  test('an issue that is deleted before anything was read of it', async () => {
    const { surroundings, world, found } = await opened();
    const { bulks } = loopsOf(world);
    bulks.follow(found.issue);
    surroundings.github.bulks.delete(found.issue.number);
    await bulks.tick();
    await bulks.tick();
    expect(surroundings.failures).toEqual([]);
  });

  test('what has nothing that could be cut or shown', async () => {
    const { surroundings, world, found } = await opened();
    const empty = { ...found, bulk: undefined };
    expect((await lookAtBulk(world, surroundings.policy, empty)).bar).toBeUndefined();
    expect(isUnderWay(empty)).toBe(false);
    const course = new BulkCourse(found.issue, today);
    expect(
      await reportHalt(world, surroundings.policy, course, empty, { key: 'broken', why: 'It is broken.' }),
    ).toBe(0);
  });

  test('a trail that breaks while the users are looked at', async () => {
    const { surroundings, world, found } = await opened();
    const page = surroundings.github.getBulk(found.issue.number);
    let looks = 0;
    const comments = {
      append: world.comments.append.bind(world.comments),
      list: async (number: number) => {
        if (number === found.issue.number) looks += 1;
        if (looks === 2) page.comments = page.comments.map((one) => ({ ...one, body: `x ${one.body}` }));
        return world.comments.list(number);
      },
    };
    const delayed = { ...world, comments };
    const { bulks } = loopsOf(delayed);
    expect(await bulks.tick()).toBe(0);
    await bulks.tick();
    expect(surroundings.aws.executions).toEqual([]);
    expect(surroundings.eventsOf(1)).toEqual([]);
  });

  test('a user whose request expires while it is recorded', async () => {
    const { surroundings, world, found } = await opened();
    const { policy } = surroundings;
    surroundings.policy = { ...policy, approvals: { ...policy.approvals, expireAfterHours: 1 } };
    let looks = 0;
    const comments = {
      append: world.comments.append.bind(world.comments),
      list: async (number: number) => {
        if (number === found.issue.number) looks += 1;
        // The third look at the bulk request is the last thing before the comment.
        if (looks === 3) surroundings.clock.advance(2 * hour);
        return world.comments.list(number);
      },
    };
    const delayed = { ...world, comments };
    const loops = loopsOf(delayed);
    await loops.bulks.tick();
    expect(surroundings.aws.executions).toEqual([]);
    expect(surroundings.bulkOf(found.issue.number).bulk).toMatchObject({
      finished: { data: { notStarted: [{ why: 'the request was not started' }] } },
    });
  });
});

test('two processes that get the same command at once: one bulk request, the other card is withdrawn', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 2);
  const results = await Promise.all(
    [surroundings.boot(), surroundings.boot(1)].map((world) => requestBulk(world, bulkInput())),
  );
  expect(results.map(({ kind }) => kind)).toEqual(['requested', 'requested']);
  expect(surroundings.bulkOf(1_000).trail.events.map(({ type }) => type)).toEqual(['bulk-requested']);
  const cards = [...surroundings.slack.cards.values()].map(({ shown }) => shown.at(-1));
  expect(cards.toSorted()).toEqual(['pending', 'withdrawn']);
});
