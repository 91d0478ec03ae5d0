import { describe, expect, test } from '@jest/globals';
import { fold } from '../../shared/trail/fold.ts';
import type { FindingState, Recorded } from '../../shared/trail/state.ts';
import {
  alice,
  bob,
  bot,
  carol,
  keyId,
  minutesLater,
  otherKeyId,
  plans,
  recorded,
  requestIdOf,
  start,
} from '../fakes/trail.ts';

const day = 24 * 60;
const second = { requestId: requestIdOf(2) };

function at(minutes: number, ...events: Recorded[]): FindingState {
  return fold(events, minutesLater(minutes));
}

function statuses({ requests }: FindingState): string[] {
  return [...requests.values()].map(({ status }) => status);
}

function reasons({ ignored }: FindingState): string[] {
  return ignored.map(({ reason }) => reason);
}

const requested = recorded('requested');
const approved = recorded('approved', { minutes: 1 });
const started = recorded('started', { minutes: 1 });
const finished = recorded('finished', { minutes: 2 });
const verified = recorded('verified', { minutes: 3 });
const whole = [requested, approved, started, finished, verified];

const exemption = recorded('requested', { data: { plan: plans.exempt } });
const undo = recorded('requested', { ...second, minutes: 10, data: { plan: plans.undo } });
const undone = [
  undo,
  recorded('approved', { ...second, minutes: 10 }),
  recorded('started', { ...second, minutes: 10, data: { mode: 'undo' } }),
  recorded('finished', { ...second, minutes: 10 }),
  recorded('verified', { ...second, minutes: 10, data: { keys: [{ id: keyId, outcome: 'reactivated' }] } }),
];

test('nothing comes to nothing', () => {
  expect(fold([], start)).toEqual({
    requests: new Map(),
    open: undefined,
    exemptions: new Map(),
    deactivations: [],
    deactivated: new Map(),
    reactivated: new Map(),
    lastOutcome: undefined,
    ignored: [],
  });
});

describe('a request goes its way', () => {
  test.each<[string, Recorded[], boolean]>([
    ['pending', [requested], true],
    ['pending', [requested, approved], true],
    ['denied', [requested, recorded('denied')], false],
    ['voided', [requested, approved, recorded('voided')], false],
    ['started', [requested, approved, started], true],
    ['finished', [requested, approved, started, finished], true],
    ['verified', whole, false],
    ['exempted', [exemption, approved, recorded('exempted')], false],
  ])('%s', (status, events, isOpen) => {
    const state = at(5, ...events);
    expect(statuses(state)).toEqual([status]);
    expect(state.open?.id).toBe(isOpen ? requestIdOf(1) : undefined);
    expect(state.ignored).toEqual([]);
  });

  test('it expires by the clock alone, and no sooner', () => {
    expect(statuses(at(day - 1, requested, approved))).toEqual(['pending']);
    expect(statuses(at(day, requested, approved))).toEqual(['expired']);
    expect(at(day, requested).open).toBeUndefined();
  });

  test('what was started does not expire', () => {
    expect(statuses(at(9 * day, requested, approved, started))).toEqual(['started']);
  });

  test('what was not started in time is no obstacle', () => {
    const notStarted = recorded('finished', { data: { ended: 'not started' } });
    const state = at(5, requested, approved, started, notStarted);
    expect(statuses(state)).toEqual(['finished']);
    expect(state.open).toBeUndefined();
    expect(state.deactivations).toEqual([]);
  });

  test('approvals count people', () => {
    const quorum = { approvers: ['S0SECURITY'], count: 2, selfApproval: false };
    const strict = recorded('requested', { data: { quorum } });
    const byCarol = recorded('approved', { actor: carol });
    const missing = (...events: Recorded[]) => at(5, strict, ...events).open?.missing;
    expect(missing()).toBe(2);
    expect(missing(approved, approved)).toBe(1);
    expect(missing(approved, byCarol)).toBe(0);
    expect(missing(approved, byCarol, recorded('approved', { actor: { ...bob, id: 'U0DAVE' } }))).toBe(0);
    expect(reasons(at(5, strict, approved, started))).toEqual(['the quorum is not complete']);
  });

  test('the requester may approve where the quorum says so', () => {
    const quorum = { approvers: ['S0SECURITY'], count: 1, selfApproval: true };
    const own = recorded('approved', { actor: alice });
    expect(at(5, recorded('requested', { data: { quorum } }), own).open?.missing).toBe(0);
  });
});

