import { describe, expect, test } from '@jest/globals';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import { carryOut } from '../../shared/remediation/carry-out.ts';
import { deny } from '../../shared/remediation/deny.ts';
import type { World } from '../../shared/remediation/ports.ts';
import { readExecutions } from '../../shared/remediation/read-executions.ts';
import { request } from '../../shared/remediation/request.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import {
  approveAll,
  approveAs,
  person,
  requestInput,
  requestOf,
  settleDown,
} from '../fakes/remediation/people.ts';
import { accessKey, daysAgo, userSnapshot } from '../fakes/user-snapshot.ts';

const { userId } = userSnapshot();
const first = accessKey();
const second = accessKey({ id: 'AKIAEXAMPLE000000002', createdAt: daysAgo(200) });
const hour = 3_600_000;

async function approved(wish: Wish, user = userSnapshot(), edit: (text: string) => string = String) {
  const surroundings = new Surroundings((text) => edit(`${text}  undo: {approvers: [S0SECURITY]}\n`));
  const issue = surroundings.addFinding(user);
  const world = surroundings.boot();
  const made = await requestOf(world, issue, wish);
  await approveAll(world, issue, made, ...(wish.kind === 'strict' ? ['U1', 'U2'] : ['U1']));
  return { surroundings, issue, world, made };
}

type Run = Awaited<ReturnType<typeof approved>>;

async function finish({ surroundings, world, issue }: Pick<Run, 'surroundings' | 'world' | 'issue'>) {
  const watch = createWatch(world);
  await watch.follow(issue);
  await settleDown(world, watch);
  return surroundings.trailOf(1).state.lastOutcome?.data;
}

describe('reading back', () => {
  const used = accessKey({ lastUsedAt: daysAgo(0) });

  /** The runbook changes more than the plan says, and IAM shows the old picture once. */
  async function runMore(more: (run: Run) => void, user = userSnapshot({ accessKeys: [used] })) {
    const run = await approved({ kind: 'runbook' }, user);
    const { aws } = run.surroundings;
    const before = aws.users.get(userId);
    const read = aws.readUser.bind(aws);
    let stale = 0;
    aws.ending = () => {
      more(run);
      stale = 1;
    };
    aws.readUser = async (finding) => {
      const live = await read(finding);
      stale -= 1;
      return stale === 0 ? before : live;
    };
    return finish(run);
  }

  test('an old picture that looks like the prediction is not believed: a key', async () => {
    const verified = await runMore(({ surroundings }) => {
      surroundings.aws.changeKey(userId, used.id, { status: 'Inactive' });
    });
    expect(verified).toMatchObject({ asPredicted: false, keys: [{ id: used.id, outcome: 'deactivated' }] });
  });

  test('an old picture that looks like the prediction is not believed: the password', async () => {
    const verified = await runMore(
      ({ surroundings: { aws } }) => {
        const user = aws.users.get(userId);
        if (!user) throw new Error('no such user');
        const { loginProfileCreatedAt: _, ...rest } = user;
        aws.put(rest);
      },
      userSnapshot({ accessKeys: [used], loginProfileCreatedAt: daysAgo(1) }),
    );
    expect(verified).toMatchObject({ asPredicted: false, loginProfile: 'deleted' });
  });

  test('while IAM does not show what the runbook says that it did, it is read again', async () => {
    const run = await approved({ kind: 'runbook' }, userSnapshot({ accessKeys: [used] }));
    const { aws, clock } = run.surroundings;
    aws.ending = (execution) => {
      const claim = { DeactivateUnusedKeysResponse: [{ AccessKeyId: used.id }] };
      execution.output = JSON.stringify({ http_responses: claim });
      clock.slept.length = 0;
    };
    const verified = await finish(run);
    expect(verified?.asPredicted).toBe(false);
    expect(clock.slept).toEqual(expect.arrayContaining([2_000, 2_000, 4_000, 8_000, 15_000]));
  });

  test('what was not started is read once', async () => {
    const run = await approved({ kind: 'runbook' });
    run.surroundings.clock.advance(hour);
    run.surroundings.clock.slept.length = 0;
    await carryOut(run.world, run.issue);
    expect(run.surroundings.eventsOf(1)).toContain('verified');
    expect(run.surroundings.clock.slept.filter((pause) => pause >= 2_000)).toEqual([]);
  });
});

