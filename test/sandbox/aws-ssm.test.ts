import {
  DescribeAutomationExecutionsCommand,
  DescribeDocumentCommand,
  GetAutomationExecutionCommand,
  StartAutomationExecutionCommand,
  type StartAutomationExecutionCommandInput,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anyKeys, clientsOf, rejection, startTestAws } from './aws-clients.ts';

const document = 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials';
const role = 'arn:aws:iam::111122223333:role/KeyturnRunbook';
const token = '11111111-2222-4333-8444-555555555555';
const noOutput = ['No output available yet because the step is not successfully executed'];
const outputName = 'RevokeUnusedIAMUserCredentialsAndVerify.Output';

let standIn: Awaited<ReturnType<typeof startTestAws>>;
beforeEach(async () => {
  standIn = await startTestAws();
  const { aws, world } = standIn;
  aws.faults.limitRate('StartAutomationExecution', undefined);
  aws.faults.limitRate('DescribeAutomationExecutions', undefined);
  world.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
  world.addUser({
    name: 'ada',
    id: 'AIDAADA',
    keys: [{ createdAt: world.daysAgo(100) }, { createdAt: world.daysAgo(200) }],
  });
});
afterEach(() => standIn.aws.close());

const parameters = { AutomationAssumeRole: [role], IAMResourceId: ['AIDAADA'] };

async function start(change: Partial<StartAutomationExecutionCommandInput> = {}): Promise<string> {
  const command = new StartAutomationExecutionCommand({
    DocumentName: document,
    Parameters: parameters,
    ...change,
  });
  return (await standIn.ssm.send(command)).AutomationExecutionId ?? '';
}
const get = async (id: string) =>
  (await standIn.ssm.send(new GetAutomationExecutionCommand({ AutomationExecutionId: id })))
    .AutomationExecution;
const describeIds = async (
  Key:
    | 'ExecutionId'
    | 'ExecutionStatus'
    | 'TagKey'
    | 'StartTimeAfter'
    | 'StartTimeBefore'
    | 'DocumentNamePrefix',
  ...Values: string[]
) => {
  const command = new DescribeAutomationExecutionsCommand({ Filters: [{ Key, Values }] });
  const { AutomationExecutionMetadataList: list } = await standIn.ssm.send(command);
  return list?.map(({ AutomationExecutionId }) => AutomationExecutionId);
};

describe('an execution', () => {
  test('goes from Pending over InProgress to Success, and changes IAM at its end', async () => {
    const { clock, world } = standIn;
    const statuses = () => world.userNamed('ada').accessKeys.map(({ status }) => status);
    const id = await start();
    expect(await get(id)).toMatchObject({
      AutomationExecutionStatus: 'Pending',
      DocumentVersion: '1',
      Outputs: { [outputName]: noOutput },
      Parameters: parameters,
    });
    clock.advance(1000);
    expect(await get(id)).toMatchObject({ AutomationExecutionStatus: 'InProgress' });
    expect(statuses()).toEqual(['Active', 'Active']);
    clock.advance(2000);
    const done = await get(id);
    expect(done).toMatchObject({ AutomationExecutionStatus: 'Success', ExecutionEndTime: clock() });
    expect(done?.Outputs?.[outputName]).toHaveLength(1);
    expect(done?.StepExecutions).toMatchObject([{ StepStatus: 'Success' }]);
    expect(statuses()).toEqual(['Inactive', 'Inactive']);
  });

  test('that is cut short leaves behind what it has done', async () => {
    const { clock, world } = standIn;
    world.automation.interruption = { afterWrites: 1, status: 'TimedOut' };
    const id = await start();
    clock.advance(3000);
    expect(await get(id)).toMatchObject({
      AutomationExecutionStatus: 'TimedOut',
      Outputs: { [outputName]: noOutput },
    });
    expect(world.userNamed('ada').accessKeys.map(({ status }) => status)).toEqual(['Inactive', 'Active']);
  });

  test('acts on the name that Config recorded, although another user bears it now', async () => {
    const { clock, world } = standIn;
    world.iamLagReads = 1;
    world.renameUser(world.userNamed('ada'), 'ada-old');
    const other = world.addUser({
      name: 'ada',
      keys: [{ createdAt: world.daysAgo(100) }],
      loginProfile: { createdAt: world.daysAgo(100) },
    });
    const id = await start();
    clock.advance(3000);
    expect(await get(id)).toMatchObject({ AutomationExecutionStatus: 'Success' });
    expect(other).toMatchObject({ accessKeys: [{ status: 'Inactive' }], loginProfile: undefined });
    expect(world.userNamed('ada-old').accessKeys).toMatchObject([{ status: 'Active' }, { status: 'Active' }]);
  });

  test('fails for a user whom IAM does not have, and in a region where Config records nothing', async () => {
    const { aws, clock, world } = standIn;
    world.deleteUser(world.userNamed('ada'));
    const id = await start();
    clock.advance(3000);
    const failed = await get(id);
    expect(failed).toMatchObject({ AutomationExecutionStatus: 'Failed' });
    expect(failed?.FailureMessage).toContain('NoSuchEntity: The user with name ada cannot be found.');
    standIn = { ...standIn, ...clientsOf(aws.url, anyKeys, 'eu-west-1') };
    const elsewhere = await start();
    clock.advance(3000);
    expect((await get(elsewhere))?.FailureMessage).toContain('IndexError: list index out of range');
  });
});

