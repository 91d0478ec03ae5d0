import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deny } from '../../shared/remediation/deny.ts';
import { record } from '../../shared/remediation/record.ts';
import { request } from '../../shared/remediation/request.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import type { TrailEvent } from '../../shared/trail/events.ts';
import { readableText } from '../../shared/trail/readable.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { withDelays } from '../fakes/remediation/faults.ts';
import { approveAs, person, requestInput, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { userSnapshot } from '../fakes/user-snapshot.ts';

const everybody = Array.from({ length: 10 }, (_, index) => `UA${index}`);
const userId = userSnapshot().userId;
const turns = fc.array(fc.nat(6), { minLength: 1, maxLength: 20 });

function setUp(count = 2): Surroundings {
  const surroundings = new Surroundings((text) =>
    text.replace(
      'strict: {approvers: [S0SECURITY, U0LEAD]}',
      `strict: {approvers: [S0SECURITY], count: ${count}}`,
    ),
  );
  surroundings.slack.groups.set('S0SECURITY', new Set(everybody));
  surroundings.addFinding();
  return surroundings;
}

const issueOf = (surroundings: Surroundings) => surroundings.github.get(1).issue;

describe('approvers at once', () => {
  test.each(Array.from({ length: 9 }, (_, index) => index + 2))('%i in one process', async (count) => {
    const surroundings = setUp();
    const world = surroundings.boot();
    const made = await requestOf(world, issueOf(surroundings), { kind: 'strict' });
    const people = everybody.slice(0, count);
    const results = await Promise.all(
      people.map((who) => approveAs(world, issueOf(surroundings), made, who)),
    );
    expect(results.filter(({ kind }) => kind === 'approved')).toHaveLength(2);
    expect(surroundings.eventsOf(1)).toEqual(['requested', 'approved', 'approved', 'started']);
  });

  test('each in a process of their own, in any order: one winner for each place, no decision lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turns, { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(2),
        async (delays, count, lag) => {
          const surroundings = setUp(count);
          const made = await requestOf(surroundings.boot(), issueOf(surroundings), { kind: 'strict' });
          surroundings.github.beforeAppend = () => {
            surroundings.github.lag = lag;
          };
          const results = await Promise.all(
            delays.map((each, index) =>
              approveAs(
                withDelays(surroundings.boot(index), each),
                issueOf(surroundings),
                made,
                `UA${index}`,
              ),
            ),
          );
          const approved = Math.min(delays.length, count);
          expect(results.filter(({ kind }) => kind === 'approved')).toHaveLength(approved);
          const { trail, state } = surroundings.trailOf(1);
          expect(trail.events.filter(({ type }) => type === 'approved')).toHaveLength(approved);
          expect(trail.events.filter(({ type }) => type === 'started')).toHaveLength(
            delays.length >= count ? 1 : 0,
          );
          expect(state.ignored).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('approve against deny: one of the two holds, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(turns, turns, async (one, other) => {
      const surroundings = setUp(1);
      const issue = issueOf(surroundings);
      const made = await requestOf(surroundings.boot(), issue, { kind: 'strict' });
      const [approval, denial] = await Promise.all([
        approveAs(withDelays(surroundings.boot(), one), issue, made, 'UA0'),
        deny(withDelays(surroundings.boot(1), other), {
          issue: 1,
          requestId: made.id,
          denier: person('UA1'),
          reason: 'not now',
        }),
      ]);
      const events = surroundings.eventsOf(1).slice(1);
      expect([['approved', 'started'], ['denied']]).toContainEqual(events);
      expect([approval.kind === 'approved', denial.kind === 'denied']).toEqual(
        events[0] === 'denied' ? [false, true] : [true, false],
      );
      const world = surroundings.boot();
      await settleDown(world, createWatch(world));
      expect(Object.values(surroundings.aws.statusOf(userId))).toEqual([
        events[0] === 'denied' ? 'Active' : 'Inactive',
      ]);
    }),
    { numRuns: 40 },
  );
});

test('approve against expiry: what is sealed too late means nothing and starts nothing', async () => {
  const surroundings = setUp(1);
  const world = surroundings.boot();
  const issue = issueOf(surroundings);
  const made = await requestOf(world, issue, { kind: 'strict' });
  const untilExpiry = made.expiresAt.getTime() - world.clock.now().getTime();
  surroundings.clock.advance(untilExpiry - 1_000);
  const slowAws = {
    ...world.users,
    readUser: async () => {
      surroundings.clock.advance(2_000);
      return surroundings.aws.users.get(userId);
    },
  };
  const result = await approveAs(
    { ...world, users: { ...slowAws, setKeyStatus: async () => undefined } },
    issue,
    made,
    'UA0',
  );
  expect(result).toMatchObject({ kind: 'refused', error: { code: 'request-over' } });
  await settleDown(world, createWatch(world));
  expect(surroundings.trailOf(1).state.requests.get(made.id)?.status).toBe('expired');
  expect(surroundings.aws.writes).toEqual([]);
  expect(surroundings.eventsOf(1)).toEqual(['requested']);
});

test('at whatever moment of an approval its request expires, it counts whole or not at all', async () => {
  const statuses = new Set<string | undefined>();
  for (let left = 0; left <= 40; left += 1) {
    const surroundings = setUp(1);
    const world = surroundings.boot();
    const issue = issueOf(surroundings);
    const made = await requestOf(world, issue, { kind: 'strict' });
    surroundings.clock.advance(made.expiresAt.getTime() - world.clock.now().getTime() - left);
    const now = () => {
      surroundings.clock.advance(1);
      return surroundings.clock.now();
    };
    const result = await approveAs({ ...world, clock: { ...world.clock, now } }, issue, made, 'UA0');
    const { status } = surroundings.trailOf(1).state.requests.get(made.id) ?? {};
    statuses.add(status);
    expect(result.kind).toBe(status === 'started' ? 'approved' : 'refused');
    if (result.kind === 'refused') expect(result.error.code).toBe('request-over');
  }
  expect(statuses).toEqual(new Set(['expired', 'started']));
});

test('what another process sealed too late is told by no thread', async () => {
  const surroundings = setUp(1);
  const world = surroundings.boot();
  const issue = issueOf(surroundings);
  const made = await requestOf(world, issue, { kind: 'strict' });
  surroundings.clock.advance(made.expiresAt.getTime() - world.clock.now().getTime() + 1_000);
  const late: TrailEvent = {
    type: 'approved',
    actor: person('UA0'),
    requestId: made.id,
    data: { digest: made.requested.data.digest },
  };
  const sealed = { kind: 'record' as const, events: [late], readable: readableText([late]) };
  await record(world, surroundings.policy, issue, async () => sealed);
  await settleDown(world, createWatch(world));
  const { notices, shown } = surroundings.slack.get(made.requested.data.card.ts);
  expect(shown.at(-1)).toBe('expired');
  expect(notices).toEqual([]);
});

test('requests at once, in one process and in several: one is recorded, the other cards are withdrawn', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(turns, { minLength: 2, maxLength: 5 }),
      fc.boolean(),
      async (delays, isOneProcess) => {
        const surroundings = setUp();
        const issue = issueOf(surroundings);
        const shared = surroundings.boot();
        const results = await Promise.all(
          delays.map((each) =>
            request(
              isOneProcess ? shared : withDelays(surroundings.boot(), each),
              requestInput(issue, { kind: 'strict' }),
            ),
          ),
        );
        expect(results.filter(({ kind }) => kind === 'requested')).toHaveLength(1);
        expect(surroundings.eventsOf(1)).toEqual(['requested']);
        const cards = [...surroundings.slack.cards.values()].map(({ shown }) => shown.at(-1));
        expect(cards.filter((shown) => shown === 'pending')).toHaveLength(1);
        expect(cards.filter((shown) => shown !== 'pending' && shown !== 'withdrawn')).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});

test('the daily limit holds for quorums that complete at once', async () => {
  const surroundings = new Surroundings((text) => `${text}limits: {keysDeactivatedPerDay: 2}\n`);
  const world = surroundings.boot();
  const issues = [1, 2, 3, 4].map((number) =>
    surroundings.addFinding(userSnapshot({ userId: `AIDAEXAMPLE000000000${number}` })),
  );
  surroundings.addFinding(userSnapshot({ userId: 'AIDAQUIET' }));
  const made = await Promise.all(issues.map((issue) => requestOf(world, issue, { kind: 'runbook' })));
  const results = await Promise.all(
    made.map((one, index) => approveAs(world, issues[index] ?? issueOf(surroundings), one, 'U1')),
  );
  expect(results.filter(({ kind }) => kind === 'approved')).toHaveLength(2);
  const refusal = results.find((result) => result.kind === 'refused');
  expect(refusal).toMatchObject({ error: { code: 'daily-limit' } });
});
