import { describe, expect, test } from '@jest/globals';
import { KeyturnError } from '../../shared/errors.ts';
import { usersAtOnce } from '../../shared/parallel.ts';
import { bot } from '../../shared/remediation/bot-actor.ts';
import { userRequestId } from '../../shared/remediation/bulk-reference.ts';
import { tagKeyOf } from '../../shared/remediation/client-token.ts';
import { approveBulk, denyBulk, stopBulk } from '../../shared/remediation/decide-bulk.ts';
import { request } from '../../shared/remediation/request.ts';
import { requestBulk } from '../../shared/remediation/request-bulk.ts';
import { maxBulkUsers } from '../../shared/trail/bounds.ts';
import type { TrailEvent } from '../../shared/trail/events.ts';
import { nextComment } from '../../shared/trail/next-envelope.ts';
import { readableText } from '../../shared/trail/readable.ts';
import {
  accountId,
  addIdle,
  approveBulkAs,
  bulkInput,
  bulkOf,
  bulkRequestId,
  bulkSurroundings,
  idleUser,
  loopsOf,
  startedBulk,
  turn,
} from '../fakes/remediation/bulk.ts';
import { approveAll, person, requestInput, requestOf } from '../fakes/remediation/people.ts';
import { accessKey, daysAgo, unrecorded } from '../fakes/user-snapshot.ts';

const whole = ['requested', 'approved', 'approved', 'started', 'finished', 'verified'];
const day = 24 * 3_600_000;
const refused = (code: string) => ({ kind: 'refused', error: { code } });

