import { expect, test } from '@jest/globals';
import { check } from '../../sandbox/checker/check.ts';
import type { Observed } from '../../sandbox/checker/observed.ts';
import type { EventOf, TrailEvent } from '../../shared/trail/events.ts';
import { digestDue, type Steps, thread } from '../fakes/observed.ts';
import {
  ada,
  approved,
  asked,
  bea,
  begin,
  beginning,
  begunAt,
  bulkEnd,
  bulkId,
  bulkStory,
  dave,
  end,
  eve,
  execution,
  finished,
  place,
  referring,
  requestId,
  type Setting,
  type Story,
  started,
  stopped,
  stoppedStory,
  wish,
} from '../fakes/observed-bulk.ts';
import { alice, bob, carol, minutesLater, plans, requestIdOf, subject, trailEvent } from '../fakes/trail.ts';

const good = bulkEnd();
const approval = bulkStory.steps.slice(0, 3);
const open = { state: 'open' } as const;
const story = (...steps: Steps): Story => ({ steps });

/** Nobody was begun. */
function untouched(status: string, bulk: Story, setting: Setting = {}): Observed {
  const state = bulkEnd({ ada: () => story(), status, bulk, ...setting });
  return { ...state, aws: { ...state.aws, users: [], requests: [], executions: [] } };
}

/** Ada's request was started, and nothing of its end is recorded. */
function neverEnded(setting: Setting = {}): Observed {
  const counts = { asPredicted: 0, differs: 0, unrecorded: 1 };
  return bulkEnd({
    bulk: { ...bulkStory, steps: [...approval, [finished({ counts })]] },
    ada: (bulk) => ({ steps: [begin(bulk)], minutes: [3] }),
    adaIssue: { state: 'open', labels: ['keyturn', 'keyturn:pending'], ...setting.adaIssue },
    notices: setting.notices ?? [],
  });
}

/** Ada's request was started, and AWS was not asked any more. */
function keptBack(notStarted: readonly { readonly userId: string }[]): Observed {
  const counts = { asPredicted: 0, differs: 0, unrecorded: 0 };
  const named = notStarted.map(({ userId }) => ({ userId, why: 'it was stopped' }));
  const { steps, minutes = [] } = stoppedStory();
  const nothing = [
    trailEvent('finished', { data: { ended: 'not started' } }),
    trailEvent('verified', { data: { keys: [] } }),
  ];
  const state = bulkEnd({
    bulk: { steps: [...steps.slice(0, -1), [finished({ counts, notStarted: named })]], minutes },
    ada: (bulk) => ({ steps: [begin(bulk), nothing], minutes: [3, 7] }),
    adaIssue: { state: 'open' },
  });
  const { before } = state.aws;
  return { ...state, aws: { ...state.aws, users: before, requests: [], executions: [] } };
}

const denied = trailEvent('denied', { requestId: bulkId });
const voided = trailEvent('voided', { requestId: bulkId });
const tooLate: Story = {
  steps: [[asked()], [approved()], [approved()], [approved(carol)]],
  minutes: [0, 1, 2, 60 * 25],
};

const sound: Readonly<Record<string, Observed>> = {
  'one user was begun and one left alone': good,
  'it waits': untouched('pending', story([asked()]), { bulkIssue: open }),
  'it expired': { ...untouched('expired', story([asked()])), now: minutesLater(60 * 25) },
  'it was denied': untouched('denied', story([asked()], [denied])),
  'it was void': untouched('voided', story([asked()], [approved()], [approved(carol), voided])),
  'an approval came twice, and one too late': {
    ...untouched('expired', tooLate),
    now: minutesLater(60 * 25),
  },
  'what was on its way was started after it was stopped': bulkEnd({
    bulk: stoppedStory(),
    executedAt: minutesLater(3.7),
  }),
  'a Stop kept a user from AWS': keptBack([ada, bea]),
  'the requester stops it': bulkEnd({ bulk: stoppedStory(alice) }),
  'nothing can be recorded on it any more, and its thread says so': bulkEnd({
    bulk: { ...bulkStory, steps: approval },
    bulkIssue: open,
    status: 'started',
    notices: ['broken'],
  }),
};

