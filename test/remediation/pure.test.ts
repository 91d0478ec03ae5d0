import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { automationPhase } from '../../shared/remediation/automation-status.ts';
import { buildPlan, wishOf } from '../../shared/remediation/build-plan.ts';
import { clientTokenOf, tagKeyOf } from '../../shared/remediation/client-token.ts';
import { clipNotes } from '../../shared/remediation/clip-notes.ts';
import { type Approvable, canonicalJson, digestOf } from '../../shared/remediation/digest.ts';
import { expiryOf } from '../../shared/remediation/expiry.ts';
import { createLocks } from '../../shared/remediation/locks.ts';
import { createPacer } from '../../shared/remediation/pacer.ts';
import { planChanges } from '../../shared/remediation/plan-changes.ts';
import { pollingPause } from '../../shared/remediation/polling-pause.ts';
import { parseRunbookOutput } from '../../shared/remediation/runbook-output.ts';
import { fold } from '../../shared/trail/fold.ts';
import { clip } from '../../shared/trail/text.ts';
import { FakeClock } from '../fakes/remediation/fake-clock.ts';
import { accessKey, daysAgo, ninetyDays, today, userSnapshot } from '../fakes/user-snapshot.ts';

const approvable: Approvable = {
  subject: { repositoryId: 1, issue: 2, accountId: '123456789012', userId: 'AIDA1' },
  userName: 'ada',
  arn: 'arn:aws:iam::123456789012:user/ada',
  plan: {
    kind: 'runbook',
    region: 'us-east-1',
    document: { name: 'Document', version: '1', hash: 'abc' },
    roleArn: 'arn:aws:iam::123456789012:role/R',
    ages: { ...ninetyDays },
    keys: [
      { id: 'A', status: 'Active' },
      { id: 'B', status: 'Inactive' },
    ],
    updates: ['A', 'B'],
    deactivates: ['A'],
    deletesLoginProfile: true,
    loginProfileCreatedAt: '2026-01-01T00:00:00.000Z',
  },
  quorum: { approvers: ['S0', 'U1'], count: 1, selfApproval: false },
};