describe('a bulk request', () => {
  test('from request to end: one comment for the start of each user, one for the outcome', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 3);
    const world = surroundings.boot();
    const { issue, bulk } = await startedBulk(world);
    await turn(world, loopsOf(world));
    expect(surroundings.failures).toEqual([]);
    const found = surroundings.bulkOf(issue.number);
    const types = found.trail.events.map(({ type }) => type);
    expect(types).toEqual(['bulk-requested', 'approved', 'approved', 'bulk-started', 'bulk-finished']);
    expect(found.ignored).toEqual([]);
    expect(found.bulk).toMatchObject({
      status: 'finished',
      finished: { data: { counts: { asPredicted: 3, differs: 0, unrecorded: 0 }, notStarted: [] } },
    });
    for (const number of [1, 2, 3]) {
      expect(surroundings.eventsOf(number)).toEqual(whole);
      expect(surroundings.trailOf(number).state.ignored).toEqual([]);
      expect(surroundings.github.get(number).comments).toHaveLength(2);
      expect(surroundings.github.get(number)).toMatchObject({
        issue: { state: 'closed' },
        hints: { pending: false },
      });
    }
    expect(surroundings.github.getBulk(issue.number).issue.state).toBe('closed');
    const { notices, shown } = surroundings.slack.get(bulk.requested.data.card.ts);
    expect(notices.flatMap(({ about }) => about ?? []).sort()).toEqual([
      'idle-0001',
      'idle-0002',
      'idle-0003',
    ]);
    expect(notices.filter(({ about }) => about === undefined)).toHaveLength(3);
    expect(shown.at(0)).toBe('pending');
    expect(shown.at(-1)).toBe('finished');
  });

  test('names who is left out, and why', async () => {
    const surroundings = bulkSurroundings();
    const world = surroundings.boot();
    addIdle(surroundings, 1);
    const used = accessKey({ id: 'AKIAUSED', lastUsedAt: daysAgo(1) });
    surroundings.addFinding(idleUser(2, { accessKeys: [used] }));
    surroundings.addFinding(unrecorded(idleUser(3)));
    const open = surroundings.addFinding(idleUser(4));
    await requestOf(world, open, { kind: 'strict' });
    const broken = surroundings.addFinding(idleUser(5));
    const exempt = surroundings.addFinding(idleUser(6));
    const wish = { kind: 'exempt', keyIds: ['AKIAIDLE0006'], until: daysAgo(-30) } as const;
    await approveAll(world, exempt, await requestOf(world, exempt, wish), 'U1', 'U2');
    const gone = surroundings.addFinding(idleUser(7));
    surroundings.aws.users.delete(gone.finding.userId);
    surroundings.addFinding(idleUser(8));
    surroundings.github.open({ accountId, userId: idleUser(8).userId }, { userName: 'idle-0008' });
    surroundings.addFinding(
      idleUser(10, {
        accessKeys: [
          accessKey({ id: 'AKIASOON', createdAt: daysAgo(90 - 0.01) }),
          accessKey({ id: 'AKIAOLD' }),
        ],
      }),
    );
    const rotated = accessKey({ id: 'AKIAROTATED', createdAt: daysAgo(2), lastUsedAt: daysAgo(1) });
    surroundings.addFinding(idleUser(9, { accessKeys: [rotated], loginProfileCreatedAt: daysAgo(300) }));
    const closed = surroundings.addFinding(idleUser(11));
    surroundings.github.change(closed.number, { state: 'closed' });
    surroundings.addFinding(idleUser(12, { accountId: '999988887777' }));
    const labelled = surroundings.addFinding(idleUser(13));
    surroundings.github.change(labelled.number, { labels: ['keyturn', 'keyturn:broken'] });
    const strict = await requestOf(world, broken, { kind: 'strict' });
    expect(strict.status).toBe('pending');
    const [comment] = surroundings.github.get(broken.number).comments;
    if (comment) surroundings.github.get(broken.number).comments = [{ ...comment, body: `x${comment.body}` }];
    const readUser = world.users.readUser.bind(world.users);
    surroundings.addFinding(idleUser(14));
    const users = {
      setKeyStatus: world.users.setKeyStatus.bind(world.users),
      readUser: async (finding: Parameters<typeof readUser>[0], hint: string | undefined) => {
        if (finding.userId === idleUser(14).userId) throw new KeyturnError('aws-throttled', 'AWS is busy.');
        return readUser(finding, hint);
      },
    };
    const { issue, bulk } = await bulkOf({ ...world, users });
    expect(bulk.requested.data.plan.users).toMatchObject([{ userName: 'idle-0001', issue: 1, keys: 1 }]);
    expect(bulk.requested.data.leftOut).toBe(11);
    const { text, title } = surroundings.github.getBulk(issue.number);
    expect(title).toBe('Bulk remediation: 1 users in account 123456789012');
    for (const why of [
      '`idle-0002` #2: `the runbook would change nothing`',
      'AWS Config does not record idle-0003',
      '`idle-0004` #4: `another request is pending`',
      '`idle-0005` #5: `the trail of the issue is broken`',
      '`idle-0006` #6: `a key of the user is exempt`',
      '`idle-0007` #7: `IAM has no such user any more.`',
      '`idle-0008` #8: `several issues are about this user`',
      '`idle-0008` #9: `several issues are about this user`',
      '`idle-0009` #11: `no Active key of the user is over age any more, or they are exempt`',
      'becomes another one by itself at 2026-11-22 12:14 UTC',
      'AWS is busy.',
    ]) {
      expect(text).toContain(why);
    }
    for (const nobody of ['idle-0011', 'idle-0012', 'idle-0013']) expect(text).not.toContain(nobody);
  });

  test('an unforeseen error is none that leaves somebody out', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    const world = surroundings.boot();
    const users = {
      ...world.users,
      readUser: () => Promise.reject(new TypeError('a bug')),
      setKeyStatus: async () => undefined,
    };
    await expect(bulkOf({ ...world, users })).rejects.toThrow('a bug');
  });

  test('deletes passwords, of users without a key to deactivate too', async () => {
    const surroundings = bulkSurroundings(1);
    surroundings.addFinding(
      idleUser(1, {
        accessKeys: [accessKey({ lastUsedAt: daysAgo(1) })],
        loginProfileCreatedAt: daysAgo(300),
      }),
    );
    const world = surroundings.boot();
    const { issue, bulk } = await startedBulk(world);
    expect(bulk.requested.data.plan.users).toMatchObject([{ keys: 0, deletesLoginProfile: true }]);
    await turn(world, loopsOf(world));
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      status: 'finished',
      finished: { data: { counts: { asPredicted: 1 } } },
    });
    expect(surroundings.aws.users.get(idleUser(1).userId)?.loginProfileCreatedAt).toBeUndefined();
    // It counts for the next one.
    surroundings.addFinding(idleUser(2));
    const next = bulkInput({ requestId: '33333333-3333-4333-8333-333333333333' });
    expect(await requestBulk(world, next)).toMatchObject(refused('bulk-over-limit'));
  });

  test.each([
    ['when it is asked for', 0],
    ['when it is approved', 1],
    ['when its users are begun', 2],
  ])('a daily limit of 0 holds passwords, too: %s', async (_, approvals) => {
    const surroundings = bulkSurroundings(approvals === 0 ? 0 : 1);
    const used = [accessKey({ lastUsedAt: daysAgo(1) })];
    surroundings.addFinding(idleUser(1, { accessKeys: used, loginProfileCreatedAt: daysAgo(300) }));
    const world = surroundings.boot();
    const { policy } = surroundings;
    const brake = () => {
      surroundings.policy = { ...policy, limits: { ...policy.limits, keysDeactivatedPerDay: 0 } };
    };
    if (approvals === 0) {
      expect(await requestBulk(world, bulkInput())).toMatchObject(refused('bulk-over-limit'));
      return;
    }
    const made = await bulkOf(world);
    await approveBulkAs(world, made, 'U1');
    if (approvals === 1) brake();
    const last = await approveBulkAs(world, made, 'U2');
    if (approvals === 1) expect(last).toMatchObject(refused('bulk-over-limit'));
    brake();
    await turn(world, loopsOf(world), 4);
    expect(surroundings.aws.executions).toEqual([]);
  });

  test('nobody to remediate is said so, with the reasons', async () => {
    const surroundings = bulkSurroundings();
    const world = surroundings.boot();
    expect(await requestBulk(world, bulkInput())).toMatchObject({
      ...refused('nothing-to-do'),
      error: {
        fact: 'None of 0 users with an open issue in account 123456789012 can be remediated in bulk.',
      },
    });
    surroundings.addFinding(unrecorded(idleUser(1)));
    expect(await requestBulk(world, bulkInput())).toMatchObject({
      error: { fact: expect.stringContaining('(1: AWS Config does not record idle-0001') },
    });
    expect(surroundings.github.bulks.size).toBe(0);
  });

  test('more keys than the policy still allows today are refused beforehand, with the numbers', async () => {
    const surroundings = bulkSurroundings(3);
    addIdle(surroundings, 4);
    const world = surroundings.boot();
    expect(await requestBulk(world, bulkInput())).toMatchObject({
      ...refused('bulk-over-limit'),
      error: {
        fact: 'The bulk request would deactivate or delete 4 keys and passwords; 0 were within 24 hours or are about to be, and the policy allows 3.',
      },
    });
    expect(surroundings.slack.cards.size).toBe(0);
    expect(surroundings.github.bulks.size).toBe(0);
  });

  test('as many users as fit; the rest is left to the next one', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, maxBulkUsers + 2);
    surroundings.github.change(maxBulkUsers + 2, { oldestKeyAt: daysAgo(900) });
    const { issue, bulk } = await bulkOf(surroundings.boot());
    const { users } = bulk.requested.data.plan;
    expect(users).toHaveLength(maxBulkUsers);
    expect(users[0]?.issue).toBe(maxBulkUsers + 2);
    expect(bulk.requested.data.leftOut).toBe(2);
    expect(surroundings.github.getBulk(issue.number).text).toContain("it is the next one's turn");
  });

  test('looks at no more users than it takes to fill it', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, maxBulkUsers + 100);
    const world = surroundings.boot();
    let reads = 0;
    const users = {
      setKeyStatus: world.users.setKeyStatus.bind(world.users),
      readUser: async (...[finding, hint]: Parameters<typeof world.users.readUser>) => {
        reads += 1;
        return world.users.readUser(finding, hint);
      },
    };
    const { bulk } = await bulkOf({ ...world, users });
    expect(bulk.requested.data.plan.users).toHaveLength(maxBulkUsers);
    expect(bulk.requested.data.leftOut).toBe(100);
    expect(reads).toBeLessThan(maxBulkUsers + usersAtOnce);
  });

  test('one whose plan is soon another one does not hurry the approvers of all', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    const soon = accessKey({ id: 'AKIASOON', createdAt: daysAgo(90 - 5 / 24) });
    surroundings.addFinding(idleUser(2, { accessKeys: [soon, accessKey({ id: 'AKIAOLD' })] }));
    const world = surroundings.boot();
    const { bulk, issue } = await bulkOf(world);
    expect(bulk.expiresAt.getTime() - world.clock.now().getTime()).toBe(day);
    expect(bulk.requested.data.plan.users.map(({ userName }) => userName)).toEqual(['idle-0001']);
    expect(surroundings.github.getBulk(issue.number).text).toContain(
      '`idle-0002` #2: `too soon, at 2026-11-22 17:00 UTC, the plan becomes another one by itself`',
    );
  });

  test('one at a time in an account; a repeated delivery is the same one', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 2);
    const world = surroundings.boot();
    const made = await bulkOf(world);
    expect((await bulkOf(surroundings.boot())).issue.number).toBe(made.issue.number);
    const other = { requestId: '33333333-3333-4333-8333-333333333333' };
    expect(await requestBulk(world, bulkInput(other))).toMatchObject(refused('bulk-open'));
    const denied = await denyBulk(world, {
      issue: made.issue.number,
      requestId: bulkRequestId,
      person: person('U1'),
      reason: 'no',
    });
    expect(denied).toMatchObject({ kind: 'decided', bulk: { status: 'denied' } });
    await turn(world, loopsOf(world), 2);
    expect(surroundings.github.getBulk(made.issue.number).issue.state).toBe('closed');
    expect((await bulkOf(world, other)).issue.number).not.toBe(made.issue.number);
    expect(surroundings.slack.cards.size).toBe(2);
  });

  test('rights to request are those of any request', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    expect(await requestBulk(surroundings.boot(), bulkInput({ requester: person('UGUEST') }))).toMatchObject(
      refused('member-restricted'),
    );
  });

  test('expires, and its issue is closed', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    const world = surroundings.boot();
    const made = await bulkOf(world);
    const loops = loopsOf(world);
    await turn(world, loops, 2);
    expect(surroundings.github.getBulk(made.issue.number).issue.state).toBe('open');
    surroundings.clock.advance(day);
    expect(await approveBulkAs(world, made, 'U1')).toMatchObject(refused('request-over'));
    await turn(world, loops, 2);
    expect(surroundings.github.getBulk(made.issue.number).issue.state).toBe('closed');
    expect(surroundings.slack.get('1000.000100').shown.at(-1)).toBe('expired');
  });
});

