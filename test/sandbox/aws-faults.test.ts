import { DescribeConfigRulesCommand } from '@aws-sdk/client-config-service';
import { GetUserCommand, IAMClient, ListUsersCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { anyKeys, rejection, startTestAws } from './aws-clients.ts';

let milliseconds = 0;
let standIn: Awaited<ReturnType<typeof startTestAws>>;
beforeEach(async () => {
  milliseconds = 0;
  standIn = await startTestAws({ milliseconds: () => milliseconds });
});
afterEach(() => standIn.aws.close());

const update = (id: string, status: string) =>
  `Action=UpdateAccessKey&Version=2010-05-08&UserName=ada&AccessKeyId=${id}&Status=${status}`;
const listUsers = () => standIn.iam.send(new ListUsersCommand({}));

test('the nth call fails, for a code, a bare 5xx or a cut connection', async () => {
  const { faults } = standIn.aws;
  faults.fail(
    'ListUsers',
    { kind: 'error', code: 'ServiceFailure', message: 'Try later', status: 500 },
    { nth: 2 },
  );
  faults.fail('ListUsers', { kind: 'status', status: 503 }, { nth: 3 });
  faults.fail('ListUsers', { kind: 'drop', effect: 'before' }, { nth: 4 });
  await listUsers();
  expect(await rejection(listUsers())).toMatchObject({
    name: 'ServiceFailureException',
    message: 'Try later',
  });
  expect(await rejection(listUsers())).toMatchObject({ $metadata: { httpStatusCode: 503 } });
  expect(await rejection(listUsers())).toMatchObject({ message: expect.stringContaining('socket hang up') });
  await listUsers();
});

test('a connection may be cut after the operation has taken effect', async () => {
  const { aws, iam, world } = standIn;
  const user = world.addUser({ name: 'ada', keys: [{ createdAt: world.daysAgo(100) }] });
  aws.faults.fail('UpdateAccessKey', { kind: 'drop', effect: 'after' });
  const update = { UserName: 'ada', AccessKeyId: user.accessKeys[0]?.id, Status: 'Inactive' } as const;
  expect(await rejection(iam.send(new UpdateAccessKeyCommand(update)))).toMatchObject({
    message: expect.stringContaining('socket hang up'),
  });
  expect(user.accessKeys[0]?.status).toBe('Inactive');
});

test('an operation is denied in the words of its protocol, for one account or one input, until cleared', async () => {
  const { aws, config, iam, world } = standIn;
  world.addUser({ name: 'ada' });
  world.addUser({ name: 'bob' });
  aws.faults.deny('DescribeConfigRules');
  aws.faults.deny('ListUsers', { account: '444455556666' });
  aws.faults.deny('GetUser', { matching: (input) => input['UserName'] === 'ada' });
  const get = (UserName: string) => iam.send(new GetUserCommand({ UserName }));
  await listUsers();
  await get('bob');
  expect(await rejection(get('ada'))).toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('is not authorized to perform: iam:GetUser'),
    $metadata: { httpStatusCode: 403 },
  });
  const rules = () => config.send(new DescribeConfigRulesCommand({}));
  expect(await rejection(rules())).toMatchObject({ name: 'AccessDeniedException' });
  aws.faults.clear();
  await rules();
});

test('a service takes so many calls a second, and the SDK of today tries again', async () => {
  const { aws, config } = standIn;
  aws.faults.limitRate('iam', 2);
  await listUsers();
  await listUsers();
  expect(await rejection(listUsers())).toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
  await config.send(new DescribeConfigRulesCommand({}));
  milliseconds = 500;
  await listUsers();

  const patient = new IAMClient({ endpoint: aws.url, region: 'us-east-1', credentials: anyKeys });
  aws.faults.limitRate('iam', undefined);
  aws.faults.fail('ListUsers', { kind: 'error', code: 'Throttling', message: 'Rate exceeded' }, { nth: 1 });
  expect((await patient.send(new ListUsersCommand({}))).Users).toEqual([]);
});

test('every request is counted, by operation, whatever came of it', async () => {
  const { requests, faults } = standIn.aws;
  faults.deny('ListUsers');
  await rejection(listUsers());
  await standIn.config.send(new DescribeConfigRulesCommand({}));
  expect(requests.counts()).toEqual({ ListUsers: 1, DescribeConfigRules: 1 });
  expect(requests.list[0]).toMatchObject({ account: '111122223333', at: standIn.clock(), input: {} });
  expect(requests.total).toBe(2);
  requests.clear();
  expect(requests.total).toBe(0);
});

test('latency is added to each answer', async () => {
  standIn.aws.faults.latencyMs = 1;
  expect((await listUsers()).Users).toEqual([]);
});

test.each([
  ['Action=ListUsers&Version=1999-01-01', undefined, 'InvalidAction'],
  ['Action=CreateUser&Version=2010-05-08', undefined, 'InvalidAction'],
  ['Action=GetUser&Version=2010-05-08', undefined, 'ValidationError'],
  [update('AKIA0000000000000000', 'Off'), undefined, 'enum value set: [Active, Inactive, Expired]'],
  [update('AKIA', 'Inactive'), undefined, 'Member must have length greater than or equal to 16'],
  ['Action=ListUsers&Version=2010-05-08&MaxItems=0', undefined, 'value greater than or equal to 1'],
  [
    'Action=ListUsers&Version=2010-05-08&MaxItems=many',
    undefined,
    'at &#39;maxItems&#39; failed to satisfy constraint',
  ],
  [`${update('AKIA', 'Off')}&UserName=a/b`, undefined, '3 validation errors detected'],
  ['{}', 'AmazonSSM.SendCommand', 'UnknownOperationException'],
  ['{}', 'DynamoDB.PutItem', 'UnknownOperationException'],
  ['[]', 'AmazonSSM.DescribeDocument', 'SerializationException'],
  ['{', 'AmazonSSM.DescribeDocument', 'SerializationException'],
])('what no service understands is refused: %s %s', async (body, target, code) => {
  const response = await fetch(standIn.aws.url, {
    method: 'POST',
    body,
    headers: target === undefined ? {} : { 'x-amz-target': target },
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(code);
});

test('a fault of the stand-in itself is a 500 that says so', async () => {
  const { aws, world } = standIn;
  Object.defineProperty(world.account(), 'users', { value: null });
  expect(await rejection(listUsers())).toMatchObject({
    name: 'InternalFailure',
    message: expect.stringContaining('The stand-in failed'),
  });
  expect(aws.requests.total).toBe(1);
});
