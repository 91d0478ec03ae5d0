import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsStandIn } from '../../sandbox/aws/start.ts';
import { remediatorClients } from '../../shared/aws/remediator-clients.ts';
import { ssmRunbooks } from '../../shared/aws/runbook.ts';
import type { RunbookStart } from '../../shared/remediation/ports.ts';
import { connection, now, startTestAws } from './stand-in.ts';

const place = { accountId: '111122223333', region: 'us-east-1' };
let aws: AwsStandIn;
let clock: Date;

beforeEach(async () => {
  aws = await startTestAws();
  clock = now;
  aws.world.now = () => clock;
  // The callers of the adapter keep AWS's pace; this test has no time for it.
  aws.faults.limitRate('StartAutomationExecution', undefined);
  aws.faults.limitRate('DescribeAutomationExecutions', undefined);
  aws.world.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
});

afterEach(() => aws.close());

function runbooks() {
  return ssmRunbooks(async ({ region }) => remediatorClients({ ...connection, region }).ssm);
}

function inSeconds(seconds: number): void {
  clock = new Date(+now + seconds * 1_000);
}

async function startOf(userId: string, changes: Partial<RunbookStart> = {}): Promise<RunbookStart> {
  return {
    document: await runbooks().describeDocument(place, '1'),
    roleArn: 'arn:aws:iam::111122223333:role/KeyturnRunbook',
    userId,
    maxCredentialUsageAge: 90,
    clientToken: '6b1d9f54-6a0f-5d0e-9c55-0a4f3f1f8a11',
    tagKey: 'keyturn-request-1',
    ...changes,
  };
}

function addIdleUser() {
  const { world } = aws;
  return world.addUser({ name: 'ada', keys: [{ createdAt: world.daysAgo(200) }] });
}

describe('describeDocument', () => {
  test('gives name, version and content hash', async () => {
    expect(await runbooks().describeDocument(place, '1')).toEqual({
      name: 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials',
      version: '1',
      hash: aws.world.automation.documentHashes.get('1'),
    });
  });

  test('rejects for a version that there is not', async () => {
    await expect(runbooks().describeDocument(place, '7')).rejects.toMatchObject({
      fact: expect.stringContaining('ssm:DescribeDocument failed with InvalidDocumentVersion'),
    });
  });
});

describe('start', () => {
  test('starts the runbook, which is then found by its tag from beginning to end', async () => {
    const { id, accessKeys } = addIdleUser();
    const started = await runbooks().start(place, await startOf(id));
    const [execution] = aws.world.automation.executions;
    expect(started).toEqual({ kind: 'started', executionId: execution?.id });
    expect(execution?.parameters).toEqual({
      AutomationAssumeRole: ['arn:aws:iam::111122223333:role/KeyturnRunbook'],
      IAMResourceId: [id],
      MaxCredentialUsageAge: ['90'],
    });

    inSeconds(2);
    const running = await runbooks().findByTag(place, 'keyturn-request-1');
    expect(running).toMatchObject({ id: execution?.id, status: 'InProgress' });

    inSeconds(60);
    const ended = await runbooks().findByTag(place, 'keyturn-request-1');
    expect(ended).toMatchObject({ status: 'Success' });
    expect(ended?.output).toContain(accessKeys[0]?.id);
    expect(ended).not.toHaveProperty('failure');
  });

  test('says that the token was used, when it was with another request', async () => {
    const { id } = addIdleUser();
    await runbooks().start(place, await startOf(id));
    const other = await startOf(id, { maxCredentialUsageAge: 30 });
    expect(await runbooks().start(place, other)).toEqual({ kind: 'token-used' });
    expect(aws.world.automation.executions).toHaveLength(1);
  });

  test('starts once although the answer was lost', async () => {
    const { id } = addIdleUser();
    const start = await startOf(id);
    aws.faults.fail('StartAutomationExecution', { kind: 'drop', effect: 'after' }, { nth: 1 });
    expect(await runbooks().start(place, start)).toMatchObject({ kind: 'started' });
    expect(aws.world.automation.executions).toHaveLength(1);
  });

  test('tells a refusal, which is certain', async () => {
    const { id } = addIdleUser();
    const start = await startOf(id, { roleArn: 'arn:aws:iam::111122223333:role/Nobody' });
    expect(await runbooks().start(place, start)).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('unable to be assumed'),
    });
    aws.faults.deny('StartAutomationExecution');
    expect(await runbooks().start(place, start)).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('ssm:StartAutomationExecution failed with AccessDeniedException'),
    });
  });

  test('rejects when nobody knows whether it was started', async () => {
    const start = await startOf(addIdleUser().id);
    aws.faults.fail('StartAutomationExecution', { kind: 'status', status: 500 });
    await expect(runbooks().start(place, start)).rejects.toMatchObject({ name: 'KeyturnError' });
  });
});

describe('findByTag and listSince', () => {
  test('find nothing where nothing was started', async () => {
    expect(await runbooks().findByTag(place, 'keyturn-request-1')).toBeUndefined();
    expect(await runbooks().listSince(place, now, undefined)).toEqual({ executions: [] });
  });

  test('show why a run failed', async () => {
    const user = addIdleUser();
    aws.world.forgetUser(user);
    await runbooks().start(place, await startOf(user.id));
    inSeconds(60);
    const found = await runbooks().findByTag(place, 'keyturn-request-1');
    expect(found).toMatchObject({ status: 'Failed', failure: expect.any(String) });
  });

  test('list fifty a page, those of the given second among them and none before', async () => {
    const { id } = addIdleUser();
    const start = await startOf(id);
    for (let n = 0; n < 52; n += 1) {
      clock = new Date(+now + n * 1_000);
      const clientToken = `6b1d9f54-6a0f-5d0e-9c55-${String(n).padStart(12, '0')}`;
      aws.world.automation.executions.push({
        id: clientToken,
        account: aws.world.account(),
        region: place.region,
        documentVersion: '1',
        parameters: {},
        tags: new Map([[start.tagKey, '']]),
        executedBy: 'arn:aws:iam::111122223333:user/test',
        clientToken,
        startedAt: clock,
        endedAt: clock,
        status: 'Cancelled',
        output: undefined,
        failure: undefined,
      });
    }
    const since = new Date(+now + 1_000);
    const first = await runbooks().listSince(place, since, undefined);
    expect(first.executions).toHaveLength(50);
    const second = await runbooks().listSince(place, since, first.nextToken);
    expect(second.executions).toHaveLength(1);
    expect(second).not.toHaveProperty('nextToken');
  });
});