test('a card that could not be drawn at the end is drawn when Slack answers again', async () => {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, 1);
  const world = surroundings.boot();
  const { issue, bulk } = await startedBulk(world);
  let isDown = true;
  const { bulkBoard } = world;
  const show: typeof bulkBoard.show = async (card, view, about) => {
    const isOver = view !== 'withdrawn' && view.bulk.status === 'finished';
    if (isDown && isOver) throw new KeyturnError('slack-unreachable', 'Nobody answers.');
    return bulkBoard.show(card, view, about);
  };
  const troubled = { ...world, bulkBoard: Object.assign(Object.create(bulkBoard), { show }) };
  const loops = loopsOf(troubled);
  await turn(troubled, loops);
  const { shown } = surroundings.slack.get(bulk.requested.data.card.ts);
  expect(surroundings.github.getBulk(issue.number).issue.state).toBe('closed');
  expect(shown.at(-1)).toBe('started');
  isDown = false;
  surroundings.clock.advance(15 * 60_000);
  await turn(troubled, loops);
  expect(shown.at(-1)).toBe('finished');
});

describe('deciding', () => {
  async function pending(keysPerDay?: number) {
    const surroundings = bulkSurroundings(keysPerDay);
    addIdle(surroundings, 2);
    const world = surroundings.boot();
    return { surroundings, world, made: await bulkOf(world) };
  }

  test('the requester, strangers and those who did before may not approve; another digest is another plan', async () => {
    const { world, made } = await pending();
    expect(await approveBulkAs(world, made, 'U9')).toMatchObject(refused('approval-own-request'));
    expect(await approveBulkAs(world, made, 'U8')).toMatchObject(refused('approval-not-entitled'));
    expect(await approveBulkAs(world, made, 'UGUEST')).toMatchObject(refused('member-restricted'));
    expect(await approveBulkAs(world, made, 'U1')).toMatchObject({ kind: 'decided', bulk: { missing: 1 } });
    expect(await approveBulkAs(world, made, 'U1')).toMatchObject(refused('approval-twice'));
    const input = { issue: made.issue.number, requestId: bulkRequestId, person: person('U2') };
    const digest = 'ab'.repeat(32);
    expect(await approveBulk(world, { ...input, digest })).toMatchObject(refused('request-outdated'));
    const unknown = { ...input, requestId: '33333333-3333-4333-8333-333333333333' };
    expect(await approveBulk(world, { ...unknown, digest })).toMatchObject(refused('request-unknown'));
    expect(await stopBulk(world, unknown)).toMatchObject(refused('request-unknown'));
    expect(await stopBulk(world, input)).toMatchObject(refused('request-over'));
    expect(await denyBulk(world, { ...input, person: person('U8'), reason: '' })).toMatchObject(
      refused('deny-not-entitled'),
    );
    expect(await denyBulk(world, { ...unknown, reason: '' })).toMatchObject(refused('request-unknown'));
  });

  test('what the runbook is now is not what was approved: void', async () => {
    const { surroundings, world, made } = await pending();
    await approveBulkAs(world, made, 'U1');
    surroundings.aws.document = { ...surroundings.aws.document, hash: 'b'.repeat(64) };
    expect(await approveBulkAs(world, made, 'U2')).toMatchObject({ bulk: { status: 'voided' } });
    await turn(world, loopsOf(world), 2);
    expect(surroundings.aws.executions).toEqual([]);
    expect(surroundings.github.getBulk(made.issue.number).issue.state).toBe('closed');
  });

  test('the daily limit is asked again at the last approval, and counts what others did', async () => {
    const { surroundings, world, made } = await pending(2);
    await approveBulkAs(world, made, 'U1');
    const other = surroundings.addFinding(idleUser(9));
    await approveAll(world, other, await requestOf(world, other, { kind: 'runbook' }), 'U1');
    expect(await approveBulkAs(world, made, 'U2')).toMatchObject(refused('bulk-over-limit'));
  });

  test('what is about to be deactivated counts for everybody else', async () => {
    const { surroundings, world, made } = await pending(2);
    await approveBulkAs(world, made, 'U1');
    await approveBulkAs(world, made, 'U2');
    const other = surroundings.addFinding(idleUser(9));
    const one = await requestOf(world, other, { kind: 'runbook' });
    await expect(approveAll(world, other, one, 'U1')).rejects.toMatchObject({ code: 'daily-limit' });
    await turn(world, loopsOf(world));
    await expect(approveAll(world, other, one, 'U1')).rejects.toMatchObject({ code: 'daily-limit' });
  });

  test('a denial that is sealed too late means nothing, and whoever denied is told so', async () => {
    const { surroundings, world, made } = await pending();
    surroundings.clock.advance(made.bulk.expiresAt.getTime() - world.clock.now().getTime() - 1_000);
    const directory = {
      readMembers: async (ids: readonly string[]) => {
        surroundings.clock.advance(2_000);
        return world.directory.readMembers(ids);
      },
      isFullMember: async () => true,
    };
    const denial = {
      issue: made.issue.number,
      requestId: bulkRequestId,
      person: person('U1'),
      reason: 'no',
    };
    expect(await denyBulk({ ...world, directory }, denial)).toMatchObject(refused('request-over'));
    expect(surroundings.bulkOf(made.issue.number).bulk?.status).toBe('expired');
  });

  test('an approval that is sealed too late means nothing', async () => {
    const { surroundings, world, made } = await pending();
    surroundings.clock.advance(made.bulk.expiresAt.getTime() - world.clock.now().getTime() - 1_000);
    surroundings.github.beforeAppend = () => surroundings.clock.advance(0);
    const directory = {
      readMembers: async (ids: readonly string[]) => {
        surroundings.clock.advance(2_000);
        return world.directory.readMembers(ids);
      },
      isFullMember: async () => true,
    };
    expect(await approveBulkAs({ ...world, directory }, made, 'U1')).toMatchObject(refused('request-over'));
  });

  test('a quorum that completes while the request expires starts nothing, and nothing says that it did', async () => {
    const { surroundings, world, made } = await pending();
    await approveBulkAs(world, made, 'U1');
    surroundings.clock.advance(made.bulk.expiresAt.getTime() - world.clock.now().getTime() - 1_000);
    const runbooks = new Proxy(world.runbooks, {
      get: (target, name) => {
        if (name === 'describeDocument') surroundings.clock.advance(2_000);
        return Reflect.get(target, name).bind(target);
      },
    });
    expect(await approveBulkAs({ ...world, runbooks }, made, 'U2')).toMatchObject(refused('request-over'));
    const page = surroundings.github.getBulk(made.issue.number);
    expect(page.comments.map(({ body }) => body).join('')).not.toContain('**Started**');
  });

  test('what was sealed too late is not told in the thread: it would read as if it had started', async () => {
    const { surroundings, world, made } = await pending();
    await approveBulkAs(world, made, 'U1');
    surroundings.clock.advance(made.bulk.expiresAt.getTime() - world.clock.now().getTime());
    const { number } = made.issue;
    const { trail, subject } = surroundings.bulkOf(number);
    if (trail.state === 'broken') throw new Error('broken');
    const { id: requestId, requested } = made.bulk;
    const { digest } = requested.data;
    const events: TrailEvent[] = [
      { type: 'approved', actor: person('U2'), requestId, data: { digest } },
      { type: 'bulk-started', actor: bot, requestId, data: {} },
    ];
    const late = { events, readable: readableText(events), now: surroundings.clock.now() };
    await world.comments.append(number, nextComment(trail, subject, late, world.trailKey).body);
    expect(surroundings.bulkOf(number).ignored).toHaveLength(2);
    await turn(world, loopsOf(world), 2);
    const { notices, shown } = surroundings.slack.get(requested.data.card.ts);
    expect(notices.flatMap(({ events: told }) => told.map(({ type }) => type))).toEqual(['approved']);
    expect(notices.map(({ readable }) => readable).join('')).not.toContain('Started');
    expect(shown.at(-1)).toBe('expired');
    expect(surroundings.aws.executions).toEqual([]);
  });

  test('a recording that fails takes the card back', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    surroundings.github.swallows = true;
    await expect(bulkOf(surroundings.boot())).rejects.toMatchObject({ code: 'record-unconfirmed' });
    expect(surroundings.slack.get('1000.000100').shown).toEqual(['withdrawn']);
    surroundings.github.swallows = false;
    const world = surroundings.boot();
    const loops = loopsOf(world);
    await turn(world, loops, 2);
    expect(surroundings.github.getBulk(1_000).issue.state).toBe('open');
    surroundings.clock.advance(3_600_000);
    await turn(world, loops, 2);
    expect(surroundings.github.getBulk(1_000).issue.state).toBe('closed');
  });
});

