import { expect, test } from '@jest/globals';
import { check } from '../../sandbox/checker/check.ts';
import type { Observed, ObservedIssue, ObservedThread } from '../../sandbox/checker/observed.ts';
import type { TrailEvent } from '../../shared/trail/events.ts';
import { hashesOf, issue, law, type Steps, seal, thread, writer } from '../fakes/observed.ts';
import {
  alice,
  bob,
  carol,
  keyId,
  minutesLater,
  plans,
  requestIdOf,
  start,
  subject,
  trailEvent,
} from '../fakes/trail.ts';

const { accountId, userId = '' } = subject;
const old = new Date('2026-01-01T12:00:00.000Z');
const one = { approvers: ['S0SECURITY'], count: 1 };

const remediation: Steps = [
  [trailEvent('requested')],
  [trailEvent('approved'), trailEvent('started')],
  [trailEvent('finished'), trailEvent('verified')],
];
const runbook: Steps = [
  [trailEvent('requested', { data: { plan: { ...plans.runbook, deletesLoginProfile: true } } })],
  [trailEvent('approved'), trailEvent('started', { data: { mode: 'runbook' } })],
  [trailEvent('finished'), trailEvent('verified')],
];
const exemption: Steps = [
  [trailEvent('requested', { data: { plan: plans.exempt } })],
  [trailEvent('approved'), trailEvent('exempted')],
];

function user(status: string, hasPassword = false, isNonCompliant = true) {
  return {
    isNonCompliant,
    accountId,
    userId,
    name: 'ada',
    keys: [{ id: keyId, status, createdAt: old }],
    hasPassword,
  };
}

const update = {
  operation: 'UpdateAccessKey',
  caller: writer,
  at: minutesLater(1.5),
  input: { UserName: 'ada', AccessKeyId: keyId, Status: 'Inactive' },
};
const begin = {
  operation: 'StartAutomationExecution',
  caller: writer,
  at: minutesLater(1.5),
  input: { Tags: [{ Key: `keyturn:${requestIdOf(1)}`, Value: '1' }] },
};
const execution = {
  id: 'an execution',
  accountId,
  userId,
  tagKeys: [`keyturn:${requestIdOf(1)}`],
  startedAt: minutesLater(1.5),
};

/** The end of a run in which all went well: the key is deactivated as approved. */
function observed(steps: Steps = remediation, aws: Partial<Observed['aws']> = {}): Observed {
  const comments = seal(steps);
  return {
    now: minutesLater(60),
    law,
    aws: {
      before: [user('Active')],
      users: [user('Inactive')],
      byHand: [],
      requests: [update],
      executions: [],
      ...aws,
    },
    issues: [issue(comments)],
    threads: [thread(hashesOf(comments))],
    promises: [{ person: alice.id, issue: subject.issue }],
  };
}

const byRunbook = (aws: Partial<Observed['aws']> = {}) =>
  observed(runbook, {
    before: [user('Active', true)],
    requests: [begin],
    executions: [execution],
    ...aws,
  });

function exempted(changes: Partial<ObservedIssue> = {}): Observed {
  const good = observed(exemption, { users: [user('Active')], requests: [] });
  return { ...good, issues: [issue(seal(exemption), { labels: ['keyturn', 'keyturn:exempt'], ...changes })] };
}

const good = observed();
const pending = observed([[trailEvent('requested')]], { users: [user('Active')], requests: [] });
const labelled = { state: 'open', labels: ['keyturn', 'keyturn:pending'] } as const;

const byOthers = observed([], { requests: [], byHand: [{ keyId, status: 'Inactive' }] });
const sound: Readonly<Record<string, Observed>> = {
  'a key deactivated as approved': good,
  'the runbook, which takes the password too': byRunbook(),
  'an exemption, closed': exempted(),
  'an exemption, open': exempted({ state: 'open' }),
  'a request that waits': { ...pending, issues: [issue(seal([[trailEvent('requested')]]), labelled)] },
  'an old key of which Config does not tell': observed(remediation, {
    users: [user('Active', false, false)],
    byHand: [{ keyId, status: 'Active' }],
  }),
  'somebody else deactivated it': { ...byOthers, promises: [] },
};

test.each(Object.entries(sound).map(([name, state]) => ({ name, state })))(
  'all is well: $name',
  ({ state }) => {
    expect(check(state)).toEqual([]);
  },
);

