import { describe, expect, test } from '@jest/globals';
import { maxBulkUsers } from '../../shared/trail/bounds.ts';
import { keysIn, passwordsIn } from '../../shared/trail/bulk-plan.ts';
import { bodyLimit } from '../../shared/trail/comment.ts';
import { fold } from '../../shared/trail/fold.ts';
import { foldBulk } from '../../shared/trail/fold-bulk.ts';
import { nextComment } from '../../shared/trail/next-envelope.ts';
import { readableText } from '../../shared/trail/readable.ts';
import {
  alice,
  bob,
  botKey,
  bulkPlan,
  carol,
  intact,
  minutesLater,
  read,
  recorded,
  requestIdOf,
  start,
  subject,
  trailEvent,
} from '../fakes/trail.ts';

const requested = recorded('bulk-requested');
const approved = recorded('approved', { minutes: 1 });
const started = recorded('bulk-started', { minutes: 1 });
const stopped = recorded('bulk-stopped', { minutes: 2, actor: carol });
const finished = recorded('bulk-finished', { minutes: 3 });
const later = minutesLater(5);
const statusOf = (...events: Parameters<typeof foldBulk>[0]) => foldBulk(events, later).bulk?.status;
const reasons = (...events: Parameters<typeof foldBulk>[0]) =>
  foldBulk(events, later).ignored.map(({ reason }) => reason);

describe('the fold of a bulk request', () => {
  test('goes from request to end', () => {
    expect(foldBulk([], later)).toEqual({ bulk: undefined, ignored: [] });
    expect(statusOf(requested)).toBe('pending');
    expect(statusOf(requested, approved)).toBe('pending');
    expect(statusOf(requested, approved, started)).toBe('started');
    expect(statusOf(requested, approved, started, stopped)).toBe('stopped');
    expect(statusOf(requested, approved, started, finished)).toBe('finished');
    const { bulk } = foldBulk([requested, approved, started, stopped, finished], later);
    expect(bulk).toMatchObject({ status: 'finished', stopped, started, finished, missing: 0 });
  });

  test('or is denied, void or expired', () => {
    expect(statusOf(requested, recorded('denied'))).toBe('denied');
    expect(statusOf(requested, approved, recorded('voided', { minutes: 1 }))).toBe('voided');
    expect(foldBulk([requested], minutesLater(24 * 60)).bulk?.status).toBe('expired');
    expect(reasons(requested, recorded('approved', { minutes: 24 * 60 }))).toEqual(['it has expired']);
  });

  test.each([
    ['another bulk request', [requested, requested], 'this issue has its bulk request already'],
    ['no bulk request', [approved], 'there is no such bulk request'],
    [
      'another id',
      [requested, recorded('approved', { requestId: requestIdOf(2) })],
      'there is no such bulk request',
    ],
    ['no quorum', [requested, started], 'the quorum is not complete'],
    ['a decision after the decision', [requested, recorded('denied'), approved], 'it is already denied'],
    ['a stop of what has not started', [requested, stopped], 'the bulk request is pending, not started'],
    ['an end of what has not started', [requested, finished], 'the bulk request is pending, not started'],
    ['an event of one user', [requested, recorded('started')], 'it belongs to the request of one user'],
    ['the requester', [requested, recorded('approved', { actor: alice })], 'the requester may not approve'],
  ])('ignores %s', (_, events, reason) => {
    expect(reasons(...events)).toEqual([reason]);
  });
});