describe('each user, when their turn comes', () => {
  test('is left alone when their plan is another one, their issue another, or another request open', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 8);
    const world = surroundings.boot();
    const { issue } = await startedBulk(world);
    surroundings.aws.changeKey(idleUser(1).userId, 'AKIAIDLE0001', { lastUsedAt: daysAgo(1) });
    surroundings.aws.change(idleUser(2).userId, { accessKeys: [accessKey({ id: 'AKIANEW' })] });
    surroundings.github.change(3, { finding: { accountId, userId: 'AIDAOTHER' } });
    await requestOf(world, surroundings.github.get(4).issue, { kind: 'strict' });
    surroundings.github.open({ accountId, userId: idleUser(5).userId });
    surroundings.github.change(6, { labels: ['keyturn', 'keyturn:broken'] });
    surroundings.github.open({ accountId, userId: idleUser(6).userId });
    surroundings.github.change(7, { labels: ['keyturn', 'keyturn:broken'] });
    await turn(world, loopsOf(world));
    const { bulk } = surroundings.bulkOf(issue.number);
    if (bulk?.status !== 'finished') throw new Error(`it is ${bulk?.status}`);
    expect(bulk.finished.data.counts).toEqual({ asPredicted: 1, differs: 0, unrecorded: 0 });
    expect(bulk.finished.data.notStarted.map(({ why }) => why)).toEqual([
      'the runbook would change nothing',
      'what would be done now is not what was approved',
      'issue #3 is about somebody else now',
      'another request is pending',
      'Several issues are about this user: #5 and #9.',
      'the finding has another issue now, #10',
      'There is no issue for this user.',
    ]);
    expect(surroundings.aws.executions).toHaveLength(1);
  });

  test('waits for its turn among the starts of the account', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 12);
    const world = surroundings.boot();
    await startedBulk(world);
    const turns: string[] = [];
    const startPacer = {
      turn: async (name: string) => {
        turns.push(`${name}: ${surroundings.aws.executions.length <= turns.length}`);
      },
    };
    const paced = { ...world, startPacer };
    await turn(paced, loopsOf(paced));
    expect(surroundings.aws.executions).toHaveLength(12);
    expect(turns).toEqual(Array(12).fill(`${accountId} us-east-1: true`));
  });

  test('waits for room under GitHub’s limit, and the card says until when', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 5);
    const world = surroundings.boot();
    const { bulk } = await startedBulk(world);
    const loops = loopsOf(world, 5);
    await turn(world, loops, 10);
    expect(surroundings.aws.executions).toHaveLength(2);
    const { views } = surroundings.slack.get(bulk.requested.data.card.ts);
    const startedAt = surroundings.trailOf(1).state.lastOutcome?.at.getTime() ?? 0;
    const { progress } = views.at(-1) ?? {};
    expect(progress).toMatchObject({ waiting: 3, asPredicted: 2, running: 0 });
    expect(Math.abs((progress?.nextAt?.getTime() ?? 0) - startedAt - 3_600_000)).toBeLessThan(10 * 60_000);
    await turn(world, loops, 130);
    expect(surroundings.aws.executions).toHaveLength(4);
    await turn(surroundings.boot(), loopsOf(surroundings.boot(), 5), 150);
    expect(surroundings.aws.executions).toHaveLength(5);
    expect(surroundings.failures).toEqual([]);
  });

  test('waits in the next process, too, for what other bulk requests have spent', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 2);
    const elsewhere = '999988887777';
    for (const n of [11, 12, 13]) surroundings.addFinding(idleUser(n, { accountId: elsewhere }));
    const world = surroundings.boot();
    const first = await bulkOf(world);
    const requestId = bulkRequestId.replaceAll('2', '4');
    await startedBulk(world, { accountId: elsewhere, requestId });
    await turn(world, loopsOf(world, 6), 20);
    expect(surroundings.aws.executions).toHaveLength(3);
    for (const who of ['U1', 'U2']) await approveBulkAs(world, first, who);
    const other = surroundings.boot();
    await turn(other, loopsOf(other, 6), 3);
    expect(surroundings.aws.executions).toHaveLength(3);
    await turn(other, loopsOf(other, 6), 130);
    expect(surroundings.aws.executions).toHaveLength(5);
  });

  test('is not begun a day after the start: then it is reported as not started', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 2);
    const world = surroundings.boot();
    const { issue } = await startedBulk(world);
    surroundings.clock.advance(day);
    await turn(world, loopsOf(world));
    expect(surroundings.aws.executions).toEqual([]);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: { data: { notStarted: [{ why: expect.stringContaining('24 hours ago') }, {}] } },
    });
  });

  test('is not begun while the policy allows fewer keys than were approved', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 2);
    const world = surroundings.boot();
    const { bulk } = await startedBulk(world);
    const allowed = surroundings.policy;
    surroundings.policy = { ...allowed, limits: { ...allowed.limits, keysDeactivatedPerDay: 0 } };
    const loops = loopsOf(world);
    await turn(world, loops, 4);
    expect(surroundings.aws.executions).toEqual([]);
    const { views } = surroundings.slack.get(bulk.requested.data.card.ts);
    expect(views.at(-1)?.progress?.held).toContain('The policy allows 0 keys and passwords a day now');
    surroundings.policy = allowed;
    await turn(world, loops);
    expect(surroundings.aws.executions).toHaveLength(2);
  });

  test.each(['the account', 'a user'])(
    'the card says what is wrong while AWS does not answer for %s',
    async (what) => {
      const surroundings = bulkSurroundings();
      addIdle(surroundings, 2);
      const world = surroundings.boot();
      const { bulk } = await startedBulk(world);
      let isDown = true;
      const down = new KeyturnError('aws-throttled', 'AWS is busy.');
      const rules = {
        readRule: async (account: string) => {
          if (isDown && what === 'the account') throw down;
          return world.rules.readRule(account);
        },
      };
      const users = {
        setKeyStatus: world.users.setKeyStatus.bind(world.users),
        readUser: async (...[finding, hint]: Parameters<typeof world.users.readUser>) => {
          if (isDown && what === 'a user') throw down;
          return world.users.readUser(finding, hint);
        },
      };
      const troubled = { ...world, rules: Object.assign(Object.create(world.rules), rules), users };
      const loops = loopsOf(troubled);
      await turn(troubled, loops, 4);
      const { views } = surroundings.slack.get(bulk.requested.data.card.ts);
      expect(views.at(-1)?.progress).toMatchObject({ held: 'AWS is busy.', waiting: 2 });
      isDown = false;
      await turn(troubled, loops);
      expect(surroundings.aws.executions).toHaveLength(2);
      expect(views.at(-1)?.progress?.held).toBeUndefined();
    },
  );

  test('trouble with one user is told once, with their name, whatever becomes of the others', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 6);
    const world = surroundings.boot();
    const { bulk } = await startedBulk(world);
    const [first] = bulk.requested.data.plan.users;
    const troubledTag = tagKeyOf(userRequestId(bulk.id, first?.userId ?? ''));
    const runbooks: typeof world.runbooks = Object.assign(Object.create(world.runbooks), {
      findByTag: async (...[place, tag]: Parameters<typeof world.runbooks.findByTag>) => {
        if (tag === troubledTag) throw new KeyturnError('aws-throttled', 'AWS is busy.');
        return world.runbooks.findByTag(place, tag);
      },
    });
    const troubled = { ...world, runbooks };
    surroundings.aws.runTime = 20 * 60_000;
    const { bulks, watch } = loopsOf(troubled, 6);
    for (let minute = 0; minute < 120; minute += 1) {
      await bulks.tick();
      await watch.tick();
      surroundings.clock.advance(60_000);
    }
    const { notices } = surroundings.slack.get(bulk.requested.data.card.ts);
    const told = notices.filter(({ key }) => /trouble|recovered/.test(key));
    expect(told).toMatchObject([{ key: '#1 trouble-1', about: 'idle-0001' }]);
  });

  test('whoever has an undo can have it: the keys are those of an ordinary request', async () => {
    const surroundings = bulkSurroundings();
    const [first] = addIdle(surroundings, 1);
    const world = surroundings.boot();
    await startedBulk(world);
    await turn(world, loopsOf(world));
    if (!first) throw new Error('nobody');
    expect(await request(world, requestInput(first, { kind: 'undo' }))).toMatchObject({
      request: { requested: { data: { plan: { reactivates: ['AKIAIDLE0001'] } } } },
    });
  });
});

