import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainPlan } from '../../shared/keys/explain-plan.ts';
import { phraseReason } from '../../shared/keys/phrase-reason.ts';
import { planRunbook } from '../../shared/keys/plan-runbook.ts';
import { planStrict } from '../../shared/keys/plan-strict.ts';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import { datedMoments, relativeMoments, type WrittenMoments } from '../../shared/keys/written-moments.ts';
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

const relative = relativeMoments(today);

/** Both modes' lines for the first key and for the password. */
function phrases(user: UserSnapshot, moments: WrittenMoments, ages = ninetyDays) {
  const { keys, password } = explainPlan(user, ages, today);
  const [first] = keys;
  return {
    runbook: first && phraseReason(first.runbook, moments),
    strict: first && phraseReason(first.strict, moments),
    runbookPassword: phraseReason(password.runbook, moments),
    strictPassword: phraseReason(password.strict, moments),
  };
}

describe('the explanation agrees with the plans', () => {
  test('for every user', () => {
    fc.assert(
      fc.property(arbitraryUser, arbitraryAges, (user, ages) => {
        const { keys, password } = explainPlan(user, ages, today);
        const runbook = planRunbook(user, ages.maxCredentialUsageAge, today);
        const strict = planStrict(user, ages.maxAccessKeyAge, today);

        const idsWhere = (holds: (entry: (typeof keys)[number]) => boolean) =>
          keys.filter(holds).map(({ key }) => key.id);
        expect(idsWhere((entry) => entry.runbook.why === 'idle')).toEqual(runbook.updates);
        expect(idsWhere((entry) => entry.strict.why === 'overAge')).toEqual(strict.deactivates);
        expect(password.runbook.why === 'passwordIdle').toBe(runbook.deletesLoginProfile);
        expect(password.runbook.why === 'noPasswordFails' || user.configName === undefined).toBe(
          runbook.fails,
        );
        expect(keys.map(({ key }) => key)).toEqual(user.accessKeys);
      }),
    );
  });

  test('and a line says "is deactivated" or "is deleted" exactly where that happens', () => {
    fc.assert(
      fc.property(arbitraryUser, arbitraryAges, (user, ages) => {
        const { keys, password } = explainPlan(user, ages, today);
        const runbook = planRunbook(user, ages.maxCredentialUsageAge, today);
        for (const { key, runbook: reason } of keys) {
          const line = phraseReason(reason, relative);
          expect(line.startsWith('is deactivated: ')).toBe(runbook.deactivates.includes(key.id));
        }
        const line = phraseReason(password.runbook, relative);
        expect(line.startsWith('is deleted: ')).toBe(runbook.deletesLoginProfile);
      }),
    );
  });
});

describe('lines about a key', () => {
  const inUse = accessKey({
    lastUsedAt: daysAgo(3 / 24),
    lastUsedService: 's3',
    lastUsedRegion: 'us-east-1',
  });

  test('used today: the runbook leaves it, strict does not', () => {
    const user = userSnapshot({ accessKeys: [inUse] });
    expect(phrases(user, relative)).toMatchObject({
      runbook: 'stays Active: used 3 hours ago for s3 in us-east-1',
      strict:
        'is deactivated: older than 90 days, created 325 days ago, used 3 hours ago for s3 in us-east-1',
    });
    expect(phrases(user, datedMoments)).toMatchObject({
      runbook: 'stays Active: last used on 2026-11-22 for s3 in us-east-1',
      strict:
        'is deactivated: older than 90 days, created on 2026-01-01, last used on 2026-11-22 for s3 in us-east-1',
    });
  });

  test('never used', () => {
    const user = userSnapshot();
    expect(phrases(user, relative)).toMatchObject({
      runbook: 'is deactivated: idle for 90 days or more, never used, created 325 days ago',
      strict: 'is deactivated: older than 90 days, created 325 days ago, never used',
    });
    expect(phrases(user, datedMoments).runbook).toBe(
      'is deactivated: idle for 90 days or more, never used, created on 2026-01-01',
    );
  });

  test('young and never used', () => {
    const user = userSnapshot({ accessKeys: [accessKey({ createdAt: daysAgo(2.5) })] });
    expect(phrases(user, relative)).toMatchObject({
      runbook: 'stays Active: never used, created 2 days ago',
      strict: 'stays Active: not older than 90 days, created 2 days ago',
    });
  });

  test('used for a service without a region, and nobody knows for what', () => {
    const used = { lastUsedAt: daysAgo(100) };
    const forIam = userSnapshot({ accessKeys: [accessKey({ ...used, lastUsedService: 'iam' })] });
    const unknown = userSnapshot({ accessKeys: [accessKey(used)] });
    expect(phrases(forIam, datedMoments).runbook).toMatch(/, last used on 2026-08-14 for iam$/);
    expect(phrases(unknown, datedMoments).runbook).toMatch(/, last used on 2026-08-14$/);
  });

  test('Inactive: the runbook deactivates it once more', () => {
    const user = userSnapshot({ accessKeys: [accessKey({ status: 'Inactive' })] });
    expect(phrases(user, relative)).toMatchObject({
      runbook: 'is Inactive: the runbook deactivates it once more and counts it as deactivated',
      strict: 'stays Inactive: strict mode touches Active keys only',
    });
  });

  test('Expired: nobody knows', () => {
    const user = userSnapshot({ accessKeys: [accessKey({ status: 'Expired' })] });
    expect(phrases(user, relative)).toMatchObject({
      runbook:
        'is Expired: the runbook tries to set it Inactive, and AWS does not document what comes of that',
      strict: 'stays Expired: strict mode touches Active keys only',
    });
  });

  test('of a user whom Config does not record', () => {
    const user = unrecorded(userSnapshot({ loginProfileCreatedAt: daysAgo(400) }));
    const cause = 'AWS Config does not record this user, so the runbook fails before it changes anything';
    expect(phrases(user, relative)).toMatchObject({
      runbook: `stays Active: ${cause}`,
      runbookPassword: `is kept: ${cause}`,
    });
  });
});

