import { describe, expect, test } from '@jest/globals';
import type { Wish } from '../../shared/remediation/build-plan.ts';
import { request } from '../../shared/remediation/request.ts';
import { createWatch } from '../../shared/remediation/watch.ts';
import { makePolicy } from '../fakes/policy-file.ts';
import { Surroundings } from '../fakes/remediation/fake-world.ts';
import { approveAll, approveAs, requestInput, requestOf, settleDown } from '../fakes/remediation/people.ts';
import { accessKey, daysAgo, unrecorded, userSnapshot } from '../fakes/user-snapshot.ts';

const { userId } = userSnapshot();
const keyId = accessKey().id;

/** Requests, changes something, approves; then says what came of it. */
async function changeBetween(wish: Wish, change: (surroundings: Surroundings) => void) {
  const surroundings = new Surroundings((text) =>
    text.replace('[S0SECURITY, U0LEAD]}', '[S0SECURITY], count: 1}'),
  );
  const issue = surroundings.addFinding();
  const world = surroundings.boot();
  const made = await requestOf(world, issue, wish);
  change(surroundings);
  const result = await approveAs(world, issue, made, 'U1');
  const watch = createWatch(world);
  await watch.follow(issue);
  await settleDown(world, watch);
  const status = result.kind === 'approved' ? result.request.status : result.error.code;
  const { state } = surroundings.trailOf(1);
  const voided = [...state.requests.values()].find((one) => one.status === 'voided')?.voided.data;
  return { status, voided, surroundings };
}

describe('between request and approval', () => {
  const runbook: Wish = { kind: 'runbook' };
  const strict: Wish = { kind: 'strict' };

  test.each<[string, Wish, (surroundings: Surroundings) => void, string]>([
    [
      'the keys were rotated',
      strict,
      ({ aws }) => aws.change(userId, { accessKeys: [accessKey({ id: 'AKIANEW', createdAt: daysAgo(0) })] }),
      'no Active key older than 90 days',
    ],
    [
      'a key was added',
      strict,
      ({ aws }) => aws.change(userId, { accessKeys: [accessKey(), accessKey({ id: 'AKIANEW' })] }),
      'keys',
    ],
    [
      'the key was used',
      runbook,
      ({ aws }) => aws.changeKey(userId, keyId, { lastUsedAt: daysAgo(0) }),
      'runbook sets Inactive',
    ],
    [
      'the key was deactivated',
      runbook,
      ({ aws }) => aws.changeKey(userId, keyId, { status: 'Inactive' }),
      'statuses',
    ],
    [
      'a password was set',
      runbook,
      ({ aws }) => aws.change(userId, { loginProfileCreatedAt: daysAgo(100) }),
      'console password',
    ],
    [
      'the user was renamed',
      strict,
      ({ aws }) => aws.change(userId, { userName: 'ada2', configName: 'ada2' }),
      'user name',
    ],
    [
      'the user was renamed and Config does not know',
      runbook,
      ({ aws }) => aws.change(userId, { userName: 'ada2' }),
      'whoever has the old name',
    ],
    [
      'the document changed',
      runbook,
      ({ aws }) => Object.assign(aws, { document: { ...aws.document, hash: 'b' } }),
      'document',
    ],
    [
      'the rule changed',
      strict,
      ({ aws }) => Object.assign(aws, { rule: { ...aws.rule, maxAccessKeyAge: 30 } }),
      'ages',
    ],
    ['the user was deleted', strict, ({ aws }) => aws.users.clear(), 'no such user'],
    [
      'the policy asks for other approvers',
      strict,
      (surroundings) => {
        const { trail } = surroundings.policy;
        const policy = makePolicy((text) =>
          text.replace('[S0SECURITY, U0LEAD]}', '[S0SECURITY, U02], count: 1}'),
        );
        surroundings.policy = { ...policy, trail };
      },
      'who has to approve',
    ],
    [
      'the policy names another role',
      runbook,
      ({ policy }) => Object.assign(policy.aws, { runbookRole: 'arn:aws:iam::123456789012:role/Other' }),
      'role',
    ],
  ])('%s: void, and nothing is touched', async (_, wish, change, why) => {
    const { status, voided, surroundings } = await changeBetween(wish, change);
    expect(status).toBe('voided');
    expect([voided?.why, ...(voided?.changes ?? [])].join(' ')).toContain(why);
    expect(surroundings.aws.executions).toEqual([]);
    expect(surroundings.aws.writes).toEqual([]);
    expect(surroundings.trailOf(1).state.open).toBeUndefined();
  });

  test('dates of last use alone void nothing', async () => {
    const { status } = await changeBetween(strict, ({ aws }) =>
      aws.changeKey(userId, keyId, { lastUsedAt: daysAgo(0) }),
    );
    expect(status).toBe('started');
  });

  test('a policy that lost its approver: refused, and the request stays', async () => {
    const { status, surroundings } = await changeBetween(strict, (one) => {
      one.slack.groups.set('S0SECURITY', new Set(['U2']));
    });
    expect(status).toBe('approval-not-entitled');
    expect(surroundings.trailOf(1).state.open?.status).toBe('pending');
  });

  test('somebody who approved and then left the group does not count any more', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    const made = await requestOf(world, issue, { kind: 'strict' });
    await approveAll(world, issue, made, 'U1');
    surroundings.slack.groups.set('S0SECURITY', new Set(['U2', 'U3']));
    expect(await approveAs(world, issue, made, 'U2')).toMatchObject({ request: { status: 'pending' } });
    expect(await approveAs(world, issue, made, 'U3')).toMatchObject({ request: { status: 'started' } });
  });
});