const without = (index: number) => ({ ...good, issues: [issue(seal(remediation).toSpliced(index, 1))] });
const edited = seal(remediation).map((comment) => ({
  ...comment,
  body: comment.body.replace('Started', 'Begun'),
}));
const late = seal(remediation).map((comment) => ({
  ...comment,
  createdAt: minutesLater(20, comment.createdAt),
}));
const [replies] = good.threads.map((one) => one.replies);
const threadOf = (changed: ObservedThread['replies']) => ({
  ...good,
  threads: good.threads.map((one) => ({ ...one, replies: changed })),
});
const approvedBy = (actor: TrailEvent['actor'], more: Steps[number] = []): Steps => [
  [trailEvent('requested')],
  [trailEvent('approved', { actor }), ...more, trailEvent('started')],
  [trailEvent('finished'), trailEvent('verified')],
];
const twoPeople = { ...law, quorums: { ...law.quorums, strict: { ...one, count: 2 } } };
const stranger = { kind: 'slack', id: 'U0GUEST', name: 'a guest' } as const;
const wish = (data: Parameters<typeof trailEvent<'requested'>>[1]) => trailEvent('requested', data);
const closedEarly = { users: [user('Active')] };

const faults: Readonly<Record<string, readonly [Observed, RegExp]>> = {
  'a key that nobody approved': [observed([], { byHand: [] }), /UpdateAccessKey .* nobody approved/],
  'a status that nobody asked for': [observed([], { requests: [] }), /is Inactive: nobody approved/],
  'a write before the start': [
    observed(remediation, { requests: [{ ...update, at: minutesLater(0.5) }] }),
    /nobody approved/,
  ],
  'another key': [
    observed(remediation, {
      requests: [update, { ...update, input: { ...update.input, AccessKeyId: 'AKIAOTHER' } }],
    }),
    /AKIAOTHER.* nobody approved/,
  ],
  'the wrong way round': [
    observed(remediation, {
      requests: [update, { ...update, input: { ...update.input, Status: 'Active' } }],
    }),
    /nobody approved/,
  ],
  'somebody else writes': [
    observed(remediation, { requests: [{ ...update, caller: 'the scan' }] }),
    /by the scan/,
  ],
  'a key is deleted': [
    observed(remediation, { requests: [update, { ...update, operation: 'DeleteAccessKey' }] }),
    /DeleteAccessKey .* nobody approved/,
  ],
  'a password that nobody approved': [
    observed(remediation, { before: [user('Active', true)] }),
    /password of ada/,
  ],
  'two executions': [
    byRunbook({ executions: [execution, { ...execution, id: 'another' }] }),
    /executed twice/,
  ],
  'an execution of nobody': [
    byRunbook({ executions: [{ ...execution, tagKeys: [] }] }),
    /belongs to no start/,
  ],
  'an execution for another user': [
    byRunbook({ executions: [{ ...execution, userId: 'AIDAX' }] }),
    /ran for AIDAX/,
  ],
  'verified, and never done': [observed(remediation, { requests: [] }), /says of .* what nobody did/],
  'too few people': [{ ...good, law: twoPeople }, /1 people approved of 2/],
  'one person twice': [
    { ...observed(approvedBy(bob, [trailEvent('approved')])), law: twoPeople },
    /1 people approved of 2/,
  ],
  'the requester': [observed(approvedBy(alice)), /the requester approved/],
  'a guest approves': [observed(approvedBy(stranger)), /U0GUEST may approve nothing/],
  'a guest requests': [
    observed([[wish({ actor: stranger })], ...remediation.slice(1)]),
    /U0GUEST may request nothing/,
  ],
  'no approver': [{ ...good, law: { ...law, groups: { S0SECURITY: [carol.id] } } }, /U0BOB is no approver/],
  'another plan': [
    observed([
      [trailEvent('requested')],
      [trailEvent('approved', { data: { digest: 'ee'.repeat(32) } }), trailEvent('started')],
    ]),
    /another plan was approved/,
  ],
  'a digest that is not that of its plan': [
    observed([[wish({ data: { digest: 'ee'.repeat(32) } })], ...remediation.slice(1)]),
    /its digest is that of another plan/,
  ],
  'an execution in another account': [
    byRunbook({ executions: [{ ...execution, accountId: '999999999999' }] }),
    /ran in account 999999999999/,
  ],
  'more keys than a day may see': [
    { ...good, law: { ...law, keysDeactivatedPerDay: 0 } },
    /1 keys and passwords went within a day, and the policy allows 0/,
  ],
  'what a bulk request says': [observed([[trailEvent('bulk-stopped')]]), /has an issue of its own/],
  'unrecorded, and nothing is on the issue': [
    (() => {
      const begun = observed(remediation.slice(0, 2));
      const told = { ts: '1700000009.000100', text: '', notice: 'unrecorded' };
      return { ...begun, threads: begun.threads.map((all) => ({ ...all, replies: [...all.replies, told] })) };
    })(),
    /#7 does not tell what came of request/,
  ],
  'more keys than approved': [
    observed([
      [trailEvent('requested')],
      [trailEvent('approved'), trailEvent('started', { data: { keyIds: [keyId, 'AKIAMORE'] } })],
    ]),
    /AKIAMORE was not approved/,
  ],
  'an expired request': [
    observed([[wish({ data: { expiresAt: minutesLater(1).toISOString() } })], ...remediation.slice(1)]),
    /it had expired/,
  ],
  'a denied request': [
    observed([...remediation.slice(0, 1), [trailEvent('denied')], ...remediation.slice(1)]),
    /decided already/,
  ],
  'a request made twice': [observed([[trailEvent('requested')], ...remediation]), /requested before/],
  'started twice': [
    observed([...remediation.slice(0, 2), [trailEvent('started')], ...remediation.slice(2)]),
    /decided already/,
  ],
  'finished twice': [observed([...remediation, [trailEvent('finished')]]), /finished before/],
  'verified before the end': [
    observed([...remediation.slice(0, 2), [trailEvent('verified')]]),
    /not finished/,
  ],
  'an answer to no request': [observed([[trailEvent('approved')]]), /no such request/],
  'never ended': [observed(remediation.slice(0, 2)), /nobody was told what came of it/],
  'the first comment is lost': [without(0), /envelope 1 is missing/],
  'a comment in the middle is lost': [without(1), /envelope 2 is missing/],
  'the last comment is lost': [without(2), /nobody was told what came of it/],
  'a text was edited': [{ ...good, issues: [issue(edited)] }, /its text was edited/],
  'an old envelope': [{ ...good, issues: [issue(late)] }, /sealed at another time/],
  'another chain': [
    { ...good, issues: [issue([...seal(remediation).slice(0, 1), ...seal(runbook).slice(1)])] },
    /does not follow/,
  ],
  'another repository': [{ ...good, law: { ...law, repositoryId: 1 } }, /another repository/],
  'another key signed': [{ ...good, law: { ...law, publicKeys: [] } }, /nobody approved/],
  'closed too early': [observed([], { ...closedEarly, requests: [] }), /no open issue, and .* over age/],
  'an exemption that is over': [{ ...exempted(), now: minutesLater(60 * 24 * 365) }, /no open issue/],
  'open for nothing': [{ ...good, issues: [issue(seal(remediation), { state: 'open' })] }, /has no old key/],
  'open about nobody': [
    { ...observed(remediation, { users: [] }), issues: [issue(seal(remediation), { state: 'open' })] },
    /a user who is gone/,
  ],
  'two open issues': [
    { ...good, issues: [8, 9].map((number) => issue([], { number, state: 'open' })) },
    /several open issues: #8, #9/,
  ],
  'a lost label': [exempted({ labels: ['keyturn'] }), /lacks the label keyturn:exempt/],
  'a label too many': [
    { ...good, issues: [issue(seal(remediation), { labels: ['keyturn', 'keyturn:pending'] })] },
    /bears the label keyturn:pending/,
  ],
  'a card that is not there': [{ ...good, threads: [] }, /has no card/],
  'a thread that is silent': [threadOf([]), /tells of [0-9a-f]{12} 0 times/],
  'a thread that repeats itself': [
    threadOf([...(replies ?? []), ...(replies ?? [])]),
    /tells of [0-9a-f]{12} 2 times/,
  ],
  'a thread that tells stories': [
    threadOf([...(replies ?? []), { ts: '1', text: '', notice: 'abcdef012345' }]),
    /abcdef012345, which no trail has/,
  ],
  'an answer to nothing': [{ ...good, promises: [{ person: bob.id, issue: 7 }] }, /none does/],
};

