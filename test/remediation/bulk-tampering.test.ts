import { describe, expect, test } from '@jest/globals';
import { KeyturnError } from '../../shared/errors.ts';
import { referenceFault, startHashOf, userRequestId } from '../../shared/remediation/bulk-reference.ts';
import { denyBulk, stopBulk } from '../../shared/remediation/decide-bulk.ts';
import type { TrailIssue, World } from '../../shared/remediation/ports.ts';
import { requestBulk } from '../../shared/remediation/request-bulk.ts';
import type { TrailEvent } from '../../shared/trail/events.ts';
import { nextComment } from '../../shared/trail/next-envelope.ts';
import { readableText } from '../../shared/trail/readable.ts';
import type { Subject } from '../../shared/trail/subject.ts';
import {
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
import type { Surroundings } from '../fakes/remediation/fake-world.ts';
import { person } from '../fakes/remediation/people.ts';
import { accessKey, daysAgo } from '../fakes/user-snapshot.ts';

const minutes = 60_000;

/** A bulk request that is under way, and one user's comment with the start, as another process recorded it. */
async function begun(count = 2) {
  const surroundings = bulkSurroundings();
  addIdle(surroundings, count);
  const world = surroundings.boot();
  const { issue } = await startedBulk(world);
  surroundings.aws.refusal = 'not now';
  await loopsOf(world).bulks.tick();
  surroundings.aws.refusal = undefined;
  return { surroundings, issue };
}

async function goOn(surroundings: Surroundings): Promise<void> {
  surroundings.clock.advance(4 * minutes);
  const world = surroundings.boot();
  await turn(world, loopsOf(world), 10);
}

const errorOf = (surroundings: Surroundings, number: number) =>
  surroundings.trailOf(number).trail.events.find(({ type }) => type === 'finished')?.data;

/** Seals events at the end of the trail, as whoever has the bot's key could. */
function forge(surroundings: Surroundings, issue: number, edit: (event: TrailEvent) => TrailEvent): void {
  const { trail, subject } = surroundings.trailOf(issue);
  if (trail.state === 'broken') throw new Error('broken');
  const events = trail.events.map(({ at: _, seq: __, commentId: ___, shortHash: ____, ...event }) =>
    edit(event),
  );
  const now = surroundings.clock.now();
  const empty = { ...trail, envelopes: [] };
  const { body } = nextComment(
    empty,
    subject,
    { events, readable: readableText(events), now },
    surroundings.boot().trailKey,
  );
  surroundings.github.get(issue).comments = [{ id: 500, body, createdAt: now }];
  surroundings.github.change(issue, { comments: 1 });
}

/** The world in which an issue may be gone, or without its marker, when it is read. */
function reading(world: World, gone: (number: number) => void): World {
  const issues = {
    listSince: (since: Date) => world.issues.listSince(since),
    listFor: (finding: TrailIssue['finding']) => world.issues.listFor(finding),
    setHints: (number: number, hints: { pending: boolean; exempt: boolean }) =>
      world.issues.setHints(number, hints),
    close: (number: number) => world.issues.close(number),
    read: async (number: number) => {
      gone(number);
      return world.issues.read(number);
    },
  };
  return { ...world, issues };
}

type Reference = { readonly issue: number; readonly requestId: string; readonly approval: string };

function withReference(change: (reference: Reference) => Reference) {
  return (event: TrailEvent): TrailEvent => {
    if (event.type === 'requested' && event.data.bulk) {
      return { ...event, data: { ...event.data, bulk: change(event.data.bulk) } };
    }
    if (event.type === 'approved' && event.data.bulk) {
      return { ...event, data: { ...event.data, bulk: change(event.data.bulk) } };
    }
    return event;
  };
}

describe('a start whose bulk request does not hold it is never carried out, even with the bot’s own signature', () => {
  test.each([
    ['another envelope', withReference((one) => ({ ...one, approval: 'ab'.repeat(32) })), 'no such approval'],
    [
      'another request',
      withReference((one) => ({ ...one, requestId: bulkRequestId.replaceAll('2', '3') })),
      'no such approval',
    ],
    [
      'other approvers',
      (event: TrailEvent): TrailEvent =>
        event.type === 'approved' && event.actor.id === 'U2' ? { ...event, actor: person('U3') } : event,
      'other people approved',
    ],
  ])('%s', async (_, edit, why) => {
    const { surroundings } = await begun();
    forge(surroundings, 1, edit);
    await goOn(surroundings);
    expect(errorOf(surroundings, 1)).toMatchObject({
      ended: 'not started',
      error: expect.stringContaining(why),
    });
    expect(surroundings.aws.executions).toHaveLength(1);
    expect(Object.values(surroundings.aws.statusOf(idleUser(1).userId))).toEqual(['Active']);
  });

  test('the bulk request of an issue that is none', async () => {
    const { surroundings } = await begun(1);
    forge(
      surroundings,
      1,
      withReference((one) => ({ ...one, issue: 77 })),
    );
    await goOn(surroundings);
    surroundings.clock.advance(60 * minutes);
    await goOn(surroundings);
    expect(surroundings.aws.executions).toEqual([]);
    expect(surroundings.aws.statusOf(idleUser(1).userId)).toEqual({ AKIAIDLE0001: 'Active' });
  });
});

describe('somebody who may write to the repository', () => {
  test('edits a comment of the bulk request: nobody is begun any more, and that is said', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 12);
    const world = surroundings.boot();
    const { issue, bulk } = await startedBulk(world);
    const loops = loopsOf(world);
    await loops.bulks.tick();
    const begunBefore = surroundings.aws.executions.length;
    const page = surroundings.github.getBulk(issue.number);
    page.comments = page.comments.map((comment, index) =>
      index === 1 ? { ...comment, body: `x ${comment.body}` } : comment,
    );
    await turn(world, loops, 10);
    await turn(surroundings.boot(), loopsOf(surroundings.boot()), 3);
    expect(surroundings.aws.executions).toHaveLength(begunBefore);
    const { notices, views } = surroundings.slack.get(bulk.requested.data.card.ts);
    const told = notices.filter(({ key }) => key === 'broken');
    expect(told.map(({ readable }) => readable)).toEqual([
      expect.stringContaining('Nobody is begun while that is so.'),
    ]);
    expect(views.at(-1)?.progress?.held).toContain('is broken');
    await expect(approveBulkAs(world, { issue, bulk }, 'U3')).rejects.toMatchObject({
      code: 'bulk-trail-broken',
    });
    await expect(requestBulk(world, bulkInput())).rejects.toMatchObject({ code: 'bulk-trail-broken' });
    expect(surroundings.eventsOf(1).at(-1)).toBe('verified');
  });

  test('edits the request itself: there is nothing that could be shown', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    const world = surroundings.boot();
    const { issue, bulk } = await bulkOf(world);
    const page = surroundings.github.getBulk(issue.number);
    page.comments = page.comments.map((comment) => ({ ...comment, body: `x ${comment.body}` }));
    await turn(world, loopsOf(world), 2);
    await expect(approveBulkAs(world, { issue, bulk }, 'U1')).rejects.toMatchObject({
      code: 'bulk-trail-broken',
    });
    expect(surroundings.failures).toEqual([]);
  });

  test('edits a pending one: it is shown as broken', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 1);
    const world = surroundings.boot();
    const made = await bulkOf(world);
    await approveBulkAs(world, made, 'U1');
    const page = surroundings.github.getBulk(made.issue.number);
    page.comments = page.comments.map((comment, index) =>
      index === 1 ? { ...comment, body: `x ${comment.body}` } : comment,
    );
    await turn(world, loopsOf(world), 2);
    const { notices } = surroundings.slack.get(made.bulk.requested.data.card.ts);
    expect(notices.map(({ key }) => key)).toContain('broken');
  });

  test('edits the Stop: nobody is begun any more, and those who were are counted', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 12);
    const world = surroundings.boot();
    const { issue, bulk } = await startedBulk(world);
    const loops = loopsOf(world);
    await loops.bulks.tick();
    await stopBulk(world, { issue: issue.number, requestId: bulkRequestId, person: person('U1') });
    const page = surroundings.github.getBulk(issue.number);
    page.comments = page.comments.map((one, index) =>
      index === 3 ? { ...one, body: `x ${one.body}` } : one,
    );
    expect(surroundings.bulkOf(issue.number).bulk?.status).toBe('started');
    const other = surroundings.boot();
    await turn(other, loopsOf(other), 10);
    expect(surroundings.aws.executions).toHaveLength(8);
    const { views } = surroundings.slack.get(bulk.requested.data.card.ts);
    expect(views.at(-1)?.progress).toMatchObject({ asPredicted: 8, waiting: 4 });
  });

  test('deletes the Stop from its end: the thread tells, and nobody is begun', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 12);
    const world = surroundings.boot();
    const { issue } = await startedBulk(world);
    await loopsOf(world).bulks.tick();
    await stopBulk(world, { issue: issue.number, requestId: bulkRequestId, person: person('U1') });
    surroundings.github.getBulk(issue.number).comments.pop();
    expect(surroundings.bulkOf(issue.number).bulk?.status).toBe('started');
    await turn(surroundings.boot(), loopsOf(surroundings.boot()), 10);
    expect(surroundings.aws.executions).toHaveLength(8);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: { data: { notStarted: [{ why: 'The trail of the bulk request was cut' }, {}, {}, {}] } },
    });
  });

  test('deletes the outcome of a user who was not started: they are not started after all', async () => {
    const { surroundings } = await begun(1);
    surroundings.aws.refusal = 'not now';
    await goOn(surroundings);
    expect(errorOf(surroundings, 1)).toMatchObject({ ended: 'not started' });
    surroundings.aws.refusal = undefined;
    surroundings.github.get(1).comments.pop();
    surroundings.github.change(1, { comments: 1, state: 'open' });
    await goOn(surroundings);
    expect(surroundings.aws.executions).toEqual([]);
    expect(errorOf(surroundings, 1)).toMatchObject({ error: expect.stringContaining('was cut') });
  });

  async function underWay() {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 12);
    const world = surroundings.boot();
    const { issue, bulk } = await startedBulk(world);
    const loops = loopsOf(world);
    await loops.bulks.tick();
    expect(surroundings.aws.executions).toHaveLength(8);
    return { surroundings, world, loops, number: issue.number, card: bulk.requested.data.card };
  }

  test.each([
    [
      'takes a label from its issue',
      'lost',
      (s: Surroundings, number: number) => s.github.unlabelled.add(number),
    ],
    ['deletes its issue', 'lost', (s: Surroundings, number: number) => s.github.bulks.delete(number)],
    [
      'edits its first comment',
      'broken',
      ({ github }: Surroundings, number: number) => {
        const page = github.getBulk(number);
        page.comments = page.comments.map((one, at) => (at === 0 ? { ...one, body: `x ${one.body}` } : one));
      },
    ],
    [
      'deletes all its comments',
      'broken',
      ({ github }: Surroundings, number: number) => {
        github.getBulk(number).comments = [];
      },
    ],
  ])('%s: nobody is begun, and that is said', async (_, key, tamper) => {
    const { surroundings, world, loops, number, card } = await underWay();
    tamper(surroundings, number);
    await turn(world, loops, 20);
    expect(surroundings.aws.executions).toHaveLength(8);
    const { notices, views } = surroundings.slack.get(card.ts);
    const told = notices.filter((notice) => notice.key === key);
    expect(told.map(({ readable }) => readable)).toEqual([expect.stringContaining('Nobody is begun')]);
    expect(views.at(-1)?.progress).toMatchObject({ held: expect.any(String), waiting: 4, asPredicted: 8 });
    expect(surroundings.failures).toEqual([]);
    await turn(surroundings.boot(), loopsOf(surroundings.boot()), 3);
    expect(surroundings.aws.executions).toHaveLength(8);
  });

  test('takes a label and puts it back: they are begun after all', async () => {
    const { surroundings, world, loops, number } = await underWay();
    surroundings.github.unlabelled.add(number);
    await turn(world, loops, 5);
    surroundings.github.unlabelled.delete(number);
    const page = surroundings.github.getBulk(number);
    page.issue = { ...page.issue, updatedAt: surroundings.clock.now() };
    await turn(world, loops, 20);
    expect(surroundings.aws.executions).toHaveLength(12);
  });

  test('locks its issue, on which no Stop could be recorded: nobody is begun until it is unlocked', async () => {
    const { surroundings, world, loops, number, card } = await underWay();
    surroundings.github.locked.add(number);
    await turn(world, loops, 20);
    expect(surroundings.aws.executions).toHaveLength(8);
    const { notices, views } = surroundings.slack.get(card.ts);
    expect(notices.filter(({ key }) => key === 'locked').map(({ readable }) => readable)).toEqual([
      expect.stringContaining('Nobody is begun'),
    ]);
    expect(views.at(-1)?.progress).toMatchObject({ held: expect.stringContaining('locked'), waiting: 4 });
    surroundings.github.locked.delete(number);
    await turn(world, loops, 20);
    expect(surroundings.aws.executions).toHaveLength(12);
    expect(surroundings.bulkOf(number).bulk?.status).toBe('finished');
  });

  test('locks its issue when a start is recorded that AWS was not asked for yet: AWS is not asked', async () => {
    const { surroundings, issue } = await begun();
    surroundings.github.locked.add(issue.number);
    await goOn(surroundings);
    expect(surroundings.aws.executions).toEqual([]);
  });

  test('locks the issue of one that is over: it stays what it came to', async () => {
    const { surroundings, world, loops, number, card } = await underWay();
    await turn(world, loops, 20);
    surroundings.github.locked.add(number);
    await turn(surroundings.boot(), loopsOf(surroundings.boot()), 3);
    const { notices, views } = surroundings.slack.get(card.ts);
    expect(notices.map(({ key }) => key)).not.toContain('locked');
    expect(views.at(-1)?.progress?.held).toBeUndefined();
  });

  test('takes a label when somebody presses Stop, or Deny: it is recorded all the same', async () => {
    const { surroundings, world, loops, number } = await underWay();
    surroundings.github.unlabelled.add(number);
    const stop = { issue: number, requestId: bulkRequestId, person: person('U9') };
    expect(await stopBulk(world, stop)).toMatchObject({ kind: 'decided', bulk: { status: 'stopped' } });
    surroundings.github.unlabelled.delete(number);
    await turn(world, loops, 20);
    expect(surroundings.aws.executions).toHaveLength(8);

    const asked = bulkSurroundings();
    addIdle(asked, 1);
    const { issue } = await bulkOf(asked.boot());
    asked.github.unlabelled.add(issue.number);
    const denial = { ...stop, issue: issue.number, reason: 'no' };
    expect(await denyBulk(asked.boot(), denial)).toMatchObject({ bulk: { status: 'denied' } });
  });

  test('nothing, but GitHub does not answer for a while: that is no loss, and they are begun after it', async () => {
    const { surroundings, world, loops, number, card } = await underWay();
    const { read } = surroundings.github.bulkIssues;
    surroundings.github.bulkIssues.read = async () => {
      throw new KeyturnError('github-unreachable', 'GitHub did not answer.');
    };
    await turn(world, loops, 4);
    expect(surroundings.aws.executions).toHaveLength(8);
    surroundings.github.bulkIssues.read = read;
    await turn(world, loops, 20);
    expect(surroundings.aws.executions).toHaveLength(12);
    expect(surroundings.bulkOf(number).bulk?.status).toBe('finished');
    const { notices } = surroundings.slack.get(card.ts);
    expect(notices.map(({ key }) => key)).not.toContain('lost');
  });

  test('closes its issue by hand: another process goes on, hours later, too', async () => {
    const { surroundings, number } = await underWay();
    await surroundings.github.bulkIssues.close(number, 'not_planned');
    surroundings.clock.advance(120 * minutes);
    const other = surroundings.boot();
    await turn(other, loopsOf(other), 20);
    expect(surroundings.aws.executions).toHaveLength(12);
    expect(surroundings.bulkOf(number).bulk?.status).toBe('finished');
  });

  test('breaks the trail of one user: the others go on, and that one is counted', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 2);
    const world = surroundings.boot();
    const { issue, bulk } = await startedBulk(world);
    const loops = loopsOf(world);
    surroundings.aws.runTime = 5 * minutes;
    await loops.bulks.tick();
    const page = surroundings.github.get(1);
    page.comments = page.comments.map((comment) => ({ ...comment, body: `x ${comment.body}` }));
    surroundings.github.change(1, {});
    await turn(world, loops);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: { data: { counts: { asPredicted: 1, unrecorded: 1 }, notStarted: [] } },
    });
    const { notices } = surroundings.slack.get(bulk.requested.data.card.ts);
    expect(notices.map(({ key }) => key)).toContain('#1 unrecorded');
  });

  test('takes the label from a user’s issue, which no list shows then: another process sees to the user all the same', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 2);
    const { issue } = await startedBulk(surroundings.boot());
    surroundings.aws.runTime = 5 * minutes;
    await loopsOf(surroundings.boot()).bulks.tick();
    const world = surroundings.boot();
    const issues = new Proxy(world.issues, {
      get: (target, name) =>
        name === 'listSince'
          ? async (since: Date) => (await target.listSince(since)).filter(({ number }) => number !== 1)
          : Reflect.get(target, name).bind(target),
    });
    const other = { ...world, issues };
    await turn(other, loopsOf(other));
    expect(surroundings.eventsOf(1).at(-1)).toBe('verified');
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: { data: { counts: { asPredicted: 2 } } },
    });
  });

  test('the same, when it is another process that goes on', async () => {
    const { surroundings, issue } = await begun(2);
    const page = surroundings.github.get(1);
    page.comments = page.comments.map((comment) => ({ ...comment, body: `x ${comment.body}` }));
    surroundings.github.change(1, {});
    await goOn(surroundings);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: { data: { counts: { asPredicted: 1, unrecorded: 1 }, notStarted: [] } },
    });
  });

  test('the same, when a password is all that the user loses', async () => {
    const surroundings = bulkSurroundings();
    const used = accessKey({ lastUsedAt: daysAgo(1) });
    surroundings.addFinding(idleUser(1, { accessKeys: [used], loginProfileCreatedAt: daysAgo(300) }));
    const { issue } = await startedBulk(surroundings.boot());
    surroundings.aws.runTime = 5 * minutes;
    await loopsOf(surroundings.boot()).bulks.tick();
    expect(surroundings.aws.executions).toHaveLength(1);
    const page = surroundings.github.get(1);
    page.comments = page.comments.map((comment) => ({ ...comment, body: `x ${comment.body}` }));
    surroundings.github.change(1, {});
    await goOn(surroundings);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: { data: { counts: { unrecorded: 1 }, notStarted: [] } },
    });
  });

  test('takes the marker from users’ issues, before and after the approval: they are left', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 3);
    const world = surroundings.boot();
    const { issue } = await startedBulk(world);
    surroundings.github.all.delete(1);
    const gone = (number: number) => {
      if (number === 1) throw new KeyturnError('github-marker-missing', 'It names no finding.');
      if (number === 2 && reads++ > 0) throw new KeyturnError('github-not-found', 'It is gone.');
      if (number === 3 && failures++ < 1)
        throw new KeyturnError('github-unreachable', 'GitHub did not answer.');
    };
    let reads = 0;
    let failures = 0;
    const other = reading(world, gone);
    await turn(other, loopsOf(other), 20);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: {
        data: {
          counts: { asPredicted: 1 },
          notStarted: [
            { why: 'the issue names no finding any more' },
            { why: 'the issue names no finding any more' },
          ],
        },
      },
    });
  });

  const runs = { asPredicted: 2, unrecorded: 0 };
  const isLost = { asPredicted: 1, unrecorded: 1 };
  test.each([
    ['takes the marker from', 'this process', 'github-marker-missing', runs],
    ['takes the marker from', 'another', 'github-marker-missing', runs],
    ['deletes', 'this process', 'github-not-found', isLost],
    ['deletes', 'another', 'github-not-found', isLost],
  ] as const)(
    '%s a user’s issue while the runbook runs: %s does not say that it was not started',
    async (_, whose, code, counts) => {
      const surroundings = bulkSurroundings();
      addIdle(surroundings, 2);
      let isGone = false;
      const boot = () =>
        reading(surroundings.boot(), (number) => {
          if (number === 1 && isGone) throw new KeyturnError(code, 'It is gone.');
        });
      const world = boot();
      const { issue } = await startedBulk(world);
      surroundings.aws.runTime = 5 * minutes;
      const loops = loopsOf(world);
      await loops.bulks.tick();
      isGone = true;
      if (whose === 'another') {
        const other = boot();
        await turn(other, loopsOf(other));
      } else {
        await turn(world, loops);
      }
      expect(surroundings.aws.executions).toHaveLength(2);
      expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
        finished: { data: { counts, notStarted: [] } },
      });
    },
  );

  test('points a user’s issue at somebody else while the runbook runs: what came of it is counted', async () => {
    const surroundings = bulkSurroundings();
    const [first] = addIdle(surroundings, 2);
    const world = surroundings.boot();
    const { issue } = await startedBulk(world);
    surroundings.aws.runTime = 5 * minutes;
    await loopsOf(world).bulks.tick();
    const finding = { accountId: first?.finding.accountId ?? '', userId: idleUser(7).userId };
    surroundings.github.change(1, { finding });
    await goOn(surroundings);
    surroundings.github.change(1, { finding: first?.finding ?? finding });
    await turn(surroundings.boot(), loopsOf(surroundings.boot()));
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: { data: { counts: { asPredicted: 2 }, notStarted: [] } },
    });
  });

  test('breaks a user’s trail right before they are begun: they are left', async () => {
    const surroundings = bulkSurroundings();
    addIdle(surroundings, 2);
    const world = surroundings.boot();
    const { issue } = await startedBulk(world);
    const readUser = world.users.readUser.bind(world.users);
    const list = world.comments.list.bind(world.comments);
    let isBroken = false;
    const comments = {
      append: world.comments.append.bind(world.comments),
      list: async (number: number) => {
        const all = await list(number);
        return number === 1 && isBroken ? all.map((one) => ({ ...one, body: `x ${one.body}` })) : all;
      },
    };
    const users = {
      setKeyStatus: world.users.setKeyStatus.bind(world.users),
      readUser: async (finding: TrailIssue['finding'], hint: string | undefined) => {
        isBroken = true;
        return readUser(finding, hint);
      },
    };
    const other = { ...world, comments, users };
    await turn(other, loopsOf(other), 20);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: {
        data: { counts: { asPredicted: 1 }, notStarted: [{ why: 'the trail of the issue is broken' }] },
      },
    });
  });

  test('takes the marker from the bulk issue: nothing is begun by it', async () => {
    const { surroundings, issue } = await begun();
    surroundings.github.bulks.delete(issue.number);
    await goOn(surroundings);
    expect(surroundings.aws.executions).toEqual([]);
  });

  test('moves the bulk issue to another account: its trail is not about that', async () => {
    const { surroundings, issue } = await begun();
    const page = surroundings.github.getBulk(issue.number);
    page.issue = { ...page.issue, accountId: '999988887777' };
    await goOn(surroundings);
    expect(surroundings.aws.executions).toEqual([]);
    expect(errorOf(surroundings, 1)).toMatchObject({ error: expect.stringContaining('was not approved') });
  });

  test('copies the sealed comments to a bulk issue of their own: they are another subject’s', async () => {
    const { surroundings, issue } = await begun();
    const copy = await surroundings.github.bulkIssues.open({
      accountId: issue.accountId,
      requestId: bulkRequestId.replaceAll('2', '4'),
      title: 'copy',
      text: '',
    });
    surroundings.github
      .getBulk(copy.number)
      .comments.push(...surroundings.github.getBulk(issue.number).comments);
    expect(surroundings.bulkOf(copy.number).bulk).toBeUndefined();
  });
});