describe("a user's trail", () => {
  const bulk = { issue: 9, requestId: requestIdOf(9), approval: 'ab'.repeat(32) };
  const asked = recorded('requested', { data: { bulk } });

  test('takes the approvals of a bulk request with its request, and starts', () => {
    const approvals = [recorded('approved', { data: { bulk } })];
    const { state } = { state: fold([asked, ...approvals, recorded('started')], later) };
    expect(state.open?.status).toBe('started');
    expect(state.ignored).toEqual([]);
  });

  test.each([
    ['an approval of another bulk request', { ...bulk, issue: 8 }],
    ['an approval of another request', { ...bulk, requestId: requestIdOf(8) }],
    ['an approval in another envelope', { ...bulk, approval: 'cd'.repeat(32) }],
  ])('takes no %s', (_, other) => {
    const approval = recorded('approved', { data: { bulk: other } });
    const { ignored, open } = fold([asked, approval, recorded('started')], later);
    expect(ignored.map(({ reason }) => reason)).toEqual([
      'it was approved elsewhere',
      'the quorum is not complete',
    ]);
    expect(open?.status).toBe('pending');
  });

  test('takes no approval of its own for a bulk request, none of a bulk request for its own, and none later', () => {
    const ignoredIn = (...events: Parameters<typeof fold>[0]) =>
      fold(events, later).ignored.map(({ reason }) => reason);
    expect(ignoredIn(asked, approved)).toEqual(['it was approved elsewhere']);
    expect(ignoredIn(recorded('requested'), recorded('approved', { data: { bulk } }))).toEqual([
      'it was approved elsewhere',
    ]);
    expect(ignoredIn(asked, { ...recorded('approved', { data: { bulk } }), seq: 2 })).toEqual([
      'the approvals of a bulk request come with the request',
    ]);
  });

  test('holds no event of a bulk request', () => {
    const { ignored, requests } = fold([requested, started, stopped, finished], later);
    expect(requests.size).toBe(0);
    expect(ignored.map(({ reason }) => reason)).toEqual(
      Array(4).fill('it belongs to a bulk request, which has an issue of its own'),
    );
  });

  test('says where the approvals are', () => {
    const text = readableText([
      trailEvent('requested', { data: { bulk } }),
      trailEvent('approved', { data: { bulk } }),
    ]);
    expect(text.match(/in the bulk request of #9 \(envelope `abababababab`\)/g)).toHaveLength(2);
  });
});

test('the largest bulk request, and its end, fit into one comment', () => {
  const users = Array.from({ length: maxBulkUsers }, (_, index) => ({
    userId: String(index).padEnd(32, 'A'),
    userName: '='.repeat(64),
    issue: 999_999_999,
    digest: 'ab'.repeat(32),
    keys: 5,
    deletesLoginProfile: false,
  }));
  const approvers = Array.from({ length: 50 }, (_, index) => `U${index}`.padEnd(31, 'A'));
  const data = {
    plan: {
      ...bulkPlan,
      document: { name: 'D'.repeat(128), version: '999999999', hash: 'a'.repeat(256) },
      roleArn: `arn:aws:iam::123456789012:role/${'"'.repeat(960)}`,
      users,
    },
    reason: '\u0000'.repeat(500),
    quorum: { approvers, count: 100, selfApproval: false },
  };
  const largest = trailEvent('bulk-requested', {
    data,
    actor: { ...alice, name: '\u0000'.repeat(100) },
  });
  const end = trailEvent('bulk-finished', {
    data: { notStarted: users.map(({ userId }) => ({ userId, why: '😀'.repeat(40) })) },
  });
  for (const event of [largest, end]) {
    const addition = { events: [event], readable: readableText([event]), now: start };
    const { body } = nextComment(intact(read([])), subject, addition, botKey.privateKey);
    expect(body.length).toBeLessThanOrEqual(bodyLimit);
  }
});

test('what a bulk request does, in numbers and in words', () => {
  const [ada] = bulkPlan.users;
  if (!ada) throw new Error('nobody');
  const plan = { ...bulkPlan, users: [ada, { ...ada, userName: 'bob', keys: 2, deletesLoginProfile: true }] };
  expect(keysIn(plan)).toBe(3);
  expect(passwordsIn(plan)).toBe(1);
  const end = {
    counts: { asPredicted: 1, differs: 2, unrecorded: 4 },
    notStarted: [{ userId: 'AIDA', why: 'stopped' }],
  };
  const text = readableText([
    trailEvent('bulk-requested', { data: { plan } }),
    trailEvent('bulk-requested'),
    trailEvent('bulk-started'),
    trailEvent('bulk-stopped', { actor: bob }),
    trailEvent('bulk-finished', { data: end }),
    trailEvent('bulk-finished'),
  ]);
  expect(text).toContain('deletes 1 console passwords');
  expect(text).toContain('- `bob` #7: 2 keys, **the console password**');
  expect(text).toContain('leaves all console passwords alone');
  expect(text).toContain('**Stopped** by `bob`');
  expect(text).toContain('on a trail that broke or is gone: 4');
  expect(text).toContain('`AIDA`: `stopped`');
});
