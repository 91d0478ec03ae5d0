import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TrailComment } from '../../shared/trail/comment.ts';
import type { EventType, TrailEvent } from '../../shared/trail/events.ts';
import { fold } from '../../shared/trail/fold.ts';
import { fateOf, nextComment } from '../../shared/trail/next-envelope.ts';
import { readableText } from '../../shared/trail/readable.ts';
import type { Recorded } from '../../shared/trail/state.ts';
import type { IntactTrail, Trail } from '../../shared/trail/trail.ts';
import {
  alice,
  append,
  bob,
  bot,
  botKey,
  carol,
  digest,
  intact,
  keyId,
  minutesLater,
  otherKeyId,
  plans,
  read,
  requestIdOf,
  start,
  subject,
  trailEvent,
} from '../fakes/trail.ts';

const types: EventType[] = [
  'requested',
  'approved',
  'approved',
  'denied',
  'voided',
  'started',
  'started',
  'finished',
  'verified',
  'exempted',
  'reactivated',
  'bulk-requested',
  'bulk-started',
  'bulk-stopped',
  'bulk-finished',
];

/** Events in a small world, so that they often fit together, and as often do not. */
const arbitraryEvent: fc.Arbitrary<TrailEvent> = fc
  .record({
    type: fc.constantFrom(...types),
    requestId: fc.constantFrom(1, 1, 2, 3).map(requestIdOf),
    actor: fc.constantFrom(alice, bob, carol, bot),
    plan: fc.constantFrom(...Object.values(plans)),
    mode: fc.constantFrom('runbook' as const, 'strict' as const, 'undo' as const),
    keyIds: fc.subarray([keyId, otherKeyId], { minLength: 1 }),
    digest: fc.constantFrom(digest, digest, digest, 'ee'.repeat(32)),
    count: fc.integer({ min: 1, max: 2 }),
    expires: fc.integer({ min: 1, max: 60 }),
    ended: fc.constantFrom('success' as const, 'failed' as const, 'not started' as const),
    outcome: fc.constantFrom('deactivated' as const, 'reactivated' as const, 'still active' as const),
  })
  .map(({ type, requestId, actor, plan, mode, keyIds, digest, count, expires, ended, outcome }) => {
    const quorum = { approvers: ['S0SECURITY'], count, selfApproval: false };
    const data = {
      requested: { plan, quorum, expiresAt: minutesLater(expires).toISOString() },
      approved: { digest },
      denied: {},
      voided: {},
      started: { mode, keyIds },
      finished: { ended },
      verified: { keys: keyIds.map((id) => ({ id, outcome })) },
      exempted: { keyIds },
      reactivated: { keyIds },
      'bulk-requested': { quorum, expiresAt: minutesLater(expires).toISOString() },
      'bulk-started': {},
      'bulk-stopped': {},
      'bulk-finished': {},
    };
    return trailEvent(type, { requestId, actor, data: data[type] });
  });

const arbitraryEnvelopes = fc.array(fc.array(arbitraryEvent, { minLength: 1, maxLength: 3 }), {
  minLength: 2,
  maxLength: 6,
});

function trailOf(envelopes: readonly TrailEvent[][]): TrailComment[] {
  return envelopes.reduce<TrailComment[]>((comments, events) => append(comments, events), []);
}

function says(id: number, body: string): TrailComment {
  return { id, body, createdAt: start };
}

