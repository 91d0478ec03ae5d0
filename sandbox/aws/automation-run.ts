import { randomUUID } from 'node:crypto';
import { userNamed, writeUser } from './account.ts';
import type { Execution, Interruption } from './automation.ts';
import { AwsFailure, noSuchEntity } from './failure.ts';
import { setStatus } from './iam-user.ts';
import { type RunbookCalls, type RunbookResult, revokeUnusedCredentials } from './runbook.ts';
import type { World } from './world.ts';

/** Runs the runbook of an execution at the moment that it ends, and writes down how it went. */
export function carryOut(world: World, execution: Execution, at: Date): void {
  const parameters = {
    userId: execution.parameters['IAMResourceId']?.[0] ?? '',
    maxCredentialUsageAge: Number(execution.parameters['MaxCredentialUsageAge']?.[0] ?? 90),
  };
  execution.endedAt = at;
  try {
    const result = revokeUnusedCredentials(callsOf(world, execution, at), parameters, at);
    execution.status = 'Success';
    execution.output = JSON.stringify(outputOf(result));
  } catch (error) {
    execution.status = error instanceof Interrupted ? error.status : 'Failed';
    execution.failure = `Step fails when it is Execute/Cancelling action. ${failureText(error)} Please refer to Automation Service Troubleshooting Guide for more diagnosis details.`;
  }
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly status: Interruption['status'];

  constructor(status: Interruption['status']) {
    super(`The execution ended as ${status}`);
    this.status = status;
  }
}

function callsOf(world: World, { account, region }: Execution, now: Date): RunbookCalls {
  const recorded = region === account.region ? account.config.recordedUsers : undefined;
  let writes = 0;
  const write = (change: () => void) => {
    const { interruption } = world.automation;
    if (interruption && writes >= interruption.afterWrites) throw new Interrupted(interruption.status);
    writes += 1;
    change();
  };
  const { called } = world.automation;
  return {
    recordedUserName: (userId) => {
      called.add('config:ListDiscoveredResources');
      return recorded?.get(userId)?.name;
    },
    accessKeys: (userName) => {
      called.add('iam:ListAccessKeys');
      return userNamed(account, userName).accessKeys.map(({ id, createdAt, lastUsed }) => {
        called.add('iam:GetAccessKeyLastUsed');
        return { id, createdAt, lastUsedAt: lastUsed?.at };
      });
    },
    deactivate: (userName, keyId) =>
      write(() => {
        called.add('iam:UpdateAccessKey');
        const user = userNamed(account, userName);
        writeUser(account, user, world.iamLagReads, ({ accessKeys }) => {
          const key = accessKeys.find(({ id }) => id === keyId);
          if (key) setStatus(key, 'Inactive', now);
        });
      }),
    password: (userName) => {
      called.add('iam:GetLoginProfile');
      const { loginProfile, passwordLastUsedAt } = userNamed(account, userName);
      if (loginProfile) called.add('iam:GetUser');
      return loginProfile && { createdAt: loginProfile.createdAt, lastUsedAt: passwordLastUsedAt };
    },
    deleteLoginProfile: (userName) =>
      write(() => {
        called.add('iam:DeleteLoginProfile');
        const user = userNamed(account, userName);
        if (!user.loginProfile) throw noSuchEntity('Login Profile for User cannot be found.');
        writeUser(account, user, world.iamLagReads, (changed) => {
          changed.loginProfile = undefined;
        });
      }),
  };
}

/** The script's last words and, as boto3 gives them, the answers to each of its writes. */
function outputOf({ deactivated, deletedLoginProfile }: RunbookResult): Record<string, unknown> {
  return {
    output: 'Verification of unused IAM User credentials is successful.',
    http_responses: {
      DeactivateUnusedKeysResponse: deactivated.map((id) => ({ AccessKeyId: id, Response: botoResponse() })),
      ...(deletedLoginProfile && { DeleteUnusedPasswordResponse: botoResponse() }),
    },
  };
}

function botoResponse(): Record<string, unknown> {
  return { ResponseMetadata: { RequestId: randomUUID(), HTTPStatusCode: 200, RetryAttempts: 0 } };
}

function failureText(error: unknown): string {
  if (error instanceof AwsFailure) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
