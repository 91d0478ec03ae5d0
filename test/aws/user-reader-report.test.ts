import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { fromMemory, rememberedOf, ScannedAws } from './scanned-aws.ts';
import { now } from './stand-in.ts';

const throttled = { kind: 'error', code: 'Throttling', message: 'Rate exceeded', status: 400 } as const;

let scans: ScannedAws;
let aws: AwsStandIn;

beforeEach(async () => {
  scans = await ScannedAws.start();
  aws = scans.aws;
});

afterEach(() => aws.close());

describe('the console password', () => {
  function addWithPassword(passwordLastUsedAt?: Date) {
    const { world } = aws;
    const user = scans.addAda({
      loginProfile: { createdAt: world.daysAgo(300), changedAt: world.daysAgo(150) },
      ...(passwordLastUsedAt && { passwordLastUsedAt }),
    });
    world.evaluateRule();
    return user.id;
  }

  test('needs no request when it was used', async () => {
    const id = addWithPassword(aws.world.daysAgo(10));
    expect((await scans.scan([id])).get(id)).toMatchObject({
      user: {
        loginProfileCreatedAt: aws.world.daysAgo(150),
        passwordLastUsedAt: aws.world.daysAgo(10),
      },
    });
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1 });
  });

  test('is asked for once when it was never used', async () => {
    const id = addWithPassword();
    const first = await scans.scan([id]);
    expect(first.get(id)).toMatchObject({ user: { loginProfileCreatedAt: aws.world.daysAgo(300) } });
    expect(scans.userRequests()).toEqual({ ListAccessKeys: 1, GetLoginProfile: 1 });
    expect(await scans.scan([id], rememberedOf(first))).toEqual(fromMemory(first));
    expect(scans.userRequests()).toEqual({});
  });

  test('is none when it was deleted after the report', async () => {
    const id = addWithPassword();
    aws.world.userNamed('ada').loginProfile = undefined;
    expect((await scans.scan([id])).get(id)).not.toHaveProperty('user.loginProfileCreatedAt');
  });
});

describe('the credential report', () => {
  test('is made when there is none, and waited for', async () => {
    const { id } = scans.addAda();
    aws.world.account().report.pollsUntilReady = 3;
    expect((await scans.scan([id])).get(id)?.kind).toBe('user');
    expect(scans.slept).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(aws.requests.counts()).toMatchObject({ GenerateCredentialReport: 1, GetCredentialReport: 4 });
  });

  test('is made anew when it has expired', async () => {
    const { id } = scans.addAda();
    aws.world.evaluateRule();
    aws.world.now = () => new Date(+now + 5 * 3_600_000);
    expect((await scans.scan([id])).get(id)?.kind).toBe('user');
    expect(aws.requests.counts()).toMatchObject({ GenerateCredentialReport: 1 });
  });

  test('is given up after four minutes', async () => {
    const { id } = scans.addAda();
    aws.world.account().report.pollsUntilReady = 100;
    await expect(scans.scan([id])).rejects.toMatchObject({ code: 'credential-report-late' });
    const total = scans.slept.reduce((sum, pause) => sum + pause, 0);
    expect(total / 60_000).toBeCloseTo(4.25);
  });

  test.each(['GetCredentialReport', 'GenerateCredentialReport', 'SelectResourceConfig'])(
    'the scan fails when %s is denied',
    async (operation) => {
      const { id } = scans.addAda({ recorded: false });
      aws.faults.deny(operation);
      await expect(scans.scan([id])).rejects.toMatchObject({
        code: 'aws-access-denied',
        fact: expect.stringContaining(`:${operation} failed with AccessDenied`),
      });
    },
  );
});

describe('a user whom IAM will not show', () => {
  test('is unreadable, and the others are read', async () => {
    const ada = scans.addAda();
    const bob = scans.addAda({ name: 'bob' });
    aws.world.evaluateRule();
    aws.faults.deny('ListAccessKeys', { matching: ({ UserName }) => UserName === 'bob' });
    const found = await scans.scan([ada.id, bob.id]);
    expect(found.get(ada.id)?.kind).toBe('user');
    expect(found.get(bob.id)).toEqual({
      kind: 'unreadable',
      accountId: '111122223333',
      userId: bob.id,
      reason: expect.stringContaining('iam:ListAccessKeys failed with AccessDenied'),
    });
  });

  test('may be hidden by a role that must not list users: only those of whom nothing else tells', async () => {
    const ada = scans.addAda();
    const bob = scans.addAda({ name: 'bob', recorded: false });
    aws.world.evaluateRule();
    aws.faults.deny('ListUsers');
    const found = await scans.scan([ada.id, bob.id]);
    expect(found.get(ada.id)?.kind).toBe('user');
    expect(found.get(bob.id)).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('iam:ListUsers failed with AccessDenied'),
    });
  });

  test('is tried again when IAM throttles', async () => {
    const { id } = scans.addAda();
    aws.world.evaluateRule();
    aws.faults.fail('ListAccessKeys', throttled, { nth: 1 });
    expect((await scans.scan([id])).get(id)?.kind).toBe('user');
  });

  test('is unreadable when IAM goes on throttling', async () => {
    const { id } = scans.addAda();
    aws.world.evaluateRule();
    aws.faults.fail('ListAccessKeys', throttled);
    expect((await scans.scan([id])).get(id)).toMatchObject({
      kind: 'unreadable',
      reason: 'iam:ListAccessKeys failed with Throttling: Rate exceeded.',
    });
  });
});
