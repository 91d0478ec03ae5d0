import fc from 'fast-check';
import type { Ages } from '../../shared/keys/age.ts';
import type { AccessKey, UserSnapshot } from '../../shared/keys/user-snapshot.ts';

/** The moment at which tests take place, unless they say otherwise. */
export const today = new Date('2026-11-22T12:00:00Z');

/** The rule's and the runbook's defaults. */
export const ninetyDays: Ages = { maxAccessKeyAge: 90, maxCredentialUsageAge: 90 };

const day = 24 * 60 * 60 * 1000;

/** The moment that many days (fractions allowed) before `now`. */
export function daysAgo(days: number, now: Date = today): Date {
  return new Date(now.getTime() - days * day);
}

/** An Active key, 325 days old on `today` and never used. */
export function accessKey(changes: Partial<AccessKey> = {}): AccessKey {
  return {
    id: 'AKIAEXAMPLE000000001',
    status: 'Active',
    createdAt: new Date('2026-01-01T12:00:00Z'),
    ...changes,
  };
}

/** A user named `ada` with one `accessKey()`, no console password, and recorded by Config under her name. */
export function userSnapshot(changes: Partial<UserSnapshot> = {}): UserSnapshot {
  const { accountId = '123456789012', userName = 'ada' } = changes;
  return {
    accountId,
    userId: 'AIDAEXAMPLE0000000001',
    userName,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    tags: {},
    accessKeys: [accessKey()],
    configName: userName,
    ...changes,
  };
}

/** The same user as one whom AWS Config does not record. */
export function unrecorded(user: UserSnapshot): UserSnapshot {
  const { configName: _, ...rest } = user;
  return rest;
}

const letters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
const uniqueIdPart = fc.string({ unit: letters, minLength: 16, maxLength: 17 });
const nameLetters = fc.constantFrom(...'abcXYZ019_+=,.@-');

/** Whole days on both sides of the limits that `arbitraryAges` knows, to the second and to the millisecond. */
const arbitraryElapsed = fc.oneof(
  fc.integer({ min: -2 * day, max: 1500 * day }),
  fc
    .tuple(
      fc.constantFrom(0, 1, 7, 30, 89, 90, 91, 180, 365),
      fc.constantFrom(-1, 0, 1),
      fc.constantFrom(-1000, -1, 0, 1, 1000),
    )
    .map(([days, shift, milliseconds]) => (days + shift) * day + milliseconds),
);

/** Both limits on their own; rules of 90 days are the most frequent. */
export const arbitraryAges: fc.Arbitrary<Ages> = fc.record({
  maxAccessKeyAge: fc.oneof(fc.constant(90), fc.constantFrom(1, 7, 30, 89, 91, 180, 365), fc.nat(1000)),
  maxCredentialUsageAge: fc.oneof(fc.constant(90), fc.constantFrom(0, 1, 7, 30, 180), fc.nat(1000)),
});

function arbitraryMoment(now: Date): fc.Arbitrary<Date> {
  return arbitraryElapsed.map((elapsed) => new Date(now.getTime() - elapsed));
}

function arbitraryAccessKey(now: Date): fc.Arbitrary<AccessKey> {
  const unused = fc.record({
    id: uniqueIdPart.map((id) => `AKIA${id.slice(0, 16)}`),
    status: fc.constantFrom('Active', 'Active', 'Inactive', 'Expired'),
    createdAt: arbitraryMoment(now),
  });
  const use = fc.record({
    lastUsedAt: arbitraryMoment(now),
    lastUsedService: fc.constantFrom('s3', 'iam', 'sts'),
    lastUsedRegion: fc.constantFrom('us-east-1', 'eu-central-1'),
  });
  return fc.oneof(
    unused,
    fc.tuple(unused, use).map(([key, used]) => ({ ...key, ...used })),
  );
}

/**
 * Users of every kind that IAM can hold: zero to two keys of any status, with or without a console password,
 * recorded by Config under their name, under an old one or not at all. Dates lie around `now`, often exactly on a
 * limit of `arbitraryAges`, sometimes in the future (clocks differ).
 */
export function arbitraryUserAt(now: Date): fc.Arbitrary<UserSnapshot> {
  const user = fc.record(
    {
      accountId: fc.constantFrom('123456789012', '000000000001'),
      userId: uniqueIdPart.map((id) => `AIDA${id.padEnd(17, 'A')}`),
      userName: fc.string({ unit: nameLetters, minLength: 1, maxLength: 64 }),
      tags: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 20 }), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
      accessKeys: fc.uniqueArray(arbitraryAccessKey(now), { maxLength: 2, selector: ({ id }) => id }),
      loginProfileCreatedAt: arbitraryMoment(now),
      passwordLastUsedAt: arbitraryMoment(now),
    },
    { requiredKeys: ['accountId', 'userId', 'userName', 'tags', 'accessKeys'] },
  );
  return fc
    .tuple(user, fc.constantFrom('same', 'same', 'same', 'renamed', 'absent'))
    .map(([some, record]) => {
      const full = userSnapshot(some);
      if (record === 'absent') return unrecorded(full);
      return record === 'same' ? full : { ...full, configName: `${full.userName}-before` };
    });
}

export const arbitraryUser: fc.Arbitrary<UserSnapshot> = arbitraryUserAt(today);
