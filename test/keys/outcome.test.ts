import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExpectedChange, judgeOutcome, type RemediatedUser } from '../../shared/keys/outcome.ts';
import { planRunbook } from '../../shared/keys/plan-runbook.ts';
import { planStrict } from '../../shared/keys/plan-strict.ts';
import type { AccessKey, UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import { relativeMoments } from '../../shared/keys/written-moments.ts';
import {
  accessKey,
  arbitraryAges,
  arbitraryUser,
  daysAgo,
  ninetyDays,
  today,
  unrecorded,
  userSnapshot,
} from '../fakes/user-snapshot.ts';

const keyId = accessKey().id;
const oneHourAgo = daysAgo(1 / 24);
const strict: ExpectedChange = { kind: 'strict', deactivates: [keyId] };
const runbook: ExpectedChange = { kind: 'runbook', updates: [keyId], deletesLoginProfile: false };
const runbookOnNothing: ExpectedChange = { ...runbook, updates: [] };

function judge(changes: Partial<RemediatedUser>) {
  const remediated = {
    before: userSnapshot(),
    plan: strict,
    after: userSnapshot({ accessKeys: [accessKey({ status: 'Inactive' })] }),
    ages: ninetyDays,
    startedAt: oneHourAgo,
    ...changes,
  };
  return judgeOutcome(remediated, today, relativeMoments(today));
}

function withKey(changes: Partial<AccessKey>): UserSnapshot {
  return userSnapshot({ accessKeys: [accessKey(changes)] });
}

/** What IAM shows when the plan was carried out and nothing else happened. */
function carriedOut({ loginProfileCreatedAt, ...user }: UserSnapshot, plan: ExpectedChange): UserSnapshot {
  const changed = plan.kind === 'runbook' ? plan.updates : plan.kind === 'strict' ? plan.deactivates : [];
  const keepsProfile = plan.kind !== 'runbook' || !plan.deletesLoginProfile;
  return {
    ...user,
    accessKeys: user.accessKeys.map((key) =>
      changed.includes(key.id) ? { ...key, status: 'Inactive' } : key,
    ),
    ...(keepsProfile && loginProfileCreatedAt && { loginProfileCreatedAt }),
  };
}

describe('as predicted', () => {
  test('an unused key was deactivated: resolved', () => {
    expect(judge({ plan: runbook })).toEqual({
      keys: [{ id: keyId, outcome: 'deactivated' }],
      loginProfile: 'none',
      resolved: true,
      asPredicted: true,
      differences: [],
    });
  });

  test('a key used today stays Active under the runbook: predicted, and not resolved', () => {
    const user = withKey({ lastUsedAt: daysAgo(4 / 24), lastUsedService: 's3', lastUsedRegion: 'us-east-1' });
    expect(judge({ before: user, plan: runbookOnNothing, after: user })).toEqual({
      keys: [{ id: keyId, outcome: 'still active', why: 'used 4 hours ago for s3 in us-east-1' }],
      loginProfile: 'none',
      resolved: false,
      asPredicted: true,
      differences: [],
    });
  });

  test('an unused password was deleted', () => {
    const before = userSnapshot({ loginProfileCreatedAt: daysAgo(200) });
    const outcome = judge({ before, plan: { ...runbook, deletesLoginProfile: true } });
    expect(outcome).toMatchObject({ loginProfile: 'deleted', asPredicted: true });
  });

  test('a key was reactivated by undo, the other one left as it was', () => {
    const other = accessKey({ id: 'OTHER' });
    const before = userSnapshot({ accessKeys: [accessKey({ status: 'Inactive' }), other] });
    const after = userSnapshot({ accessKeys: [accessKey(), other] });
    expect(judge({ before, plan: { kind: 'undo', reactivates: [keyId] }, after })).toMatchObject({
      keys: [
        { id: keyId, outcome: 'reactivated' },
        { id: 'OTHER', outcome: 'still active', why: 'it was Active before' },
      ],
      asPredicted: true,
      resolved: false,
    });
  });

  test('always, when the plan was carried out and nothing else happened', () => {
    fc.assert(
      fc.property(arbitraryUser, arbitraryAges, (before, ages) => {
        const plans: ExpectedChange[] = [
          { kind: 'runbook', ...planRunbook(before, ages.maxCredentialUsageAge, today) },
          { kind: 'strict', ...planStrict(before, ages.maxAccessKeyAge, today) },
        ];
        for (const plan of plans) {
          const after = carriedOut(before, plan);
          const outcome = judge({ before, plan, after, ages, startedAt: today });
          expect(outcome).toMatchObject({ asPredicted: true, differences: [] });
          expect(outcome.keys.map(({ id }) => id)).toEqual(before.accessKeys.map(({ id }) => id));
          if (plan.kind === 'strict') expect(outcome.resolved).toBe(true);
        }
      }),
    );
  });
});

describe('not as predicted', () => {
  test('a key that was used in the meantime is still Active, and why', () => {
    const after = withKey({ lastUsedAt: daysAgo(0.5 / 24), lastUsedService: 'sts' });
    expect(judge({ plan: runbook, after })).toMatchObject({
      keys: [{ id: keyId, outcome: 'still active', why: 'used 30 minutes ago for sts' }],
      asPredicted: false,
      differences: [`${keyId}: predicted Inactive, found Active`],
      resolved: false,
    });
  });

  test.each([
    ['strict', strict, 'not deactivated, although older than 90 days, created 325 days ago, never used'],
    [
      'runbook',
      runbook,
      'not deactivated, although idle for 90 days or more, never used, created 325 days ago',
    ],
  ])('%s did not do what it should have done', (_, plan, why) => {
    expect(judge({ plan, after: userSnapshot() })).toMatchObject({
      keys: [{ outcome: 'still active', why }],
      asPredicted: false,
    });
  });

  test('the user is gone: nothing is left to resolve', () => {
    const before = userSnapshot({ loginProfileCreatedAt: daysAgo(1) });
    expect(judge({ before, after: undefined })).toEqual({
      keys: [{ id: keyId, outcome: 'gone' }],
      loginProfile: 'deleted',
      resolved: true,
      asPredicted: false,
      differences: ['the user does not exist any more'],
    });
  });

  test('a key was exchanged for another one', () => {
    const after = userSnapshot({ accessKeys: [accessKey({ id: 'NEW', createdAt: today })] });
    expect(judge({ after })).toMatchObject({
      keys: [
        { id: keyId, outcome: 'gone' },
        { id: 'NEW', outcome: 'new', why: 'it is Active' },
      ],
      differences: [`${keyId}: predicted Inactive, found no such key`, 'NEW: not there before, now Active'],
      resolved: true,
    });
  });

  test('a console password was kept, deleted, made, or made anew', () => {
    const some = userSnapshot({ loginProfileCreatedAt: daysAgo(200) });
    const other = userSnapshot({ loginProfileCreatedAt: daysAgo(0) });
    const none = userSnapshot();
    const deletes: ExpectedChange = { ...runbookOnNothing, deletesLoginProfile: true };
    const passwordOf = (before: UserSnapshot, after: UserSnapshot, plan: ExpectedChange) =>
      judge({ before, after, plan }).differences;

    expect(passwordOf(some, some, deletes)).toEqual(['console password: predicted deleted, found kept']);
    expect(passwordOf(some, other, deletes)).toEqual(['console password: predicted deleted, found new']);
    expect(passwordOf(some, none, runbookOnNothing)).toEqual([
      'console password: predicted kept, found deleted',
    ]);
    expect(passwordOf(none, some, runbookOnNothing)).toEqual(['console password: predicted none, found new']);
    expect(passwordOf(some, some, runbookOnNothing)).toEqual([]);
  });
});

describe('one key', () => {
  test.each([
    ['Inactive', 'Inactive', { outcome: 'already inactive' }],
    ['Expired', 'Expired', { outcome: 'already inactive', why: 'its status is Expired, as before' }],
    ['Inactive', 'Active', { outcome: 'reactivated' }],
    ['Active', 'Expired', { outcome: 'differs', why: 'it was Active and is Expired' }],
    ['Expired', 'Inactive', { outcome: 'differs', why: 'it was Expired and is Inactive' }],
  ] as const)('%s before and %s now', (before, after, expected) => {
    const outcome = judge({
      before: withKey({ status: before }),
      plan: { ...strict, deactivates: [] },
      after: withKey({ status: after }),
    });
    expect(outcome.keys).toEqual([{ id: keyId, ...expected }]);
    expect(outcome.asPredicted).toBe(before === after);
  });

  test('a young key stays Active under strict, because it is young', () => {
    const user = withKey({ createdAt: daysAgo(10) });
    expect(judge({ before: user, plan: { ...strict, deactivates: [] }, after: user })).toMatchObject({
      keys: [{ outcome: 'still active', why: 'not older than 90 days, created 10 days ago' }],
      resolved: true,
    });
  });

  test('a key of an unrecorded user stays Active under the runbook, because the run failed', () => {
    const { keys } = judge({
      before: unrecorded(userSnapshot()),
      plan: runbookOnNothing,
      after: userSnapshot(),
    });
    expect(keys[0]?.why).toMatch(/^AWS Config does not record this user/);
  });
});

test('an outcome is plain JSON', () => {
  fc.assert(
    fc.property(arbitraryUser, fc.option(arbitraryUser, { nil: undefined }), (before, after) => {
      const outcome = judge({ before, after });
      expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
      expect(outcome.asPredicted).toBe(outcome.differences.length === 0);
    }),
  );
});