describe('several appenders at once, in any order of their steps', () => {
  interface Appender {
    /** What it still has to write, each under a request id of its own. */
    readonly todo: string[];
    trail?: IntactTrail | undefined;
    written?: string | undefined;
  }

  /** One step of one appender: read, write, or read back. */
  function step(appender: Appender, comments: TrailComment[]): void {
    const [requestId] = appender.todo;
    if (requestId === undefined) return;
    if (appender.written !== undefined) {
      if (fateOf(appender.written, read(comments)) === 'recorded') appender.todo.shift();
      appender.written = undefined;
      appender.trail = undefined;
    } else if (appender.trail) {
      const events = [trailEvent('denied', { requestId })];
      const addition = { events, readable: readableText(events), now: start };
      const { body, token } = nextComment(appender.trail, subject, addition, botKey.privateKey);
      comments.push(says(comments.length + 1, body));
      appender.written = token;
    } else {
      appender.trail = intact(read(comments));
    }
  }

  test('one winner for each number, no decision lost and none twice', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.array(fc.nat(3), { maxLength: 60 }), (todos, order) => {
        const appenders = todos.map((count, which) => ({
          todo: Array.from({ length: count }, (_, index) => requestIdOf(which * 10 + index)),
        }));
        const decisions = appenders.flatMap(({ todo }) => [...todo]).sort();
        const comments: TrailComment[] = [];
        for (const which of order) {
          const appender = appenders[which % appenders.length];
          if (appender) step(appender, comments);
        }
        for (const appender of appenders) while (appender.todo.length > 0) step(appender, comments);

        const trail = intact(read(comments));
        expect(trail.envelopes.map(({ envelope }) => envelope.seq)).toEqual(
          decisions.map((_, index) => index + 1),
        );
        expect(trail.events.map(({ requestId }) => requestId).sort()).toEqual(decisions);
        expect(trail.envelopes.length + trail.strays.length).toBe(comments.length);
      }),
      { numRuns: 100 },
    );
  });
});

describe('tampering', () => {
  /** What of a body counts: not the blanks around the text and around the envelope. */
  function essence(body: string): string {
    const at = body.indexOf('<!-- keyturn:v1');
    return at < 0 ? body : JSON.stringify([body.slice(0, at).trim(), body.slice(at).trim()]);
  }

  interface Tampering {
    readonly kind: 'edit' | 'delete' | 'swap' | 'transplant';
    readonly which: number;
    readonly other: number;
    readonly position: number;
    readonly length: number;
    readonly text: string;
  }

  const arbitraryTampering: fc.Arbitrary<Tampering> = fc.record({
    kind: fc.constantFrom('edit' as const, 'delete' as const, 'swap' as const, 'transplant' as const),
    which: fc.nat(5),
    other: fc.nat(5),
    position: fc.nat(3_000),
    length: fc.nat(5),
    text: fc.string({ maxLength: 5 }),
  });

  const elsewhere = { ...subject, issue: 8 };
  const foreign = Array.from({ length: 6 }).reduce<TrailComment[]>(
    (comments) => append(comments, [trailEvent('denied')], { about: elsewhere }),
    [],
  );

  function tamper(comments: readonly TrailComment[], { kind, ...how }: Tampering): TrailComment[] {
    const which = how.which % comments.length;
    const other = how.other % comments.length;
    const bodyAt = (index: number) => comments[index]?.body ?? '';
    const replaced = (index: number): string => {
      const body = bodyAt(index);
      const position = how.position % (body.length + 1);
      if (kind === 'edit') return body.slice(0, position) + how.text + body.slice(position + how.length);
      if (kind === 'transplant') return foreign[how.other]?.body ?? '';
      return bodyAt(index === which ? other : which);
    };
    const changes = kind === 'swap' ? [which, other] : [which];
    return comments.flatMap((comment, index) => {
      if (!changes.includes(index)) return [comment];
      return kind === 'delete' ? [] : [{ ...comment, body: replaced(index) }];
    });
  }

  /** The first comment that is not what it was. */
  function firstChanged(before: readonly TrailComment[], after: readonly TrailComment[]): number {
    return before.findIndex(({ id, body }) => {
      const same = after.find((comment) => comment.id === id);
      return !same || essence(same.body) !== essence(body);
    });
  }

  /** The events, whichever comments they stand in. */
  function unplaced({ events }: Trail): Recorded[] {
    return events.map((event) => ({ ...event, commentId: 0 }));
  }

  test('before the last envelope it is detected; at the last one it takes back, and never adds', () => {
    fc.assert(
      fc.property(arbitraryEnvelopes, arbitraryTampering, (envelopes, tampering) => {
        const before = trailOf(envelopes);
        const after = tamper(before, tampering);
        const changed = firstChanged(before, after);
        fc.pre(changed >= 0);
        const trail = read(after);
        if (changed < before.length - 1) expect(trail.state).toBe('broken');
        const kept = before.slice(0, trail.envelopes.length);
        expect(kept.length).toBeLessThan(before.length);
        const onceTrue = unplaced(intact(read(kept)));
        expect(unplaced(trail)).toEqual(onceTrue);
        const now = minutesLater(30);
        expect(fold(unplaced(trail), now)).toEqual(fold(onceTrue, now));
      }),
      { numRuns: 300 },
    );
  });

  test('comments of others, whatever is in them and whenever they were edited, change nothing', () => {
    const bodies = (comments: readonly TrailComment[]) =>
      fc.oneof(
        fc.string(),
        fc.constantFrom(...comments, ...foreign).map(({ body }) => body),
        fc
          .constantFrom(...comments, ...foreign)
          .map(({ body }) => body.replace('keyturn:v1 ', 'keyturn:v1 e')),
      );
    const posted = (comments: readonly TrailComment[]) =>
      fc.record({
        id: fc.integer({ min: 1, max: 90 }).filter((id) => id % 10 !== 0),
        body: fc.array(bodies(comments), { maxLength: 3 }).map((pieces) => pieces.join('\n')),
        createdAt: fc.nat(40).map((minutes) => minutesLater(minutes)),
        updatedAt: fc.constant(minutesLater(60)),
      });
    const issue = fc
      .oneof(arbitraryEnvelopes, fc.constant([]))
      .map(trailOf)
      .chain((comments) => fc.tuple(fc.constant(comments), fc.array(posted(comments), { maxLength: 4 })));
    fc.assert(
      fc.property(issue, ([comments, others]) => {
        expect(intact(read([...comments, ...others])).envelopes).toEqual(intact(read(comments)).envelopes);
      }),
      { numRuns: 100 },
    );
  });
});