describe('Stop', () => {
  test('by the requester or an approver: nobody is begun any more, and what runs is seen to its end', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 12);
    const world = surroundings.boot();
    const { issue } = await startedBulk(world);
    const loops = loopsOf(world);
    surroundings.aws.runTime = 60_000;
    await loops.bulks.tick();
    const begun = surroundings.aws.executions.length;
    expect(begun).toBe(8);
    const input = { issue: issue.number, requestId: bulkRequestId };
    expect(await stopBulk(world, { ...input, person: person('U8') })).toMatchObject(
      refused('deny-not-entitled'),
    );
    expect(await stopBulk(world, { ...input, person: person('U9') })).toMatchObject({
      bulk: { status: 'stopped' },
    });
    expect(await stopBulk(world, { ...input, person: person('U1') })).toMatchObject(refused('request-over'));
    const digest = 'ab'.repeat(32);
    expect(await approveBulk(world, { ...input, digest, person: person('U3') })).toMatchObject(
      refused('request-over'),
    );
    const next = { requestId: '33333333-3333-4333-8333-333333333333' };
    expect(await requestBulk(world, bulkInput(next))).toMatchObject(refused('bulk-open'));
    loops.bulks.follow(issue);
    await turn(world, loops);
    expect(surroundings.aws.executions).toHaveLength(begun);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      status: 'finished',
      stopped: { actor: { id: 'U9' } },
      finished: { data: { counts: { asPredicted: 8 } } },
    });
    expect(surroundings.github.getBulk(issue.number).issue.state).toBe('closed');
  });
});