test.each(Object.entries(sound).map(([name, state]) => ({ name, state })))(
  'all is well: $name',
  ({ state }) => {
    expect(check(state)).toEqual([]);
  },
);

const byBulk = (...steps: Steps) => bulkEnd({ bulk: { ...bulkStory, steps } });
const [onCard] = good.threads;
const notices = onCard?.replies.flatMap(({ notice }) => notice ?? []) ?? [];
const [, , , , outcome = ''] = notices;
const threadOf = (...told: readonly string[]): Observed => ({
  ...good,
  threads: [thread(told, onCard?.text)],
});
const people = (...actors: readonly TrailEvent['actor'][]) =>
  bulkEnd({ ada: (bulk) => ({ steps: [begin(bulk, actors), end], minutes: [3, 4] }) });
const planOf = (...users: readonly (typeof ada)[]) => ({ plan: { ...asked().data.plan, users: [...users] } });
const listing = (...users: readonly (typeof ada)[]) =>
  byBulk([asked(planOf(...users))], ...bulkStory.steps.slice(1));
const strictly = (wish: EventOf<'requested'>) => ({ ...wish, data: { ...wish.data, plan: plans.strict } });
const strictAda = { ...ada, digest: digestDue(strictly(wish), subject) };
const outcomes = (asPredicted: number, differs: number, unrecorded = 0) =>
  byBulk(...approval, [finished({ counts: { asPredicted, differs, unrecorded } })]);
const second = requestIdOf(2);
const again = (events: readonly TrailEvent[]) => events.map((event) => ({ ...event, requestId: second }));