describe('fold', () => {
  const arbitraryRecorded = fc.array(fc.tuple(arbitraryEvent, fc.nat(90)), { maxLength: 25 }).map((events) =>
    events.map(([event, minutes], index) => ({
      ...event,
      at: minutesLater(minutes),
      seq: index + 1,
      commentId: index + 1,
      shortHash: 'abcdef012345',
    })),
  );

  test('never throws, starts nothing without its quorum, and keeps every event or names it', () => {
    fc.assert(
      fc.property(arbitraryRecorded, fc.nat(120), (events, minutes) => {
        const state = fold(events, minutesLater(minutes));
        expect(fold(events, minutesLater(minutes))).toEqual(state);
        for (const request of state.requests.values()) {
          const people = new Set(request.approvals.map(({ actor }) => actor.id));
          expect(people.size).toBe(request.approvals.length);
          expect(people.has(request.requested.actor.id)).toBe(false);
          if (!('started' in request || request.status === 'exempted')) continue;
          expect(people.size).toBeGreaterThanOrEqual(request.requested.data.quorum.count);
        }
        expect(new Set(state.ignored.map(({ event }) => event.seq)).size).toBe(state.ignored.length);
      }),
      { numRuns: 500 },
    );
  });

  test('never throws, whatever comments it is given', () => {
    const comment = fc.record({
      id: fc.nat(100),
      createdAt: fc.nat(90).map((minutes) => minutesLater(minutes)),
      body: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string().map((text) => `<!-- keyturn:v1 ${text} -->`),
        arbitraryEnvelopes.map((envelopes) => trailOf(envelopes).at(-1)?.body ?? ''),
        arbitraryEvent.map((event) => append([], [event])[0]?.body ?? ''),
      ),
    });
    fc.assert(
      fc.property(fc.array(comment, { maxLength: 6 }), (comments) => {
        const trail = read(comments);
        expect(fold(trail.events, start).requests.size).toBeLessThanOrEqual(trail.events.length);
      }),
      { numRuns: 150 },
    );
  });
});
