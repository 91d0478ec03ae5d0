import { GenerateCredentialReportCommand, GetCredentialReportCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { rejection, startTestAws } from './aws-clients.ts';

let standIn: Awaited<ReturnType<typeof startTestAws>>;
beforeEach(async () => {
  standIn = await startTestAws();
});
afterEach(() => standIn.aws.close());

const generate = async () => (await standIn.iam.send(new GenerateCredentialReportCommand({}))).State;
const get = () => standIn.iam.send(new GetCredentialReportCommand({}));
const rows = async () =>
  Buffer.from((await get()).Content ?? [])
    .toString()
    .split('\n');

test('is asked for, waited for, then cached for four hours', async () => {
  const { clock, world } = standIn;
  world.account().report.pollsUntilReady = 2;
  expect(await rejection(get())).toMatchObject({ name: 'CredentialReportNotPresentException' });
  expect(await generate()).toBe('STARTED');
  expect(await rejection(get())).toMatchObject({ name: 'CredentialReportNotReadyException' });
  expect([await generate(), await generate()]).toEqual(['INPROGRESS', 'COMPLETE']);
  const generated = clock();
  expect(await get()).toMatchObject({ ReportFormat: 'text/csv', GeneratedTime: generated });

  world.addUser({ name: 'too-late' });
  clock.advance(4 * 3_600_000 - 1000);
  expect(await generate()).toBe('COMPLETE');
  expect(await rows()).toHaveLength(2);
  clock.advance(1000);
  expect(await rejection(get())).toMatchObject({ name: 'CredentialReportExpiredException' });
  expect(await generate()).toBe('STARTED');
});

test('has the columns that AWS documents', async () => {
  const { world } = standIn;
  world.account().report.pollsUntilReady = 0;
  const date = (day: string) => new Date(`${day}T00:00:00Z`);
  world.addUser({
    name: 'ada',
    createdAt: date('2024-01-01'),
    loginProfile: { createdAt: date('2024-02-01'), changedAt: date('2024-03-01') },
    keys: [
      {
        createdAt: date('2024-04-01'),
        lastUsed: { at: date('2024-05-01'), service: 'iam', region: 'eu-west-1' },
      },
      { createdAt: date('2024-06-01'), status: 'Inactive', statusChangedAt: date('2024-07-01') },
    ],
  });
  world.addUser({ name: 'bob', createdAt: date('2024-01-01'), passwordLastUsedAt: date('2024-08-01') });
  world.addUser({
    name: 'cy',
    createdAt: date('2024-01-01'),
    loginProfile: { createdAt: date('2024-02-01') },
    passwordLastUsedAt: date('2024-08-01'),
  });
  await generate();
  expect(await rows()).toEqual([
    'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
    '<root_account>,arn:aws:iam::111122223333:root,2021-06-01T12:00:00+00:00,not_supported,no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
    'ada,arn:aws:iam::111122223333:user/ada,2024-01-01T00:00:00+00:00,true,no_information,2024-03-01T00:00:00+00:00,N/A,false,true,2024-04-01T00:00:00+00:00,2024-05-01T00:00:00+00:00,eu-west-1,iam,false,2024-07-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A',
    'bob,arn:aws:iam::111122223333:user/bob,2024-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
    'cy,arn:aws:iam::111122223333:user/cy,2024-01-01T00:00:00+00:00,true,2024-08-01T00:00:00+00:00,2024-02-01T00:00:00+00:00,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
  ]);
});