const faults: Readonly<Record<string, readonly [Observed, RegExp]>> = {
  // How it was approved.
  'a guest requests it': [
    byBulk([asked({}, { ...eve, id: 'U0GUEST' })], ...bulkStory.steps.slice(1)),
    /U0GUEST may request nothing/,
  ],
  'it asks for fewer people than strict does': [
    byBulk([asked({ quorum: { ...asked().data.quorum, count: 1 } })], ...bulkStory.steps.slice(1)),
    /bulk-requested .* fewer people/,
  ],
  'it lists somebody twice': [listing(ada, bea, ada), /lists somebody twice/],
  'its digest is another': [
    byBulk([asked({ digest: 'ee'.repeat(32) })], ...bulkStory.steps.slice(1)),
    /bulk-requested .* digest is that of another plan/,
  ],
  'one person is too few': [byBulk([asked()], [approved(), started], [finished()]), /1 people approved of 2/],
  'one person twice is too few': [
    byBulk([asked()], [approved()], [approved(), started], [finished()]),
    /1 people approved of 2/,
  ],
  'the requester approves': [
    byBulk([asked()], [approved(alice)], [approved(), started], [finished()]),
    /approved .* the requester approved/,
  ],
  'somebody approves who is no approver': [
    byBulk([asked()], [approved(eve)], [approved(), started], [finished()]),
    /U0EVE is no approver/,
  ],
  'another plan is approved': [
    byBulk(
      [asked()],
      [trailEvent('approved', { requestId: bulkId, data: { digest: 'ee'.repeat(32) } })],
      [approved(carol), started],
    ),
    /another plan was approved/,
  ],
  'it has expired when it is started': [
    byBulk([asked({ expiresAt: minutesLater(1.5).toISOString() })], ...bulkStory.steps.slice(1)),
    /bulk-started .* it had expired/,
  ],
  'it is started after it was denied': [
    byBulk([asked()], [approved()], [denied], [approved(carol), started]),
    /bulk-started .* decided already/,
  ],
  'it is denied after it was started': [
    byBulk(...approval, [denied], [finished()]),
    /denied .* decided already/,
  ],
  'it is void after it was started': [
    byBulk(...approval, [voided], [finished()]),
    /voided .* decided already/,
  ],
  'it is requested twice': [byBulk([asked()], ...bulkStory.steps), /belongs on the issue of one user/],
  'another bulk request on its issue': [
    byBulk(...approval, [{ ...started, requestId: second }]),
    /the issue is of another bulk request/,
  ],
  'a stranger stops it': [bulkEnd({ bulk: stoppedStory(eve) }), /U0EVE may not stop it/],
  'it is stopped when it is over': [byBulk(...bulkStory.steps, [stopped()]), /there is nothing to stop/],
  'it finishes twice': [byBulk(...bulkStory.steps, [finished()]), /has finished before/],
  'a user is remediated on its issue': [
    byBulk(...approval, [trailEvent('finished', { requestId: bulkId })]),
    /belongs on the issue of one user/,
  ],
  // Who was begun, and when.
  'by no bulk request': [bulkEnd({ ada: referring({ requestId: second }) }), /no such bulk request/],
  'by one on another issue': [bulkEnd({ ada: referring({ issue: 8 }) }), /no such bulk request/],
  'by another approval': [bulkEnd({ ada: referring({ approval: 'ee'.repeat(32) }) }), /no such approval/],
  'by one that was not approved': [
    bulkEnd({ bulk: story([asked()], [approved()]), bulkIssue: open, status: 'pending' }),
    /no such approval/,
  ],
  'in another account': [
    bulkEnd({ about: { ...place, accountId: '999999999999' } }),
    /is about another account/,
  ],
  'a user who is not in the list': [listing(bea), /does not list this user/],
  'a user with another issue': [listing({ ...ada, issue: 70 }, bea), /does not list this user/],
  'by another plan': [listing({ ...ada, digest: 'ee'.repeat(32) }, bea), /another plan was approved/],
  'by a plan that is none of the runbook': [
    bulkEnd({
      bulk: { ...bulkStory, steps: [[asked(planOf(strictAda, bea))], ...bulkStory.steps.slice(1)] },
      ada: beginning((events) => events.map((one) => (one.type === 'requested' ? strictly(one) : one))),
    }),
    /another plan was approved/,
  ],
  'somebody else asked for it': [
    bulkEnd({
      ada: beginning((events) =>
        events.map((one) => (one.type === 'requested' ? { ...one, actor: eve } : one)),
      ),
    }),
    /somebody else had requested it/,
  ],
  'other people had approved it': [people(bob, dave), /other people had approved it/],
  'too few of them are named': [people(bob), /1 people approved of 2/],
  'it was approved elsewhere': [
    bulkEnd({
      ada: beginning((events) =>
        events.map((one) => (one.type === 'approved' ? trailEvent('approved', { actor: one.actor }) : one)),
      ),
    }),
    /approved elsewhere/,
  ],
  'its approvals come later': [
    bulkEnd({
      ada: (bulk) => ({ steps: [begin(bulk).slice(0, 1), begin(bulk).slice(1), end], minutes: [3, 3.1, 4] }),
    }),
    /0 people approved of 2/,
  ],
  'before it was approved': [bulkEnd({ ada: begunAt(1.5, 4) }), /before it was approved/],
  'more than a day after': [
    bulkEnd({
      ada: (bulk) => ({
        steps: [
          begin({ ...bulk }).map((one) =>
            one.type === 'requested'
              ? { ...one, data: { ...one.data, expiresAt: minutesLater(60 * 48).toISOString() } }
              : one,
          ),
          end,
        ],
        minutes: [60 * 25, 60 * 25 + 1],
      }),
      executedAt: minutesLater(60 * 25 + 0.2),
    }),
    /more than a day later/,
  ],
  'recorded long after it was stopped': [
    bulkEnd({ bulk: stoppedStory(), ada: begunAt(9, 9.5), executedAt: minutesLater(9.1) }),
    /after it was stopped/,
  ],
  'started at AWS after it was stopped': [
    bulkEnd({ bulk: stoppedStory(), ada: begunAt(3, 6), executedAt: minutesLater(5) }),
    /after it was stopped/,
  ],
  'somebody twice': [
    bulkEnd({
      ada: (bulk) => ({ steps: [begin(bulk), end, again(begin(bulk)), again(end)], minutes: [3, 4, 5, 6] }),
    }),
    /began AIDAEXAMPLE0000000001 2 times/,
  ],
  'more than a day may see, passwords counted': [
    { ...good, law: { ...good.law, keysDeactivatedPerDay: 1 } },
    /2 keys and passwords went within a day, and the policy allows 1/,
  ],
  'an execution in another account': [
    { ...good, aws: { ...good.aws, executions: [{ ...execution, accountId: '999999999999' }] } },
    /ran in account 999999999999/,
  ],
  // What came of it, and who was told.
  'somebody is forgotten': [
    byBulk(...approval, [finished({ notStarted: [] })]),
    /has forgotten AIDAEXAMPLE0000000002/,
  ],
  'it says that nobody was started': [
    byBulk(...approval, [finished({ notStarted: [ada, bea].map(({ userId }) => ({ userId, why: '' })) })]),
    /says that AIDAEXAMPLE0000000001 was not started/,
  ],
  'whom a Stop kept from AWS is forgotten': [keptBack([bea]), /has forgotten AIDAEXAMPLE0000000001/],
  'it counts an outcome that there is not': [outcomes(2, 0), /counts other outcomes/],
  'it calls predicted what was not': [outcomes(0, 1), /counts other outcomes/],
  'it says that a trail broke that did not': [outcomes(1, 0, 1), /counts other outcomes/],
  'it has no end': [byBulk(...approval), /#9 was started, and nobody was told how it ended/],
  'its issue stays open': [bulkEnd({ bulkIssue: open }), /#9 is open, and its bulk request is finished/],
  'its issue bears a hint': [
    bulkEnd({ bulkIssue: { labels: ['keyturn', 'keyturn:bulk', 'keyturn:pending'] } }),
    /#9 bears the label keyturn:pending/,
  ],
  'its card is gone': [{ ...good, threads: [] }, /bulk request #9 has no card/],
  'its card says something else': [bulkEnd({ status: 'started' }), /does not say that it is finished/],
  'its thread is silent about a decision': [
    threadOf(...notices.toSpliced(1, 1)),
    /thread of bulk request #9 tells of [0-9a-f]{12} 0 times/,
  ],
  'its thread says a thing twice': [threadOf(...notices, outcome), /tells of #7 [0-9a-f]{12} 2 times/],
  'its thread is silent about an outcome': [
    threadOf(...notices.filter((notice) => notice !== outcome)),
    /tells of #7 [0-9a-f]{12} 0 times/,
  ],
  'its thread tells of what no trail has': [
    threadOf(...notices, '#8 abcdef012345'),
    /tells of #8 abcdef012345, which no trail has/,
  ],
  'nobody is told what came of a user': [neverEnded(), /was started, and nobody was told what came of it/],
  'the thread alone is told what came of a user': [
    neverEnded({ notices: ['#7 unrecorded'] }),
    /#7 does not tell what came of request/,
  ],
  'an answer to nothing': [
    { ...good, promises: [{ person: bob.id, issue: place.issue }] },
    /a request stands on #9, and none does/,
  ],
};

test.each(Object.entries(faults).map(([name, [state, words]]) => ({ name, state, words })))(
  'called out: $name',
  ({ state, words }) => {
    expect(check(state).join('\n')).toMatch(words);
  },
);

test('what cannot be sealed is told on the issue and in the thread', () => {
  const told = neverEnded({ notices: ['#7 unrecorded'] });
  const unsealed = { id: 900, body: `It is not sealed: ${requestId}`, createdAt: minutesLater(6) };
  const issues = told.issues.map((one) => ({ ...one, comments: [...one.comments, unsealed] }));
  expect(check({ ...told, issues })).toEqual([]);
});