test('somebody who approved and then left the workspace does not count any more', async () => {
  const surroundings = new Surroundings();
  const issue = surroundings.addFinding();
  const world = surroundings.boot();
  const made = await requestOf(world, issue, { kind: 'strict' });
  await approveAll(world, issue, made, 'U0LEAD');
  surroundings.slack.guests.add('U0LEAD');
  expect(await approveAs(world, issue, made, 'U2')).toMatchObject({ request: { status: 'pending' } });
  expect(await approveAs(world, issue, made, 'U3')).toMatchObject({ request: { status: 'started' } });
});

describe('a plan that time changes', () => {
  const almost = (days: number) =>
    userSnapshot({ accessKeys: [accessKey(), accessKey({ id: 'AKIAYOUNG', createdAt: daysAgo(days) })] });

  test('within the hour: refused, with the moment', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding(almost(90 - 0.5 / 24));
    const result = await request(surroundings.boot(), requestInput(issue, { kind: 'runbook' }));
    expect(result).toMatchObject({ kind: 'refused', error: { code: 'plan-changes-soon' } });
    expect(result.kind === 'refused' && result.error.fact).toContain('2026-11-22T12:30:00.000Z');
    expect(surroundings.slack.cards.size).toBe(0);
  });

  test('later today: the request expires an hour before', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding(almost(90 - 5 / 24));
    const { expiresAt } = await requestOf(surroundings.boot(), issue, { kind: 'runbook' });
    expect(expiresAt).toEqual(daysAgo(-4 / 24));
  });

  test('the day after tomorrow: it expires when the policy says', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding(almost(88));
    const { expiresAt } = await requestOf(surroundings.boot(), issue, { kind: 'runbook' });
    expect(expiresAt).toEqual(daysAgo(-1));
  });

  test('an exemption does not depend on it', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding(almost(90 - 0.5 / 24));
    const wish: Wish = { kind: 'exempt', keyIds: [keyId], until: daysAgo(-10) };
    expect((await requestOf(surroundings.boot(), issue, wish)).expiresAt).toEqual(daysAgo(-1));
  });
});

describe('the old name belongs to somebody else', () => {
  test.each([
    ['another name is recorded', userSnapshot({ userName: 'ada2', configName: 'ada' })],
    ['none is recorded', unrecorded(userSnapshot())],
  ])('%s: the runbook is refused, strict is not', async (_, user) => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding(user);
    const runbook = await request(surroundings.boot(), requestInput(issue, { kind: 'runbook' }));
    expect(runbook).toMatchObject({ kind: 'refused', error: { code: 'config-record-differs' } });
    const strict = await request(surroundings.boot(), requestInput(issue, { kind: 'strict' }));
    expect(strict.kind).toBe('requested');
  });

  test('a rename after the start: the next process does not begin', async () => {
    const surroundings = new Surroundings();
    const issue = surroundings.addFinding();
    const world = surroundings.boot();
    await approveAll(world, issue, await requestOf(world, issue, { kind: 'runbook' }), 'U1');
    surroundings.aws.change(userId, { userName: 'ada2' });
    const next = surroundings.boot();
    await settleDown(next, createWatch(next));
    expect(surroundings.aws.executions).toEqual([]);
    const { state } = surroundings.trailOf(1);
    expect(state.lastOutcome?.data).toMatchObject({ result: 'remains', asPredicted: false });
    expect(state.lastOutcome?.data.differences).toContain('nothing was run');
  });
});
