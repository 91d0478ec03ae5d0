import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  idleFrom,
  isIdle,
  isOverAge,
  overAgeFrom,
  passwordIdleSince,
  wholeDays,
} from '../../shared/keys/age.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const limits = fc.nat(10_000);

describe('whole days', () => {
  test.each([
    ['2026-11-21T12:00:00Z', '2026-11-22T12:00:00Z', 1],
    ['2026-11-21T12:00:01Z', '2026-11-22T12:00:00Z', 0],
    ['2026-11-22T12:00:01Z', '2026-11-22T12:00:00Z', -1],
    ['2024-02-28T00:00:00Z', '2024-03-01T00:00:00Z', 2],
    ['2023-02-28T00:00:00Z', '2023-03-01T00:00:00Z', 1],
    // Clocks in Europe and the United States change in between.
    ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z', 31],
  ])('from %s to %s: %d', (from, to, days) => {
    expect(wholeDays(new Date(from), new Date(to))).toBe(days);
  });
});

describe('over age: more than maxAccessKeyAge whole days', () => {
  test.each([
    [90, false],
    [90.999, false],
    [91, true],
    [400, true],
  ])('a key of %d days under a limit of 90: %s', (days, expected) => {
    expect(isOverAge(accessKey({ createdAt: daysAgo(days) }), 90, today)).toBe(expected);
  });

  test('it is the same as counting days', () => {
    fc.assert(
      fc.property(moments, moments, limits, (createdAt, now, limit) => {
        expect(isOverAge(accessKey({ createdAt }), limit, now)).toBe(wholeDays(createdAt, now) > limit);
      }),
    );
  });

  test('it begins at overAgeFrom, to the millisecond', () => {
    fc.assert(
      fc.property(moments, limits, (createdAt, limit) => {
        const key = accessKey({ createdAt });
        const from = overAgeFrom(key, limit).getTime();
        expect(isOverAge(key, limit, new Date(from))).toBe(true);
        expect(isOverAge(key, limit, new Date(from - 1))).toBe(false);
      }),
    );
  });
});

describe('idle: at least maxCredentialUsageAge whole days', () => {
  test('it is the same as counting days', () => {
    fc.assert(
      fc.property(moments, moments, limits, (since, now, limit) => {
        expect(isIdle(since, limit, now)).toBe(wholeDays(since, now) >= limit);
      }),
    );
  });

  test('it begins at idleFrom, to the millisecond', () => {
    fc.assert(
      fc.property(moments, limits, (since, limit) => {
        const from = idleFrom(since, limit).getTime();
        expect(isIdle(since, limit, new Date(from))).toBe(true);
        expect(isIdle(since, limit, new Date(from - 1))).toBe(false);
      }),
    );
  });
});

describe('a console password is idle', () => {
  const loginProfileCreatedAt = daysAgo(10);

  test('since its last use, even when the login profile is younger', () => {
    const user = userSnapshot({ loginProfileCreatedAt, passwordLastUsedAt: daysAgo(200) });
    expect(passwordIdleSince(user)).toEqual(daysAgo(200));
  });

  test('since the login profile was created, when it was never used', () => {
    expect(passwordIdleSince(userSnapshot({ loginProfileCreatedAt }))).toEqual(loginProfileCreatedAt);
  });

  test('never, when there is no login profile any more', () => {
    expect(passwordIdleSince(userSnapshot({ passwordLastUsedAt: daysAgo(200) }))).toBeUndefined();
  });
});