describe('lines about the console password', () => {
  test('idle', () => {
    const user = userSnapshot({ loginProfileCreatedAt: daysAgo(400), passwordLastUsedAt: daysAgo(100) });
    expect(phrases(user, relative)).toMatchObject({
      runbookPassword: 'is deleted: idle for 90 days or more, used 100 days ago',
      strictPassword: 'is kept: strict mode touches access keys only',
    });
  });

  test('never used', () => {
    const user = userSnapshot({ loginProfileCreatedAt: daysAgo(400) });
    expect(phrases(user, datedMoments).runbookPassword).toBe(
      'is deleted: idle for 90 days or more, never used, created on 2025-10-18',
    );
  });

  test('in use', () => {
    const user = userSnapshot({ loginProfileCreatedAt: daysAgo(400), passwordLastUsedAt: daysAgo(1) });
    expect(phrases(user, relative).runbookPassword).toBe('is kept: used 24 hours ago');
  });

  test('none', () => {
    expect(phrases(userSnapshot(), relative)).toMatchObject({
      runbookPassword: 'is not affected: the user has none',
      strictPassword: 'is not affected: the user has none',
    });
  });

  test('none, and an age of 0 days: the run fails over it', () => {
    const ages = { maxAccessKeyAge: 1, maxCredentialUsageAge: 0 };
    const cause = 'with an age of 0 days the runbook tries to delete it all the same and ends Failed';
    expect(phrases(userSnapshot(), relative, ages)).toMatchObject({
      runbook: 'is deactivated: idle for 0 days or more, never used, created 325 days ago',
      strict: 'is deactivated: older than 1 day, created 325 days ago, never used',
      runbookPassword: `is not affected: the user has none; ${cause}`,
    });
    expect(phrases(unrecorded(userSnapshot()), relative, ages).runbookPassword).toBe(
      'is not affected: the user has none',
    );
  });
});

describe('moments', () => {
  const minutes = (count: number) => daysAgo(count / 24 / 60);

  test.each([
    [minutes(0.5), 'used just now'],
    [minutes(1), 'used 1 minute ago'],
    [minutes(59), 'used 59 minutes ago'],
    [minutes(60), 'used 1 hour ago'],
    [minutes(47.9 * 60), 'used 47 hours ago'],
    [daysAgo(2), 'used 2 days ago'],
    [daysAgo(-1), 'used on 2026-11-23'],
  ])('%s is "%s"', (at, expected) => {
    expect(relative.used(at)).toBe(expected);
  });

  test('dated lines are the same on every day on which the plan is the same', () => {
    fc.assert(
      fc.property(arbitraryUser, fc.nat(400), (user, days) => {
        const later = daysAgo(-days);
        const lines = (now: Date) =>
          explainPlan(user, ninetyDays, now).keys.flatMap(({ runbook, strict }) => [
            phraseReason(runbook, datedMoments),
            phraseReason(strict, datedMoments),
          ]);
        const plans = (now: Date) => [planRunbook(user, 90, now).updates, planStrict(user, 90, now)];
        fc.pre(JSON.stringify(plans(later)) === JSON.stringify(plans(today)));
        expect(lines(later)).toEqual(lines(today));
      }),
    );
  });
});