describe('an undo that failed halfway', () => {
  test('the rest can be undone by the next', async () => {
    const run = await approved({ kind: 'strict' }, userSnapshot({ accessKeys: [first, second] }));
    await finish(run);
    const { surroundings, issue, world } = run;
    await approveAll(world, issue, await requestOf(world, issue, { kind: 'undo' }), 'U1');
    const { setKeyStatus } = surroundings.aws;
    surroundings.aws.setKeyStatus = async (user, id, status) => {
      if (id === second.id) throw new Error('Throttling');
      await setKeyStatus.call(surroundings.aws, user, id, status);
    };
    await finish(run);
    surroundings.aws.setKeyStatus = setKeyStatus;
    const again = await requestOf(world, issue, { kind: 'undo', undoes: run.made.id });
    expect(again.requested.data.plan).toMatchObject({ reactivates: [second.id] });
    await approveAll(world, issue, again, 'U1');
    await finish(run);
    expect(surroundings.aws.statusOf(userId)).toEqual({ [first.id]: 'Active', [second.id]: 'Active' });
  });
});

describe('rights are those of the moment of the turn', () => {
  async function waiting(
    name: string,
    act: (world: World, run: Run['made'], issue: Run['issue']) => unknown,
  ) {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, { kind: 'runbook' });
    const gate = Promise.withResolvers<void>();
    const held = world.locks.run(name, () => gate.promise);
    const acting = act(world, made, issue);
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    surroundings.policy = {
      ...surroundings.policy,
      approvals: {
        ...surroundings.policy.approvals,
        requesters: ['U0LEAD'],
        runbook: { approvers: ['U0LEAD'], count: 1 },
      },
    };
    surroundings.slack.guests.add('U2');
    gate.resolve();
    await held;
    return acting;
  }

  test('whoever waits to approve', async () => {
    const result = await waiting('starts', (world, made, issue) => approveAs(world, issue, made, 'U1'));
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'approval-not-entitled' } });
  });

  test('whoever waits to deny', async () => {
    const result = await waiting('issue 1', (world, made) =>
      deny(world, { issue: 1, requestId: made.id, denier: person('U2'), reason: '' }),
    );
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'member-restricted' } });
  });

  test('whoever waits to request', async () => {
    const result = await waiting('issue 1', (world, _, issue) =>
      request(world, requestInput(issue, { kind: 'strict' })),
    );
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'requester-not-allowed' } });
  });
});

describe('cards of what was never recorded', () => {
  test('there is none for an event that a trail cannot hold', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const input = requestInput(
      issue,
      { kind: 'strict' },
      { requester: { ...person('U9'), name: 'x'.repeat(101) } },
    );
    await expect(request(surroundings.boot(), input)).rejects.toMatchObject({ code: 'event-invalid' });
    expect(surroundings.slack.cards.size).toBe(0);
  });

  test('one whose comment does not appear is withdrawn', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    surroundings.github.swallows = true;
    await expect(request(surroundings.boot(), requestInput(issue, { kind: 'strict' }))).rejects.toMatchObject(
      {
        code: 'record-unconfirmed',
      },
    );
    expect([...surroundings.slack.cards.values()].map(({ shown }) => shown)).toEqual([['withdrawn']]);
  });
});