/** Every value within, with the path to it. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name]));
}

function changeAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return typeof value === 'number' ? value + 1 : `${String(value)}x`;
  if (Array.isArray(value))
    return value.map((member, index) => (String(index) === name ? changeAt(member, rest) : member));
  return { ...Object(value), [name]: changeAt(Reflect.get(Object(value), name), rest) };
}

describe('the digest', () => {
  test.each(leaves(approvable).map((path) => [path.join('.'), path] as const))('covers %s', (_, path) => {
    const changed = Object.assign({ ...approvable }, changeAt(approvable, path));
    expect(digestOf(changed)).not.toBe(digestOf(approvable));
  });

  test('covers the order of the updates, and not that of keys, approvers or members', () => {
    const { plan, quorum } = approvable;
    if (plan.kind !== 'runbook') throw new Error('another plan');
    expect(digestOf({ ...approvable, plan: { ...plan, updates: ['B', 'A'] } })).not.toBe(
      digestOf(approvable),
    );
    const reordered: Approvable = {
      quorum: { selfApproval: false, count: 1, approvers: quorum.approvers.toReversed() },
      plan: { ...plan, keys: plan.keys.toReversed() },
      arn: approvable.arn,
      userName: 'ada',
      subject: approvable.subject,
    };
    expect(digestOf(reordered)).toBe(digestOf(approvable));
  });

  test('is that of the recorded JSON, too', () => {
    const again = JSON.parse(JSON.stringify(approvable));
    expect(digestOf(again)).toBe(digestOf(approvable));
  });

  test('canonical JSON means the same as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: 1, a: undefined, c: [null, { e: 1, d: 2 }] })).toBe(
      '{"b":1,"c":[null,{"d":2,"e":1}]}',
    );
  });

  test('names what changed, within the bounds of an event', () => {
    const other = {
      ...approvable,
      userName: 'ada2',
      arn: `arn:aws:iam::123456789012:user/${'x'.repeat(500)}`,
    };
    const exempt: Approvable = {
      ...approvable,
      plan: { kind: 'exempt', keyIds: ['A'], until: today.toISOString() },
    };
    const changes = planChanges(approvable, other);
    expect(changes[0]).toBe('the user name: was "ada", is "ada2"');
    expect(changes).toHaveLength(2);
    expect(Math.max(...changes.map(({ length }) => length))).toBeLessThanOrEqual(200);
    expect(planChanges(exempt, exempt)).toEqual([]);
    const { plan } = approvable;
    if (plan.kind !== 'runbook') throw new Error('another plan');
    expect(
      planChanges(approvable, { ...approvable, plan: { ...plan, keys: plan.keys.toReversed() } }),
    ).toEqual([]);
    expect(planChanges(approvable, approvable)).toEqual([]);
  });
});

test('the client token is a UUID of version 5 that hangs on the request alone', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      expect(clientTokenOf(one)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      expect(clientTokenOf(one) === clientTokenOf(other)).toBe(one === other);
    }),
  );
  expect(clientTokenOf('11111111-1111-4111-8111-111111111111')).toBe(
    clientTokenOf('11111111-1111-4111-8111-111111111111'),
  );
  expect(tagKeyOf('x')).toBe('keyturn:x');
});

describe('automation statuses', () => {
  const running =
    'Pending InProgress Waiting Cancelling PendingApproval Approved Scheduled RunbookInProgress PendingChangeCalendarOverride ChangeCalendarOverrideApproved ChangeCalendarOverrideRejected Unheard';
  const failed = 'TimedOut Cancelled Canceled Failed Rejected CompletedWithFailure Exited';
  test.each([
    ['running', running],
    ['failed', failed],
    ['success', 'Success CompletedWithSuccess'],
  ])('%s: %s', (phase, statuses) => {
    expect(statuses.split(' ').map(automationPhase)).toEqual(statuses.split(' ').map(() => phase));
  });
});

describe("the runbook's output", () => {
  test('is a claim', () => {
    const responses = {
      DeactivateUnusedKeysResponse: [{ AccessKeyId: 'A', Response: {} }],
      DeleteUnusedPasswordResponse: {},
    };
    expect(parseRunbookOutput(JSON.stringify({ output: 'ok', http_responses: responses }))).toEqual({
      deactivated: ['A'],
      deletedLoginProfile: true,
    });
    // A run that deleted no password leaves its answer out.
    expect(parseRunbookOutput('{"http_responses": {"DeactivateUnusedKeysResponse": []}}')).toEqual({
      deactivated: [],
      deletedLoginProfile: false,
    });
    expect(parseRunbookOutput('{"http_responses": {"DeleteUnusedPasswordResponse": null}}')).toEqual({
      deactivated: [],
      deletedLoginProfile: false,
    });
  });

  test.each([
    undefined,
    '',
    'null',
    '[]',
    '{"http_responses": []}',
    '{"http_responses": {"DeactivateUnusedKeysResponse": [{}]}}',
    'No output available yet because the step is not successfully executed',
    `{"output": "${'x'.repeat(100_000)}`,
  ])('says nothing when it is %j', (text) => {
    expect(parseRunbookOutput(text)).toBeUndefined();
  });

  test('may be anything', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseRunbookOutput(text)));
  });
});

test('a request expires by the policy, or an hour before its plan changes', () => {
  const inHours = (hours: number) => daysAgo(-hours / 24);
  expect(expiryOf(undefined, 24, today)).toEqual({ kind: 'expires', at: inHours(24) });
  expect(expiryOf(inHours(48), 24, today)).toEqual({ kind: 'expires', at: inHours(24) });
  expect(expiryOf(inHours(3), 24, today)).toEqual({ kind: 'expires', at: inHours(2) });
  expect(expiryOf(inHours(1), 24, today)).toEqual({ kind: 'too-late', planChangesAt: inHours(1) });
});

test('polling slows down with time, and never asks in step', () => {
  expect([0, 20_000, 100_000, 600_000, 1_000_000].map((running) => pollingPause(running, 0.5))).toEqual([
    2_000, 4_000, 20_000, 30_000, 60_000,
  ]);
  expect([pollingPause(0, 0), pollingPause(0, 0.999)]).toEqual([1_800, 2_200]);
});

test('texts are cut to their bounds, whole characters', () => {
  expect([clip('abc', 3), clip('abcd', 3)]).toEqual(['abc', 'ab…']);
  expect(clip('a😀b', 3)).toBe('a\u{FFFD}…');
  expect(clipNotes(Array(12).fill('x'.repeat(300))).map(({ length }) => length)).toEqual(Array(10).fill(200));
});

describe('locks', () => {
  test('one at a time for each name, in order, also after a failure', async () => {
    const locks = createLocks();
    const seen: string[] = [];
    const task = (name: string) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (name === 'a') throw new Error('a fails');
      return name;
    };
    const results = await Promise.allSettled([
      locks.run('1', task('a')),
      locks.run('1', task('b')),
      locks.run('2', task('c')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(seen.filter((line) => !line.startsWith('c'))).toEqual([
      'a begins',
      'a ends',
      'b begins',
      'b ends',
    ]);
    expect(seen.indexOf('c begins')).toBeLessThan(seen.indexOf('b begins'));
    expect(await locks.run('1', async () => 'again')).toBe('again');
  });
});

test('a pacer lets each name go on once per interval', async () => {
  const clock = new FakeClock();
  const pacer = createPacer(clock, 1_000);
  await pacer.turn('a');
  await pacer.turn('a');
  await pacer.turn('b');
  clock.advance(5_000);
  await pacer.turn('a');
  expect(clock.slept).toEqual([1_000]);
});

describe('plans', () => {
  const basis = {
    user: userSnapshot({ accessKeys: [accessKey()] }),
    ages: ninetyDays,
    region: 'us-east-1',
    roleArn: 'arn:aws:iam::123456789012:role/R',
    document: { name: 'Document', version: '1', hash: 'abc' },
    state: fold([], today),
    now: today,
  };

  test('are made again from what they say', () => {
    for (const wish of [
      { kind: 'runbook' },
      { kind: 'strict' },
      { kind: 'exempt', keyIds: [accessKey().id], until: daysAgo(-3) },
    ] as const) {
      const planned = buildPlan(wish, basis);
      if (planned.kind === 'refused') throw planned.error;
      expect(buildPlan(wishOf(planned.plan), basis)).toEqual(planned);
    }
    expect(wishOf({ kind: 'undo', undoes: 'x', keys: [], reactivates: ['A'] })).toEqual({
      kind: 'undo',
      undoes: 'x',
    });
  });

  test('a runbook without its document cannot be planned', () => {
    expect(buildPlan({ kind: 'runbook' }, { ...basis, document: undefined })).toMatchObject({
      kind: 'refused',
    });
  });
});
