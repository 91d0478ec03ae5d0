import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { planRunbook } from '../../shared/keys/plan-runbook.ts';
import { accessKey, daysAgo, today, unrecorded, userSnapshot } from '../fakes/user-snapshot.ts';

const moment = z.iso.datetime().transform((text) => new Date(text));
const nullableMoment = moment.nullable();

const vectorSchema = z.strictObject({
  now: moment,
  maxCredentialUsageAge: z.number(),
  user: z.strictObject({
    accessKeys: z.array(
      z.strictObject({
        id: z.string(),
        status: z.enum(['Active', 'Inactive']),
        createdAt: moment,
        lastUsedAt: nullableMoment,
      }),
    ),
    loginProfileCreatedAt: nullableMoment,
    passwordLastUsedAt: nullableMoment,
    discoveredByConfig: z.boolean(),
  }),
  expected: z.strictObject({
    status: z.enum(['Success', 'Failed']),
    error: z.string().nullable(),
    output: z.string().nullable(),
    deactivated: z.array(z.string()),
    loginProfileDeleted: z.boolean(),
  }),
});

function userOf({ user }: z.infer<typeof vectorSchema>) {
  const { loginProfileCreatedAt, passwordLastUsedAt, discoveredByConfig } = user;
  const snapshot = userSnapshot({
    accessKeys: user.accessKeys.map(({ lastUsedAt, ...key }) =>
      accessKey({ ...key, ...(lastUsedAt && { lastUsedAt }) }),
    ),
    ...(loginProfileCreatedAt && { loginProfileCreatedAt }),
    ...(passwordLastUsedAt && { passwordLastUsedAt }),
  });
  return discoveredByConfig ? snapshot : unrecorded(snapshot);
}

const lines = readFileSync(new URL('../vectors/runbook.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe("runs of AWS's own script", () => {
  test('there are 400 of them', () => {
    expect(lines).toHaveLength(400);
  });

  test.each(lines.map((line, row) => ({ row: row + 1, line })))('row $row is predicted', ({ line }) => {
    const vector = vectorSchema.parse(JSON.parse(line));
    const { expected } = vector;
    const active = vector.user.accessKeys.filter(({ status }) => status === 'Active').map(({ id }) => id);

    expect(planRunbook(userOf(vector), vector.maxCredentialUsageAge, vector.now)).toEqual({
      updates: expected.deactivated,
      deactivates: expected.deactivated.filter((id) => active.includes(id)),
      deletesLoginProfile: expected.loginProfileDeleted,
      fails: expected.status === 'Failed',
    });
  });
});

describe('what the recorded runs do not show', () => {
  test('updates keep the order of the keys, whatever their ages', () => {
    const younger = accessKey({ id: 'B', createdAt: daysAgo(100) });
    const older = accessKey({ id: 'A', createdAt: daysAgo(400) });

    expect(planRunbook(userSnapshot({ accessKeys: [younger, older] }), 90, today).updates).toEqual([
      'B',
      'A',
    ]);
  });

  test('an idle Expired key is updated and not counted as deactivated', () => {
    const user = userSnapshot({ accessKeys: [accessKey({ status: 'Expired' })] });

    expect(planRunbook(user, 90, today)).toMatchObject({
      updates: ['AKIAEXAMPLE000000001'],
      deactivates: [],
    });
  });

  test('a last use in the future is no idle time, even with an age of 0 days', () => {
    const user = userSnapshot({ accessKeys: [accessKey({ lastUsedAt: daysAgo(-0.1) })] });

    expect(planRunbook(user, 0, today).updates).toEqual([]);
  });
});