test.each(Object.entries(faults).map(([name, [state, words]]) => ({ name, state, words })))(
  'called out: $name',
  ({ state, words }) => {
    expect(check(state).join('\n')).toMatch(words);
  },
);

test('what two processes wrote at once is no fault: who came second decided nothing', () => {
  const [first, second, third] = seal(remediation);
  const [, loser] = seal([[trailEvent('requested')], [trailEvent('denied')]]);
  if (!first || !second || !third || !loser) throw new Error('A comment was not written.');
  const comments = [first, second, { ...loser, id: second.id + 1 }, third];
  expect(check({ ...good, issues: [issue(comments)] })).toEqual([]);
});

test('what was started on an issue that is gone is told in its thread', () => {
  const begun = observed(remediation.slice(0, 2));
  const gone = { ...begun, issues: begun.issues.map((one) => ({ ...one, isGone: true })) };
  expect(check(gone).join()).toContain('nobody was told');
  const told = { ts: '1700000009.000100', text: '', notice: 'trouble-1' };
  const threads = gone.threads.map((one) => ({ ...one, replies: [...one.replies, told] }));
  expect(check({ ...gone, threads })).toEqual([]);
});

test('the time of the last look is the moment that counts', () => {
  expect(
    check({ ...pending, now: start, issues: [issue(seal([[trailEvent('requested')]]))] }).join(),
  ).toContain('lacks the label');
});