describe('a start', () => {
  test('with a used token answers with the execution of that token, or refuses other parameters', async () => {
    const id = await start({ ClientToken: token });
    expect(await start({ ClientToken: token, DocumentVersion: '1' })).toBe(id);
    expect(await start()).not.toBe(id);
    const other = start({ ClientToken: token, Parameters: { ...parameters, MaxCredentialUsageAge: ['30'] } });
    expect(await rejection(other)).toMatchObject({ name: 'IdempotentParameterMismatch' });
  });

  test.each<[string, Partial<StartAutomationExecutionCommandInput>]>([
    ['AutomationDefinitionNotFoundException', { DocumentName: 'AWS-StopEC2Instance' }],
    ['AutomationDefinitionVersionNotFoundException', { DocumentVersion: '7' }],
    ['ValidationException', { ClientToken: 'request-1' }],
    ['ValidationException', { Tags: [...'abcdef'].map((Key) => ({ Key, Value: '' })) }],
    ['InvalidAutomationExecutionParametersException', { Parameters: { IAMResourceId: ['AIDAADA'] } }],
    ['InvalidAutomationExecutionParametersException', { Parameters: { ...parameters, IAMResourceId: [] } }],
    [
      'InvalidAutomationExecutionParametersException',
      { Parameters: { ...parameters, IAMResourceId: ['a', 'b'] } },
    ],
    [
      'InvalidAutomationExecutionParametersException',
      { Parameters: { ...parameters, IAMResourceId: ['a b'] } },
    ],
    ['InvalidAutomationExecutionParametersException', { Parameters: { ...parameters, UserName: ['ada'] } }],
    [
      'InvalidAutomationExecutionParametersException',
      { Parameters: { ...parameters, MaxCredentialUsageAge: ['10001'] } },
    ],
    [
      'InvalidAutomationExecutionParametersException',
      { Parameters: { ...parameters, AutomationAssumeRole: [`${role}2`] } },
    ],
  ])('is refused as %s: %j', async (name, change) => {
    expect(await rejection(start(change))).toMatchObject({ name });
    expect(standIn.world.automation.executions).toEqual([]);
  });

  test('is taken once a second', async () => {
    let milliseconds = 0;
    const { aws, ssm, world } = await startTestAws({ milliseconds: () => milliseconds });
    world.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
    const again = () =>
      ssm.send(new StartAutomationExecutionCommand({ DocumentName: document, Parameters: parameters }));
    await again();
    milliseconds = 999;
    expect(await rejection(again())).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    milliseconds = 1001;
    await again();
    await aws.close();
  });
});

describe('executions', () => {
  test('are found by what the filters name, newest first, without their tags', async () => {
    const { clock, ssm } = standIn;
    const first = await start({ Tags: [{ Key: 'keyturn:request:1', Value: '1' }] });
    clock.advance(5000);
    const noon = clock().toISOString();
    clock.advance(5000);
    const second = await start();
    expect(await describeIds('TagKey', 'keyturn:request:1')).toEqual([first]);
    expect(await describeIds('ExecutionId', second, first)).toEqual([second, first]);
    expect(await describeIds('ExecutionStatus', 'Success')).toEqual([first]);
    expect(await describeIds('StartTimeBefore', noon)).toEqual([first]);
    expect(await describeIds('StartTimeAfter', noon)).toEqual([second]);
    expect(await describeIds('DocumentNamePrefix', 'AWSConfigRemediation-')).toEqual([second, first]);
    expect(await describeIds('DocumentNamePrefix', 'AWS-')).toEqual([]);
    const { AutomationExecutionMetadataList } = await ssm.send(new DescribeAutomationExecutionsCommand({}));
    expect(AutomationExecutionMetadataList?.[1]?.Outputs?.[outputName]?.[0]).toContain('http_responses');
    expect(JSON.stringify(AutomationExecutionMetadataList)).not.toContain('keyturn:request');
  });

  test('come fifty a page, and are forgotten after thirty days', async () => {
    const { clock, ssm } = standIn;
    for (let n = 0; n < 51; n += 1) await start();
    const first = await ssm.send(new DescribeAutomationExecutionsCommand({}));
    expect(first.AutomationExecutionMetadataList).toHaveLength(50);
    const rest = await ssm.send(new DescribeAutomationExecutionsCommand({ NextToken: first.NextToken }));
    expect(rest.AutomationExecutionMetadataList).toHaveLength(1);
    expect(rest.NextToken).toBeUndefined();
    clock.advance(31 * 86_400_000);
    expect(await describeIds('DocumentNamePrefix', document)).toEqual([]);
  });

  test('that do not exist, and filters that say nothing, are refused', async () => {
    expect(await rejection(get(token))).toMatchObject({ name: 'AutomationExecutionNotFoundException' });
    await start();
    expect(await rejection(describeIds('StartTimeAfter', 'noon'))).toMatchObject({
      name: 'InvalidFilterValue',
    });
    const ids = Array.from({ length: 11 }, (_, n) => String(n));
    expect(await rejection(describeIds('ExecutionId', ...ids))).toMatchObject({
      name: 'ValidationException',
    });
  });
});

test('describes the runbook, its versions and their hashes', async () => {
  const { ssm, world } = standIn;
  world.automation.documentHashes.set('2', 'other');
  const read = async (Name: string, DocumentVersion?: string) =>
    (await ssm.send(new DescribeDocumentCommand({ Name, ...(DocumentVersion && { DocumentVersion }) })))
      .Document;
  expect(await read(document)).toMatchObject({
    DocumentVersion: '1',
    HashType: 'Sha256',
    LatestVersion: '2',
  });
  const arn = `arn:aws:ssm:us-east-1::document/${document}`;
  expect(await read(arn, '$LATEST')).toMatchObject({ DocumentVersion: '2', Hash: 'other' });
  expect(await rejection(read(document, '3'))).toMatchObject({ name: 'InvalidDocumentVersion' });
  expect(await rejection(read('AWS-Other'))).toMatchObject({ name: 'InvalidDocument' });
});