describe('what was recorded as started and was kept from AWS', () => {
  test('counts as not started, with the reason, and not as something that went wrong', async () => {
    const { surroundings, issue } = await begun();
    await stopBulk(surroundings.boot(), {
      issue: issue.number,
      requestId: bulkRequestId,
      person: person('U1'),
    });
    await goOn(surroundings);
    expect(surroundings.aws.executions).toEqual([]);
    expect(surroundings.bulkOf(issue.number).bulk).toMatchObject({
      finished: {
        data: {
          counts: { asPredicted: 0, differs: 0, unrecorded: 0 },
          notStarted: [{ why: 'The bulk request was stopped.' }, { why: 'The bulk request was stopped.' }],
        },
      },
    });
  });
});

describe('a reference', () => {
  async function valid() {
    const { surroundings, issue } = await begun();
    const { state, subject } = surroundings.trailOf(1);
    const request = [...state.requests.values()][0];
    if (!request) throw new Error('nothing was begun');
    return { surroundings, request, subject, found: surroundings.bulkOf(issue.number) };
  }

  test('that is right has no fault, also after a Stop', async () => {
    const { surroundings, request, subject, found } = await valid();
    expect(referenceFault(request, subject, found)).toBeUndefined();
    await stopBulk(surroundings.boot(), {
      issue: found.subject.issue,
      requestId: bulkRequestId,
      person: person('U1'),
    });
    expect(referenceFault(request, subject, surroundings.bulkOf(found.subject.issue))).toBeUndefined();
  });

  test('is worth nothing for another user, issue, account or repository, or another plan', async () => {
    const { request, subject, found } = await valid();
    const fault = (changes: Partial<Subject>) => referenceFault(request, { ...subject, ...changes }, found);
    expect(fault({ userId: idleUser(2).userId })).toBe('the bulk request does not list this user');
    expect(fault({ userId: 'AIDANOBODY' })).toBe('the bulk request does not list this user');
    expect(fault({ issue: 2 })).toBe('the bulk request does not list this user');
    expect(fault({ accountId: '999988887777' })).toBe('the bulk request is another one');
    expect(fault({ repositoryId: 1 })).toBe('the bulk request is another one');
    expect(referenceFault({ ...request, id: bulkRequestId }, subject, found)).toBe(
      'the bulk request does not list this user',
    );
    const { requested } = request;
    const other = {
      ...request,
      requested: { ...requested, data: { ...requested.data, digest: 'ab'.repeat(32) } },
    };
    expect(referenceFault(other, subject, found)).toBe('the bulk request approved another plan');
    const { bulk: _, ...data } = requested.data;
    expect(referenceFault({ ...request, requested: { ...requested, data } }, subject, found)).toBe(
      'the bulk request is another one',
    );
  });

  test('is worth nothing when the bulk request was not approved, or its trail is broken', async () => {
    const { request, subject, found } = await valid();
    const { bulk, trail } = found;
    if (!bulk) throw new Error('nothing');
    const { id, requested, expiresAt, approvals, missing } = bulk;
    const pending = { id, requested, expiresAt, approvals, missing, status: 'pending' as const };
    expect(referenceFault(request, subject, { ...found, bulk: pending })).toBe(
      'the bulk request was not approved',
    );
    expect(referenceFault(request, subject, { ...found, bulk: undefined })).toBe(
      'the bulk request was not approved',
    );
    const broken = {
      ...trail,
      state: 'broken' as const,
      reason: 'edited' as const,
      atSeq: 1,
      atCommentId: 1,
    };
    expect(referenceFault(request, subject, { ...found, trail: broken })).toBe(
      'the trail of the bulk request is broken',
    );
    expect(startHashOf({ trail, bulk: pending })).toBeUndefined();
    expect(startHashOf({ trail: { ...trail, envelopes: [] }, bulk })).toBeUndefined();
  });

  test('names each user’s request for good', () => {
    expect(userRequestId(bulkRequestId, 'AIDA1')).toBe(userRequestId(bulkRequestId, 'AIDA1'));
    expect(userRequestId(bulkRequestId, 'AIDA1')).not.toBe(userRequestId(bulkRequestId, 'AIDA2'));
  });
});
