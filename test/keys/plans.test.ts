import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Ages, wholeDays } from '../../shared/keys/age.ts';
import { evaluateUser } from '../../shared/keys/evaluate-user.ts';
import { planRunbook } from '../../shared/keys/plan-runbook.ts';
import { planStrict } from '../../shared/keys/plan-strict.ts';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import {
  accessKey,
  arbitraryAges,
  arbitraryUser,
  daysAgo,
  today,
  userSnapshot,
} from '../fakes/user-snapshot.ts';

const day = 24 * 60 * 60 * 1000;

describe('strict mode', () => {
  test('deactivates a key over age although it was used today', () => {
    const user = userSnapshot({ accessKeys: [accessKey({ lastUsedAt: daysAgo(0.1) })] });
    expect(planStrict(user, 90, today)).toEqual({ deactivates: ['AKIAEXAMPLE000000001'] });
  });

  test('deactivates exactly the Active keys of more than the age, in their order, and no password', () => {
    fc.assert(
      fc.property(arbitraryUser, arbitraryAges, (user, { maxAccessKeyAge }) => {
        const expected = user.accessKeys
          .filter(({ status }) => status !== 'Inactive' && status !== 'Expired')
          .filter(({ createdAt }) => wholeDays(createdAt, today) > maxAccessKeyAge)
          .map(({ id }) => id);
        expect(planStrict(user, maxAccessKeyAge, today)).toEqual({ deactivates: expected });
      }),
    );
  });

  test('is monotone: time adds keys, a higher limit removes some', () => {
    fc.assert(
      fc.property(arbitraryUser, fc.nat(400), fc.nat(400), fc.nat(400), (user, age, later, higher) => {
        const { deactivates } = planStrict(user, age, today);
        const { deactivates: afterwards } = planStrict(user, age, daysAgo(-later));
        const { deactivates: underHigher } = planStrict(user, age + higher, today);
        expect(afterwards).toEqual(expect.arrayContaining([...deactivates]));
        expect(deactivates).toEqual(expect.arrayContaining([...underHigher]));
      }),
    );
  });
});

describe('runbook mode', () => {
  test('leaves a key over age that was used today', () => {
    const user = userSnapshot({ accessKeys: [accessKey({ lastUsedAt: daysAgo(0.1) })] });
    expect(planRunbook(user, 90, today)).toEqual({
      updates: [],
      deactivates: [],
      deletesLoginProfile: false,
      fails: false,
    });
  });

  test('is monotone: time adds changes, a higher limit removes some', () => {
    fc.assert(
      fc.property(arbitraryUser, fc.nat(400), fc.nat(400), fc.nat(400), (user, age, later, higher) => {
        const plan = planRunbook(user, age, today);
        const afterwards = planRunbook(user, age, daysAgo(-later));
        const underHigher = planRunbook(user, age + higher, today);
        expect(afterwards.updates).toEqual(expect.arrayContaining([...plan.updates]));
        expect(plan.updates).toEqual(expect.arrayContaining([...underHigher.updates]));
        expect(plan.deletesLoginProfile && !afterwards.deletesLoginProfile).toBe(false);
        expect(underHigher.deletesLoginProfile && !plan.deletesLoginProfile).toBe(false);
      }),
    );
  });

  test('deactivates those of its updates that are Active', () => {
    fc.assert(
      fc.property(arbitraryUser, arbitraryAges, (user, { maxCredentialUsageAge }) => {
        const { updates, deactivates } = planRunbook(user, maxCredentialUsageAge, today);
        const active = user.accessKeys.filter(({ status }) => status === 'Active').map(({ id }) => id);
        expect(deactivates).toEqual(updates.filter((id) => active.includes(id)));
      }),
    );
  });
});

describe('only spans of time count', () => {
  function moved(user: UserSnapshot, by: number): UserSnapshot {
    return JSON.parse(JSON.stringify(user), (name, value) =>
      name.endsWith('At') ? new Date(new Date(value).getTime() + by) : value,
    );
  }
  function plans(user: UserSnapshot, ages: Ages, now: Date) {
    return {
      runbook: planRunbook(user, ages.maxCredentialUsageAge, now),
      strict: planStrict(user, ages.maxAccessKeyAge, now),
    };
  }

  test('the same history on other days, over leap days and changes of clocks, gives the same plans', () => {
    fc.assert(
      fc.property(
        arbitraryUser,
        arbitraryAges,
        fc.integer({ min: -3000 * day, max: 3000 * day }),
        (user, ages, by) => {
          expect(plans(moved(user, by), ages, new Date(today.getTime() + by))).toEqual(
            plans(user, ages, today),
          );
        },
      ),
    );
  });

  test.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin', 'Asia/Kathmandu'])(
    'the plans are the same on a machine in %s',
    (zone) => {
      const before = process.env['TZ'];
      const samples = fc.sample(fc.tuple(arbitraryUser, arbitraryAges), { numRuns: 50, seed: 1 });
      const inUtc = samples.map(([user, ages]) => plans(user, ages, today));
      try {
        process.env['TZ'] = zone;
        expect(samples.map(([user, ages]) => plans(user, ages, today))).toEqual(inUtc);
      } finally {
        if (before === undefined) delete process.env['TZ'];
        else process.env['TZ'] = before;
      }
    },
  );
});

describe('evaluateUser', () => {
  test('tells age, idle days and the verdict of each key, and which make the finding', () => {
    const user = userSnapshot({
      accessKeys: [
        accessKey({ id: 'OLD', createdAt: daysAgo(100.5), lastUsedAt: daysAgo(3) }),
        accessKey({ id: 'YOUNG', createdAt: daysAgo(90) }),
        accessKey({ id: 'INACTIVE', createdAt: daysAgo(400), status: 'Inactive' }),
        accessKey({ id: 'EXPIRED', createdAt: daysAgo(400), status: 'Expired' }),
      ],
    });

    const { keys, overAge } = evaluateUser(user, 90, today);

    expect(keys.map(({ key, ageDays, idleDays, verdict }) => [key.id, ageDays, idleDays, verdict])).toEqual([
      ['OLD', 100, 3, 'overAge'],
      ['YOUNG', 90, 90, 'withinAge'],
      ['INACTIVE', 400, 400, 'inactive'],
      ['EXPIRED', 400, 400, 'expired'],
    ]);
    expect(overAge.map(({ key }) => key.id)).toEqual(['OLD']);
  });
});
