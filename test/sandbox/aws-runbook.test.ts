import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartAutomationExecutionCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { World } from '../../sandbox/aws/world.ts';
import { startTestAws } from './aws-clients.ts';

const date = z.iso.datetime().transform((text) => new Date(text));
const Row = z.object({
  now: date,
  maxCredentialUsageAge: z.number(),
  user: z.object({
    accessKeys: z.array(
      z.object({
        id: z.string(),
        status: z.enum(['Active', 'Inactive', 'Expired']),
        createdAt: date,
        lastUsedAt: date.nullable(),
      }),
    ),
    loginProfileCreatedAt: date.nullable(),
    passwordLastUsedAt: date.nullable(),
    discoveredByConfig: z.boolean(),
  }),
  expected: z.object({
    status: z.string(),
    error: z.string().nullable(),
    output: z.string().nullable(),
    deactivated: z.array(z.string()),
    loginProfileDeleted: z.boolean(),
  }),
});
type Row = z.output<typeof Row>;

const rows = readFileSync(join(import.meta.dirname, '../vectors/runbook.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Row.parse(JSON.parse(line)));

const Output = z.object({
  output: z.string(),
  http_responses: z.object({
    DeactivateUnusedKeysResponse: z.array(z.object({ AccessKeyId: z.string() })),
    DeleteUnusedPasswordResponse: z.object({}).optional(),
  }),
});

const roleArn = 'arn:aws:iam::111122223333:role/KeyturnRunbook';

/** A new account with the row's user and the runbook's role; runs end at the moment that they start. */
function seed(world: World, { now, user }: Row): void {
  world.now = () => now;
  world.addAccount(world.defaultAccountId);
  world.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
  world.automation.pendingMs = 0;
  world.automation.inProgressMs = 0;
  world.addUser({
    name: 'ada',
    id: 'AIDAVECTOR',
    recorded: user.discoveredByConfig,
    keys: user.accessKeys.map(({ lastUsedAt, ...key }) => ({
      ...key,
      ...(lastUsedAt && { lastUsed: { at: lastUsedAt } }),
    })),
    ...(user.loginProfileCreatedAt && { loginProfile: { createdAt: user.loginProfileCreatedAt } }),
    ...(user.passwordLastUsedAt && { passwordLastUsedAt: user.passwordLastUsedAt }),
  });
}

let standIn: Awaited<ReturnType<typeof startTestAws>>;
beforeAll(async () => {
  standIn = await startTestAws();
  standIn.aws.faults.limitRate('StartAutomationExecution', undefined);
});
afterAll(() => standIn.aws.close());

test.each(rows.map((row, index) => ({ row, line: index + 1 })))(
  'row $line of the vectors holds',
  async ({ row }) => {
    const { world, ssm } = standIn;
    seed(world, row);
    await ssm.send(
      new StartAutomationExecutionCommand({
        DocumentName: 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials',
        Parameters: {
          AutomationAssumeRole: [roleArn],
          IAMResourceId: ['AIDAVECTOR'],
          MaxCredentialUsageAge: [String(row.maxCredentialUsageAge)],
        },
      }),
    );
    world.automation.advance(world);

    const { status, error, output, deactivated, loginProfileDeleted } = row.expected;
    const execution = world.automation.executions.at(-1);
    const user = world.userNamed('ada');
    expect(execution?.status).toBe(status);
    expect(execution?.failure ?? '').toContain(error ?? '');
    const answer = execution?.output === undefined ? undefined : Output.parse(JSON.parse(execution.output));
    expect(answer?.output ?? null).toBe(output);
    if (answer) {
      expect(answer.http_responses.DeactivateUnusedKeysResponse.map((key) => key.AccessKeyId)).toEqual(
        deactivated,
      );
      expect('DeleteUnusedPasswordResponse' in answer.http_responses).toBe(loginProfileDeleted);
    }
    expect(user.accessKeys.map((key) => key.status)).toEqual(
      row.user.accessKeys.map((key) => (deactivated.includes(key.id) ? 'Inactive' : key.status)),
    );
    expect(user.loginProfile === undefined).toBe(
      row.user.loginProfileCreatedAt === null || loginProfileDeleted,
    );
  },
);