describe('the daily limit', () => {
  async function two(limit = 1) {
    const surroundings = new Surroundings((text) => `${text}limits: {keysDeactivatedPerDay: ${limit}}\n`);
    const [one, other] = [1, 2].map((n) => surroundings.addFinding(userSnapshot({ userId: `AIDA${n}` })));
    if (!one || !other) throw new Error('two issues');
    const world = surroundings.boot();
    await approveAll(world, one, await requestOf(world, one, { kind: 'runbook' }), 'U1');
    await finish({ surroundings, world, issue: one });
    return { surroundings, world, other };
  }

  test('frees what is 24 hours old, and no sooner', async () => {
    for (const [wait, kind] of [
      [24 * hour - 5 * 60_000, 'refused'],
      [24 * hour, 'approved'],
    ] as const) {
      const { surroundings, world, other } = await two();
      surroundings.clock.advance(wait);
      // Somebody comments, so that the issue is among the changed ones.
      surroundings.github.change(1, {});
      const made = await requestOf(world, other, { kind: 'runbook' });
      expect((await approveAs(world, other, made, 'U1')).kind).toBe(kind);
    }
  });

  const idle = (userId: string, status: 'Active' | 'Inactive') =>
    userSnapshot({
      userId,
      accessKeys: [accessKey({ id: `AKIA${userId}`, status })],
      loginProfileCreatedAt: daysAgo(300),
    });

  test.each([
    ['is left', 1],
    ['was broken', 1],
  ])(
    'counts a password that was deleted like a key, for one user too, whose trail %s',
    async (what, limit) => {
      const surroundings = new Surroundings((text) => `${text}limits: {keysDeactivatedPerDay: ${limit}}\n`);
      const one = surroundings.addFinding(idle('AIDA1', 'Inactive'));
      const other = surroundings.addFinding(userSnapshot({ userId: 'AIDA2' }));
      const world = surroundings.boot();
      await approveAll(world, one, await requestOf(world, one, { kind: 'runbook' }), 'U1');
      await finish({ surroundings, world, issue: one });
      expect(surroundings.aws.users.get('AIDA1')?.loginProfileCreatedAt).toBeUndefined();
      const page = surroundings.github.get(one.number);
      if (what === 'was broken') {
        page.comments = page.comments.map((comment) => ({ ...comment, body: `x ${comment.body}` }));
      }
      const made = await requestOf(world, other, { kind: 'runbook' });
      expect(await approveAs(world, other, made, 'U1')).toMatchObject({
        kind: 'refused',
        error: { code: 'daily-limit', fact: expect.stringMatching(/^1 keys and passwords/) },
      });
    },
  );

  test('at 0 deletes no password', async () => {
    const surroundings = new Surroundings((text) => `${text}limits: {keysDeactivatedPerDay: 0}\n`);
    const one = surroundings.addFinding(idle('AIDA1', 'Inactive'));
    const world = surroundings.boot();
    const made = await requestOf(world, one, { kind: 'runbook' });
    expect(await approveAs(world, one, made, 'U1')).toMatchObject({ error: { code: 'daily-limit' } });
  });

  test('does not count what was not started', async () => {
    const surroundings = new Surroundings((text) => `${text}limits: {keysDeactivatedPerDay: 2}\n`);
    const one = surroundings.addFinding(idle('AIDA1', 'Active'));
    const other = surroundings.addFinding(idle('AIDA2', 'Active'));
    const world = surroundings.boot();
    surroundings.aws.refusal = 'not now';
    await approveAll(world, one, await requestOf(world, one, { kind: 'runbook' }), 'U1');
    await finish({ surroundings, world, issue: one });
    surroundings.aws.refusal = undefined;
    const made = await requestOf(world, other, { kind: 'runbook' });
    expect((await approveAs(world, other, made, 'U1')).kind).toBe('approved');
  });

  test("counts a start of the last hours though GitHub's clock is behind", async () => {
    const { surroundings, world, other } = await two();
    const page = surroundings.github.get(1);
    page.updatedAt -= 10 * 60_000;
    surroundings.clock.advance(24 * hour - 5 * 60_000);
    const made = await requestOf(world, other, { kind: 'runbook' });
    expect((await approveAs(world, other, made, 'U1')).kind).toBe('refused');
  });

  test.each([
    ['at the start', 1, 1, 'refused'],
    ['after the start, which counts once', 2, 2, 'approved'],
  ])('counts a start of a trail that broke %s', async (_, at, limit, kind) => {
    const { surroundings, world, other } = await two(limit);
    const { comments } = surroundings.github.get(1);
    const comment = comments[at];
    if (comment) comments[at] = { ...comment, body: `x ${comment.body}` };
    expect(surroundings.trailOf(1).trail).toMatchObject({ state: 'broken', atSeq: at + 1 });
    const made = await requestOf(world, other, { kind: 'runbook' });
    expect((await approveAs(world, other, made, 'U1')).kind).toBe(kind);
  });

  test('gets no room from a trail that was broken', async () => {
    const { surroundings, world, other } = await two();
    const { comments } = surroundings.github.get(1);
    // A copy does not count twice.
    comments.push({
      ...comments[1],
      id: 9_000,
      createdAt: surroundings.clock.now(),
      body: comments[1]?.body ?? '',
    });
    const [, token = ''] = comments[1]?.body.match(/keyturn:v1 ([\w.-]+)/) ?? [];
    const forged = `<!-- keyturn:v1 ${token.slice(0, -8)}AAAAAAAA -->`;
    comments.push({ id: 9_001, createdAt: surroundings.clock.now(), body: forged });
    const [head] = comments;
    if (head) comments[0] = { ...head, body: `edited ${head.body}` };
    expect(surroundings.trailOf(1).trail.state).toBe('broken');
    const made = await requestOf(world, other, { kind: 'runbook' });
    const [foreign] = surroundings.github.get(other.number).comments;
    if (foreign) comments.push({ ...foreign, id: 9_002 });
    const result = await approveAs(world, other, made, 'U1');
    expect(result).toMatchObject({
      kind: 'refused',
      error: { code: 'daily-limit', fact: expect.stringMatching(/^1 keys and passwords were deactivated/) },
    });
  });
});

