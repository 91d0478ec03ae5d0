import { describe, expect, test } from '@jest/globals';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import type { TrailIssue, World } from '../../shared/remediation/ports.ts';
import { request } from '../../shared/remediation/request.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { type Fault, withFault } from '../fakes/remediation/faults.ts';
import { approveAll, approveAs, requestInput, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { accessKey, daysAgo, userSnapshot } from '../fakes/user-snapshot.ts';

const requestId = '11111111-1111-4111-8111-111111111111';
const older = accessKey();
const newer = accessKey({ id: 'AKIAEXAMPLE000000002', createdAt: daysAgo(200) });
const hour = 3_600_000;

interface Case {
  readonly name: string;
  readonly wish: Wish;
  readonly user: UserSnapshot;
  readonly approvers: readonly string[];
  readonly prepare?: (surroundings: Surroundings, issue: TrailIssue) => Promise<void>;
  readonly events: readonly string[];
  readonly keys: readonly string[];
  readonly executions: number;
  readonly state: 'open' | 'closed';
}

const carriedOut = ['started', 'finished', 'verified'];

const cases: readonly Case[] = [
  {
    name: 'runbook',
    wish: { kind: 'runbook' },
    user: userSnapshot({ accessKeys: [older], loginProfileCreatedAt: daysAgo(300) }),
    approvers: ['U1'],
    events: ['requested', 'approved', ...carriedOut],
    keys: ['Inactive'],
    executions: 1,
    state: 'closed',
  },
  {
    name: 'strict',
    wish: { kind: 'strict' },
    user: userSnapshot({ accessKeys: [older, newer] }),
    approvers: ['U1', 'U2'],
    events: ['requested', 'approved', 'approved', ...carriedOut],
    keys: ['Inactive', 'Inactive'],
    executions: 0,
    state: 'closed',
  },
  {
    name: 'undo',
    wish: { kind: 'undo' },
    user: userSnapshot(),
    approvers: ['U1'],
    prepare: async (surroundings, issue) => {
      const world = surroundings.boot();
      await approveAll(world, issue, await requestOf(world, issue, { kind: 'strict' }), 'U1', 'U2');
      await createWatch(world).follow(issue);
      surroundings.aws.writes.length = 0;
    },
    events: ['requested', 'approved', 'approved', ...carriedOut, 'requested', 'approved', ...carriedOut],
    keys: ['Active'],
    executions: 0,
    // The finding is back, and it is the scan that opens issues.
    state: 'closed',
  },
  {
    name: 'exempt',
    wish: { kind: 'exempt', keyIds: [older.id], until: daysAgo(-30) },
    user: userSnapshot(),
    approvers: ['U1'],
    events: ['requested', 'approved', 'exempted'],
    keys: ['Active'],
    executions: 0,
    state: 'open',
  },
];

async function setUp(one: Case): Promise<{ surroundings: Surroundings; issue: TrailIssue }> {
  const surroundings = new Surroundings(
    (text) => `${text}  undo: {approvers: [S0SECURITY]}\n  exempt: {approvers: [S0SECURITY]}\n`,
  );
  const issue = surroundings.addFinding(one.user);
  await one.prepare?.(surroundings, issue);
  return { surroundings, issue: surroundings.github.get(issue.number).issue };
}

/** What people and the bot's main loop do, from wherever things stand. Rejects where a person would see an error. */
async function play(surroundings: Surroundings, world: World, issue: TrailIssue, one: Case): Promise<void> {
  const watch = createWatch(world);
  await watch.tick();
  const result = await request(world, requestInput(issue, one.wish, { requestId }));
  if (result.kind === 'refused') throw result.error;
  for (const who of one.approvers) {
    const { state } = surroundings.trailOf(issue.number);
    const pending = state.requests.get(requestId);
    if (pending?.status !== 'pending') break;
    const approval = await approveAs(world, issue, pending, who);
    if (approval.kind === 'refused' && approval.error.code !== 'approval-twice') throw approval.error;
  }
  await watch.follow(await world.issues.read(issue.number));
  await settleDown(world, watch);
}

/** The same on every way: nothing lost, nothing twice. */
function expectTheEnd(surroundings: Surroundings, issue: TrailIssue, one: Case): void {
  const { told, decided, progress } = expectTheRecord(surroundings, issue, one);
  expect(told).toEqual(decided);
  expect(progress).toEqual([...new Set(progress)]);
}

function expectTheRecord(surroundings: Surroundings, { number }: TrailIssue, one: Case) {
  const { trail, state } = surroundings.trailOf(number);
  expect(trail.state).toBe('intact');
  expect(trail.events.map(({ type }) => type)).toEqual(one.events);
  expect(state.ignored).toEqual([]);
  expect(state.open).toBeUndefined();
  expect(Object.values(surroundings.aws.statusOf(one.user.userId))).toEqual(one.keys);
  expect(surroundings.aws.executions).toHaveLength(one.executions);
  const changes = surroundings.aws.writes.map((write) => write.split(': ')[1]);
  const [from, to] = one.wish.kind === 'undo' ? ['Inactive', 'Active'] : ['Active', 'Inactive'];
  expect(changes.filter((change) => change !== `${to} → ${to}`)).toEqual(
    one.wish.kind === 'strict' || one.wish.kind === 'undo' ? one.keys.map(() => `${from} → ${to}`) : [],
  );
  const { issue, hints } = surroundings.github.get(number);
  expect(issue.state).toBe(one.state);
  expect(hints).toEqual({ pending: false, exempt: one.wish.kind === 'exempt' });
  const request = state.requests.get(requestId);
  const card = surroundings.slack.get(request?.requested.data.card.ts ?? '');
  expect(card.shown.at(-1)).toBe(request?.status);
  const decided = new Set(
    trail.events.filter((event) => event.requestId === requestId).map(({ shortHash }) => shortHash),
  );
  decided.delete(request?.requested.shortHash ?? '');
  const [progress = [], told = []] = [true, false].map((isProgress) =>
    card.notices.filter((notice) => (notice.isProgress ?? false) === isProgress).map(({ key }) => key),
  );
  return { told, progress, decided: [...decided] };
}

async function countCalls(one: Case): Promise<number> {
  const { surroundings, issue } = await setUp(one);
  const { world, calls } = withFault(surroundings.boot(), undefined);
  await play(surroundings, world, issue, one);
  expectTheEnd(surroundings, issue, one);
  return calls.length;
}

async function fail(one: Case, fault: Fault): Promise<{ surroundings: Surroundings; issue: TrailIssue }> {
  const { surroundings, issue } = await setUp(one);
  const { world } = withFault(surroundings.boot(), fault);
  await play(surroundings, world, issue, one).catch(() => undefined);
  return { surroundings, issue };
}

function faultsOf(calls: number, kind: Fault['kind']): Fault[] {
  return Array.from({ length: calls }, (_, index) => index + 1).flatMap((call) => [
    { call, moment: 'before', kind } as const,
    { call, moment: 'after', kind } as const,
  ]);
}

/** A crash before a call leaves the same behind as one after the call before. */
function crashesAfter(calls: number): Fault[] {
  return faultsOf(calls, 'crash').filter(({ moment }) => moment === 'after');
}

describe.each(cases)('$name', (one) => {
  test('whichever call the process dies at, the next process brings it to the same end', async () => {
    for (const fault of faultsOf(await countCalls(one), 'crash')) {
      const { surroundings, issue } = await fail(one, fault);
      await play(surroundings, surroundings.boot(), issue, one);
      expectTheEnd(surroundings, issue, one);
    }
  });

  test('whichever call fails once, the process or the person goes on to the same end', async () => {
    for (const fault of faultsOf(await countCalls(one), 'error')) {
      const { surroundings, issue } = await setUp(one);
      const { world } = withFault(surroundings.boot(), fault);
      await play(surroundings, world, issue, one).catch(() => play(surroundings, world, issue, one));
      expectTheEnd(surroundings, issue, one);
    }
  });

  test('two processes that take over at once do no harm to each other', async () => {
    for (const fault of crashesAfter(await countCalls(one))) {
      const { surroundings, issue } = await fail(one, fault);
      const worlds = [surroundings.boot(), surroundings.boot(1)];
      const watches = worlds.map(createWatch);
      for (let round = 0; round < 3; round += 1) await Promise.all(watches.map((watch) => watch.tick()));
      await play(surroundings, surroundings.boot(), issue, one);
      // Each looks what the thread tells before it posts, so only what both post at the same moment is there twice.
      const { told, decided } = expectTheRecord(surroundings, issue, one);
      expect([...new Set(told)]).toEqual(decided);
    }
  });

  test('what was started more than an hour ago is finished, never begun', async () => {
    for (const fault of crashesAfter(await countCalls(one))) {
      const { surroundings, issue } = await fail(one, fault);
      const before = { ...surroundings.aws.statusOf(one.user.userId) };
      const executions = surroundings.aws.executions.length;
      const wasStarted = surroundings.trailOf(issue.number).state.open?.status === 'started';
      surroundings.clock.advance(hour + 1);
      const world = surroundings.boot();
      await settleDown(world, createWatch(world));
      const { trail, state } = surroundings.trailOf(issue.number);
      expect(trail.state).toBe('intact');
      expect(state.ignored).toEqual([]);
      expect(state.open?.status ?? 'pending').toBe('pending');
      expect(surroundings.aws.executions).toHaveLength(executions);
      if (executions === 0) expect(surroundings.aws.statusOf(one.user.userId)).toEqual(before);
      if (wasStarted) expect(trail.events.map(({ type }) => type)).toEqual(one.events);
    }
  });
});