describe('an event that means nothing where it stands is left out and named', () => {
  test.each<[string, Recorded[]]>([
    ['there is no such request', [approved]],
    ['this request was made before', [requested, recorded('denied'), requested]],
    ['another request is open', [requested, recorded('requested', second)]],
    ['another request is open', [requested, approved, started, recorded('requested', second)]],
    ['another request is open', [requested, approved, started, finished, recorded('requested', second)]],
    ['it is already denied', [requested, recorded('denied'), approved]],
    ['it is already voided', [requested, recorded('voided'), recorded('denied')]],
    ['it is already started', [requested, approved, started, recorded('voided')]],
    ['it is already started', [requested, approved, started, started]],
    ['it has expired', [requested, recorded('approved', { minutes: day })]],
    ['only a person can approve', [requested, recorded('approved', { actor: bot })]],
    ['another plan was approved', [requested, recorded('approved', { data: { digest: 'ee'.repeat(32) } })]],
    ['this person approved before', [requested, approved, approved]],
    ['the requester may not approve', [requested, recorded('approved', { actor: alice })]],
    ['the quorum is not complete', [requested, started]],
    ['the quorum is not complete', [exemption, recorded('exempted')]],
    [
      'something else was approved',
      [requested, approved, recorded('started', { data: { mode: 'runbook' } })],
    ],
    [
      'something else was approved',
      [requested, approved, recorded('started', { data: { keyIds: [otherKeyId] } })],
    ],
    ['something else was approved', [requested, approved, recorded('exempted')]],
    ['something else was approved', [exemption, approved, started]],
    [
      'something else was approved',
      [exemption, approved, recorded('exempted', { data: { keyIds: [otherKeyId] } })],
    ],
    [
      'something else was approved',
      [exemption, approved, recorded('exempted', { data: { until: '2028-01-01T00:00:00.000Z' } })],
    ],
    ['the request is pending, not started', [requested, finished]],
    ['the request is verified, not started', [...whole, finished]],
    ['the request is started, not finished', [requested, approved, started, verified]],
    ['the request is verified, not finished', [...whole, verified]],
    ['the request deactivated no such key', [requested, recorded('reactivated')]],
    [
      'the request deactivated no such key',
      [...whole, recorded('reactivated', { data: { keyIds: [otherKeyId] } })],
    ],
  ])('%s', (reason, events) => {
    const state = at(5, ...events);
    expect(reasons(state)).toEqual([reason]);
    expect(state.ignored[0]?.event).toBe(events.at(-1));
    const { ignored, ...rest } = state;
    expect(rest).toEqual({ ...at(5, ...events.slice(0, -1)), ignored: undefined, ...rest });
    expect(statuses(state)).toEqual(statuses(at(5, ...events.slice(0, -1))));
  });

  test('an expired request makes room for another', () => {
    const state = at(day + 1, requested, recorded('requested', { ...second, minutes: day }));
    expect(statuses(state)).toEqual(['expired', 'expired']);
    expect(state.ignored).toEqual([]);
  });
});

describe('what the daily cap counts', () => {
  const counted = (...events: Recorded[]) => at(5, ...events).deactivations.map((one) => one.keyId);
  const runbook = recorded('requested', { data: { plan: plans.runbook } });

  test('nothing before the start, all that may change in flight, what did change afterwards', () => {
    expect(counted(requested, approved)).toEqual([]);
    expect(counted(requested, approved, started)).toEqual([keyId]);
    expect(counted(requested, approved, started, finished)).toEqual([keyId]);
    expect(counted(...whole)).toEqual([keyId]);
  });

  test('a key that stayed Active does not count, one that the runbook took along does', () => {
    const keys = [
      { id: keyId, outcome: 'still active' as const },
      { id: otherKeyId, outcome: 'deactivated' as const },
    ];
    const events = [runbook, approved, recorded('started', { data: { mode: 'runbook' } }), finished];
    expect(counted(...events, recorded('verified', { data: { keys } }))).toEqual([otherKeyId]);
  });

  test('on the day of the start', () => {
    expect(at(5, ...whole).deactivations).toEqual([
      { keyId, requestId: requestIdOf(1), at: minutesLater(1) },
    ]);
  });

  test('an undo does not count', () => {
    expect(counted(...undone.slice(0, 3))).toEqual([]);
    expect(counted(...undone)).toEqual([]);
  });
});

describe('what is known of the keys', () => {
  test('deactivated, and who reactivated them', () => {
    expect([...at(5, ...whole).deactivated.keys()]).toEqual([keyId]);
    const afterUndo = at(20, ...whole, ...undone);
    expect(afterUndo.deactivated.size + afterUndo.reactivated.size).toBe(0);
    const noticed = recorded('reactivated', { minutes: 20 });
    const afterOthers = at(20, ...whole, noticed);
    expect(afterOthers.deactivated.size).toBe(0);
    expect(afterOthers.reactivated).toEqual(new Map([[keyId, noticed]]));
  });

  test('a reactivated key that is deactivated again is reactivated no more', () => {
    const again = whole.map((event) => ({ ...event, ...second }));
    const state = at(20, ...whole, recorded('reactivated'), ...again);
    expect(state.reactivated.size).toBe(0);
    expect(state.deactivated.get(keyId)?.requestId).toBe(requestIdOf(2));
    expect(state.deactivations).toHaveLength(2);
  });

  test('the last outcome is at hand', () => {
    expect(at(5, ...whole).lastOutcome).toBe(verified);
  });
});

describe('exemptions', () => {
  const events = [exemption, approved, recorded('exempted')];
  const until = new Date(plans.exempt.until);

  test('hold up to their date, and end without anybody writing it', () => {
    const justBefore = new Date(until.getTime() - 1);
    expect(fold(events, justBefore).exemptions.get(keyId)).toEqual({
      keyId,
      until,
      reason: 'a migration',
      requestId: requestIdOf(1),
    });
    expect(fold(events, until).exemptions.size).toBe(0);
  });

  test('a later one replaces an earlier one', () => {
    const longer = { ...plans.exempt, until: '2027-03-01T00:00:00.000Z' };
    const later = [
      recorded('requested', { ...second, data: { plan: longer } }),
      recorded('approved', second),
      recorded('exempted', { ...second, data: { until: longer.until } }),
    ];
    expect(fold([...events, ...later], until).exemptions.get(keyId)?.requestId).toBe(requestIdOf(2));
  });
});
