import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Ages, wholeDays } from '../../shared/keys/age.ts';
import { nextChange } from '../../shared/keys/next-change.ts';
import { planRunbook } from '../../shared/keys/plan-runbook.ts';
import { planStrict } from '../../shared/keys/plan-strict.ts';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
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

function plans(user: UserSnapshot, ages: Ages, now: Date) {
  return [planRunbook(user, ages.maxCredentialUsageAge, now), planStrict(user, ages.maxAccessKeyAge, now)];
}

describe('the next change', () => {
  test('comes when an Active key is over age: after one day more than the limit', () => {
    const key = accessKey({ createdAt: daysAgo(80), lastUsedAt: daysAgo(0) });
    expect(nextChange(userSnapshot({ accessKeys: [key] }), ninetyDays, today)).toEqual(
      daysAgo(-10, daysAgo(-1)),
    );
  });

  test('comes when a key is idle for the whole limit', () => {
    const key = accessKey({ createdAt: daysAgo(400), lastUsedAt: daysAgo(80) });
    expect(nextChange(userSnapshot({ accessKeys: [key] }), ninetyDays, today)).toEqual(daysAgo(-10));
  });

  test('comes when a console password is idle for the whole limit', () => {
    const user = userSnapshot({ accessKeys: [], loginProfileCreatedAt: daysAgo(80) });
    expect(nextChange(user, ninetyDays, today)).toEqual(daysAgo(-10));
  });

  test('takes no notice of the runbook when Config does not record the user', () => {
    const user = userSnapshot({ loginProfileCreatedAt: daysAgo(80) });
    expect(nextChange(unrecorded(user), ninetyDays, today)).toBeUndefined();
  });

  test('never comes when all is over age and idle', () => {
    expect(nextChange(userSnapshot(), ninetyDays, today)).toBeUndefined();
  });

  test('is where the plans differ for the first time', () => {
    fc.assert(
      fc.property(
        arbitraryUser,
        arbitraryAges,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (user, ages, part) => {
          const change = nextChange(user, ages, today);
          fc.pre(change !== undefined);
          const wait = change.getTime() - today.getTime();
          expect(wait).toBeGreaterThan(0);
          const between = new Date(today.getTime() + Math.floor(part * (wait - 1)));
          expect(plans(user, ages, between)).toEqual(plans(user, ages, today));
          expect(plans(user, ages, new Date(change.getTime() - 1))).toEqual(plans(user, ages, today));
          expect(plans(user, ages, change)).not.toEqual(plans(user, ages, today));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is never when it is undefined: the plans are the same at any later time', () => {
    fc.assert(
      fc.property(arbitraryUser, arbitraryAges, fc.nat(20_000), (user, ages, days) => {
        fc.pre(nextChange(user, ages, today) === undefined);
        expect(plans(user, ages, daysAgo(-days))).toEqual(plans(user, ages, today));
      }),
    );
  });

  test('follows one after the other until all has changed', () => {
    fc.assert(
      fc.property(arbitraryUser, arbitraryAges, (user, ages) => {
        let now: Date | undefined = today;
        let last = today;
        let steps = 0;
        while (now && steps <= 6) {
          last = now;
          now = nextChange(user, ages, now);
          steps += 1;
        }
        // At most two moments for each of two keys and one for the password.
        expect(steps).toBeLessThanOrEqual(6);
        const active = user.accessKeys.filter(({ status }) => status === 'Active');
        expect(active.every(({ createdAt }) => wholeDays(createdAt, last) > ages.maxAccessKeyAge)).toBe(true);
      }),
    );
  });
});
