import { describe, expect, test } from '@jest/globals';
import { KeyturnError } from '../../shared/errors.ts';
import { deny } from '../../shared/remediation/deny.ts';
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
  startOf,
} from '../fakes/remediation/people.ts';
import { accessKey, userSnapshot } from '../fakes/user-snapshot.ts';

const { userId } = userSnapshot();
const keyId = accessKey().id;

async function started(kind: 'runbook' | 'strict') {
  const surroundings = new Surroundings();
  const issue = surroundings.addFinding();
  const world = surroundings.boot();
  const made = await requestOf(world, issue, { kind });
  await approveAll(world, issue, made, ...(kind === 'strict' ? ['U1', 'U2'] : ['U1']));
  return { surroundings, issue, world, made, comments: surroundings.github.get(1).comments };
}

function edit(comments: { body: string }[], index: number): void {
  const comment = comments[index];
  if (comment) comments[index] = { ...comment, body: `edited ${comment.body}` };
}

async function run(surroundings: Surroundings): Promise<void> {
  const world = surroundings.boot();
  await settleDown(world, createWatch(world));
}

describe('somebody who may write to the repository', () => {
  test('edits a comment: nothing can be requested or approved any more', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, { kind: 'strict' });
    await approveAll(world, issue, made, 'U1');
    edit(surroundings.github.get(1).comments, 0);
    await expect(approveAs(world, issue, made, 'U2')).rejects.toMatchObject({ code: 'trail-broken' });
    await expect(request(world, requestInput(issue, { kind: 'strict' }))).rejects.toMatchObject({
      code: 'trail-broken',
    });
    expect(surroundings.slack.cards.size).toBe(1);
  });

  test('breaks a trail: whoever meets it marks the issue, so that the next scan replaces it', async () => {
    const { surroundings, issue, world, made, comments } = await started('strict');
    await run(surroundings);
    expect(surroundings.github.get(1).hints.pending).toBe(false);
    edit(comments, 0);
    await expect(request(world, requestInput(issue, { kind: 'undo' }))).rejects.toMatchObject({
      code: 'trail-broken',
    });
    expect(surroundings.github.get(1).hints.pending).toBe(true);
    surroundings.github.get(1).hints = { pending: false, exempt: false };
    await expect(approveAs(world, issue, made, 'U3')).rejects.toMatchObject({ code: 'trail-broken' });
    expect(surroundings.github.get(1).hints.pending).toBe(true);
  });

  test.each(['runbook', 'strict'] as const)(
    'breaks the trail after the start (%s): nothing is begun, and that is told once',
    async (kind) => {
      const { surroundings, issue, world, comments, made } = await started(kind);
      const start = startOf(surroundings);
      comments.push({ id: 9_000, createdAt: surroundings.clock.now(), body: comments.at(-1)?.body ?? '' });
      // A copy breaks nothing; an envelope that is there in an edited form only does.
      edit(comments, 0);
      const watch = createWatch(world);
      await watch.follow(issue, start);
      await settleDown(world, watch);
      await watch.follow(issue, start);
      expect(surroundings.aws.executions).toEqual([]);
      expect(surroundings.aws.writes).toEqual([]);
      expect(surroundings.trailOf(1).trail).toMatchObject({ state: 'broken', reason: 'edited' });
      const { notices } = surroundings.slack.get(made.requested.data.card.ts);
      const unrecorded = notices.filter(({ key }) => key === 'unrecorded');
      expect(unrecorded.map(({ events }) => events.map(({ type }) => type))).toEqual([
        ['finished', 'verified'],
      ]);
      const unsealed = comments.filter(({ body }) => body.includes('is not sealed'));
      expect(unsealed.map(({ body }) => body)).toEqual([unrecorded[0]?.readable]);
      expect(unsealed[0]?.body).toContain('no longer shows this start, so this is not sealed.');
      expect(unsealed[0]?.body).toContain('nothing was run');
    },
  );

  test.each(['runbook', 'strict'] as const)(
    'adds an envelope after a gap (%s): the start before it is reported, not begun',
    async (kind) => {
      const { surroundings, comments, made } = await started(kind);
      const other = await started(kind);
      await other.world.clock.sleep(1);
      await run(other.surroundings);
      const outcome = other.comments.at(-1);
      if (outcome) comments.push({ ...outcome, id: 9_000 }, { ...outcome, id: 9_001 });
      // The other trail has the same subject and key, but another history: a wrong predecessor.
      await run(surroundings);
      await run(surroundings);
      expect(surroundings.trailOf(1).trail).toMatchObject({ state: 'broken', reason: 'wrong predecessor' });
      expect(surroundings.aws.executions).toEqual([]);
      expect(surroundings.aws.writes).toEqual([]);
      const card = surroundings.slack.get(made.requested.data.card.ts);
      expect(card.notices.filter(({ key }) => key === 'unrecorded')).toHaveLength(1);
      const [unsealed, ...rest] = comments.filter(({ body }) => body.includes('is not sealed'));
      expect(unsealed?.body).toContain('nothing was run');
      expect(rest).toEqual([]);
    },
  );

  test('breaks the trail while the runbook runs: it is verified and reported all the same', async () => {
    const { surroundings, issue, world, comments, made } = await started('runbook');
    const watch = createWatch(world);
    await watch.follow(issue);
    const other = await started('strict');
    await run(other.surroundings);
    const outcome = other.comments.at(-1);
    if (outcome) comments.push({ ...outcome, id: 9_000 });
    await settleDown(world, watch);
    const [unrecorded] = surroundings.slack
      .get(made.requested.data.card.ts)
      .notices.filter(({ key }) => key === 'unrecorded');
    expect(unrecorded?.events.map(({ type }) => type)).toEqual(['finished', 'verified']);
    expect(unrecorded?.events.at(-1)?.data).toMatchObject({ result: 'resolved', asPredicted: true });
    expect(surroundings.github.get(1).issue.state).toBe('open');
  });

  test('deletes the start: approved again it finds its execution, and none is made twice', async () => {
    const { surroundings, issue, world, made, comments } = await started('runbook');
    await createWatch(world).follow(issue);
    comments.pop();
    expect(surroundings.trailOf(1).state.open?.status).toBe('pending');
    await approveAll(world, issue, made, 'U2');
    await run(surroundings);
    expect(surroundings.aws.executions).toHaveLength(1);
    expect(surroundings.trailOf(1).state.lastOutcome?.data.result).toBe('resolved');
  });

  test('deletes the denial that was first: the start that came too late is not carried out', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, { kind: 'runbook' });
    const { github, slack } = surroundings;
    // Approved in another process at the same moment, and written a little later.
    const other = surroundings.boot(1);
    const [gate, written] = [Promise.withResolvers<void>(), github.append.bind(github)];
    const late = {
      list: github.list.bind(github),
      append: async (number: number, body: string) => {
        await gate.promise;
        await written(number, body);
      },
    };
    const approval = approveAs({ ...other, comments: late }, issue, made, 'U1');
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    await deny(world, { issue: 1, requestId: made.id, denier: person('U2'), reason: 'no' });
    gate.resolve();
    await approval;
    expect(surroundings.eventsOf(1)).toEqual(['requested', 'denied']);
    github.get(1).comments.splice(1, 1);
    github.change(1, {});
    expect(surroundings.trailOf(1).state.open?.status).toBe('started');
    await run(surroundings);
    expect(surroundings.aws.executions).toEqual([]);
    expect(surroundings.trailOf(1).trail.events.at(-2)?.data).toMatchObject({
      ended: 'not started',
      error: expect.stringContaining('The trail was cut'),
    });
    const told = slack
      .get(made.requested.data.card.ts)
      .notices.filter(({ readable }) => readable.includes('The trail was cut'));
    expect(told).toHaveLength(1);
  });

  test('deletes the outcome of an undo: it is not done again', async () => {
    const surroundings = new Surroundings((text) => `${text}  undo: {approvers: [S0SECURITY]}\n`);
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, { kind: 'strict' });
    await approveAll(world, issue, made, 'U1', 'U2');
    await run(surroundings);
    const undo = await requestOf(world, issue, { kind: 'undo' });
    await approveAll(world, issue, undo, 'U1');
    await run(surroundings);
    expect(surroundings.aws.statusOf(userId)).toEqual({ [keyId]: 'Active' });
    surroundings.aws.changeKey(userId, keyId, { status: 'Inactive' });
    surroundings.github.get(1).comments.pop();
    surroundings.github.change(1, {});
    await run(surroundings);
    expect(surroundings.aws.statusOf(userId)).toEqual({ [keyId]: 'Inactive' });
  });

  test("transplants another issue's comments: they mean nothing, and keep nobody from deciding", async () => {
    const { surroundings, comments } = await started('strict');
    const second = surroundings.addFinding(
      userSnapshot({ userId: 'AIDAOTHER', accessKeys: [accessKey({ id: 'AKIAOTHER' })] }),
    );
    surroundings.github.get(second.number).comments.push(...comments);
    surroundings.github.change(second.number, { comments: comments.length });
    await run(surroundings);
    expect(surroundings.aws.statusOf('AIDAOTHER')).toEqual({ AKIAOTHER: 'Active' });
    expect(surroundings.aws.statusOf(userId)).toEqual({ [keyId]: 'Inactive' });
    await requestOf(surroundings.boot(), second, { kind: 'strict' });
    expect(surroundings.eventsOf(second.number)).toEqual(['requested']);
  });

  test('changes the marker to another user: the trail is not about them', async () => {
    const { surroundings } = await started('strict');
    surroundings.aws.put(userSnapshot({ userId: 'AIDAOTHER', accessKeys: [accessKey({ id: 'AKIAOTHER' })] }));
    surroundings.github.change(1, { finding: { accountId: '123456789012', userId: 'AIDAOTHER' } });
    await run(surroundings);
    expect(surroundings.aws.writes).toEqual([]);
  });

  test.each(['runbook', 'strict'] as const)(
    'changes the marker to another account (%s) while AWS does not answer: it is gone on with in the account of the start',
    async (kind) => {
      const { surroundings, issue, world } = await started(kind);
      const asked: string[] = [];
      let isDown = true;
      const answering = async <Answer>(accountId: string, answer: () => Promise<Answer>) => {
        asked.push(accountId);
        if (isDown) throw new KeyturnError('aws-unreachable', 'AWS got no answer.');
        return answer();
      };
      const { users, runbooks } = world;
      const watch = createWatch({
        ...world,
        users: {
          readUser: (finding, hint) => answering(finding.accountId, () => users.readUser(finding, hint)),
          setKeyStatus: users.setKeyStatus.bind(users),
        },
        runbooks: {
          describeDocument: runbooks.describeDocument.bind(runbooks),
          start: (place, start) => answering(place.accountId, () => runbooks.start(place, start)),
          findByTag: (place, tag) => answering(place.accountId, () => runbooks.findByTag(place, tag)),
          listSince: runbooks.listSince.bind(runbooks),
        },
      });
      await watch.follow(issue, startOf(surroundings));
      surroundings.github.change(1, { finding: { ...issue.finding, accountId: '999988887777' } });
      await settleDown(world, watch);
      isDown = false;
      await settleDown(world, watch);
      expect(new Set(asked)).toEqual(new Set([issue.finding.accountId]));
      expect(surroundings.aws.statusOf(userId)).toEqual({ [keyId]: 'Inactive' });
      surroundings.github.change(1, { finding: issue.finding });
      expect(surroundings.eventsOf(1).slice(-2)).toEqual(['finished', 'verified']);
    },
  );
});

test('a public key that is none makes nobody believed', async () => {
  const { surroundings } = await started('strict');
  surroundings.policy.trail.publicKeys.unshift('garbage');
  await run(surroundings);
  expect(surroundings.aws.statusOf(userId)).toEqual({ [keyId]: 'Inactive' });
});

test('anybody who may comment pastes what they like: nothing changes', async () => {
  const { surroundings, comments } = await started('strict');
  const first = comments[0]?.body ?? '';
  const [, token = ''] = first.match(/keyturn:v1 ([\w.-]+)/) ?? [];
  const forged = [
    first,
    'hello <!-- keyturn:v1 AAAA.BBBB -->',
    `<!-- keyturn:v1 ${token.slice(0, -8)}AAAAAAAA -->`,
  ];
  forged.forEach((body, index) => {
    comments.push({ id: 9_000 + index, createdAt: surroundings.clock.now(), body });
  });
  await run(surroundings);
  expect(surroundings.trailOf(1).trail.state).toBe('intact');
  expect(surroundings.aws.statusOf(userId)).toEqual({ [keyId]: 'Inactive' });
});