describe('bounds', () => {
  test('every question to AWS for executions waits for its turn', async () => {
    const { surroundings, issue, world } = await approved({ kind: 'runbook' });
    const turns: string[] = [];
    const paced = { ...world, listPacer: { turn: async (name: string) => void turns.push(name) } };
    await finish({ surroundings, issue, world: paced });
    expect(surroundings.aws.requests).toEqual(expect.arrayContaining(['findByTag', 'listSince']));
    expect(turns).toEqual(surroundings.aws.requests.map(() => '123456789012 us-east-1'));
  });

  test('pages are read until all that is wanted was found', async () => {
    const surroundings = new Surroundings();
    const pages = [['a', 'b'], ['c'], ['d']];
    const world = surroundings.boot();
    let asked = 0;
    const runbooks = {
      ...world.runbooks,
      listSince: async () => {
        asked += 1;
        const executions = (pages[asked - 1] ?? []).map((id) => ({ id, status: 'InProgress' }));
        return { executions, nextToken: String(asked) };
      },
    };
    const place = { accountId: '123456789012', region: 'us-east-1' };
    const found = await readExecutions({ ...world, runbooks }, place, new Set(['b', 'c']), daysAgo(0));
    expect([...found.keys()]).toEqual(['b', 'c']);
    expect(asked).toBe(2);
  });

  test("the policy's maxCredentialUsageAge is what the runbook is given", async () => {
    const run = await approved({ kind: 'runbook' }, userSnapshot(), (text) =>
      text.replace('  region: us-east-1\n', '  region: us-east-1\n  maxCredentialUsageAge: 30\n'),
    );
    await finish(run);
    expect(run.surroundings.aws.executions[0]?.start.maxCredentialUsageAge).toBe(30);
  });

  test('a process that starts finds what was started 29 days ago', async () => {
    const { surroundings, world } = await approved({ kind: 'strict' });
    surroundings.clock.advance(29 * 24 * hour);
    await settleDown(world, createWatch(world));
    expect(surroundings.eventsOf(1)).toContain('verified');
  });

  test('a key is tried three times, seconds apart', async () => {
    const run = await approved({ kind: 'strict' });
    const { aws, clock } = run.surroundings;
    const { setKeyStatus } = aws;
    let failures = 2;
    aws.setKeyStatus = async (...args) => {
      failures -= 1;
      if (failures >= 0) throw new Error('Throttling');
      await setKeyStatus.apply(aws, args);
    };
    clock.slept.length = 0;
    await carryOut(run.world, run.issue);
    expect(clock.slept).toEqual([1_000, 4_000]);
    expect(run.surroundings.trailOf(1).state.lastOutcome?.data.result).toBe('resolved');
  });

  test('a comment is waited for, for a minute', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    surroundings.github.beforeAppend = () => {
      surroundings.github.lag = 7;
    };
    await requestOf(surroundings.boot(), issue, { kind: 'strict' });
    expect(surroundings.clock.slept).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000]);
    expect(surroundings.github.get(1).comments).toHaveLength(1);
  });
});
