import { execFileSync } from 'node:child_process';
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

  test.each(['Pacific/Kiritimati', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu'])(
    'a machine in %s comes to the same results',
    (zone) => {
      const local = runIn(zone);
      const utc = runIn('UTC');
      expect(local.hour).not.toBe(utc.hour);
      expect(local.results).toEqual(utc.results);
    },
  );
});

/** Plans, phrases and the next change of one user whose 90 days cross a change of clocks, in a process of its own. */
function runIn(zone: string): { hour: number; results: unknown } {
  const script = `
    import { explainPlan } from './shared/keys/explain-plan.ts';
    import { nextChange } from './shared/keys/next-change.ts';
    import { phraseReason } from './shared/keys/phrase-reason.ts';
    import { planStrict } from './shared/keys/plan-strict.ts';
    import { datedMoments } from './shared/keys/written-moments.ts';
    const createdAt = new Date('2026-08-24T00:30:00Z');
    const user = { accessKeys: [{ id: 'A', status: 'Active', createdAt }], configName: 'ada' };
    const ages = { maxAccessKeyAge: 90, maxCredentialUsageAge: 90 };
    const results = [-1, 0].map((past) => {
      const now = new Date(createdAt.getTime() + 91 * 86_400_000 + past);
      const { runbook, strict } = explainPlan(user, ages, now).keys[0];
      const phrases = [runbook, strict].map((reason) => phraseReason(reason, datedMoments));
      return [planStrict(user, 90, now), nextChange(user, ages, now) ?? 'never', phrases];
    });
    console.log(JSON.stringify({ hour: createdAt.getHours(), results }));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, TZ: zone, NODE_OPTIONS: '' },
  });
  return JSON.parse(output);
}

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
