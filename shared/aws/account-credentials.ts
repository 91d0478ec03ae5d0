import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { KeyturnError } from '../errors.ts';
import { isRecord } from '../trust-boundaries.ts';
import { awsError } from './aws-error.ts';
import { patience } from './clients.ts';
import { type AwsCredentials, type CredentialsSource, heldUntilDue } from './held-credentials.ts';

/** A role of another account, and how this process names itself there. */
export interface AccountRole {
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  readonly partition: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly roleName: string;
  /** Names the run or the process; 2 to 64 characters of `[\w+=,.@-]`. */
  readonly roleSessionName: string;
  /** Stands in that account's CloudTrail with everything that the session does; of the same form. */
  readonly sourceIdentity: string;
  /** Whose STS is asked: the one where the role is used. */
  readonly region: string;
}

/** What AWS allows a role that assumes another one, whatever the other's own maximum is (role chaining). */
const longestChainedSeconds = 3_600;

/**
 * Credentials of a role in another account (AssumeRole), renewed before their hour is over, once for all who share
 * the source.
 *
 * @param caller who assumes the role; asked again at each renewal, so that its own credentials may end meanwhile.
 * @throws KeyturnError `account-role-refused` or `aws-…`, naming the role with its account, from the returned function.
 */
export function accountCredentials(
  caller: CredentialsSource,
  role: AccountRole,
  now: () => Date,
): CredentialsSource {
  return heldUntilDue(() => assume(caller, role), now);
}

async function assume(caller: CredentialsSource, role: AccountRole): Promise<AwsCredentials> {
  const { partition, accountId, roleName, roleSessionName, sourceIdentity, region } = role;
  const roleArn = `arn:${partition}:iam::${accountId}:role/${roleName}`;
  try {
    return await fromTemporaryCredentials({
      masterCredentials: caller,
      params: {
        RoleArn: roleArn,
        RoleSessionName: roleSessionName,
        SourceIdentity: sourceIdentity,
        DurationSeconds: longestChainedSeconds,
      },
      // A scan of thousands of accounts asks STS as often: it may have to wait for its turn.
      clientConfig: { region, maxAttempts: 8, requestHandler: patience },
    })();
  } catch (error) {
    throw roleError(error, roleArn, accountId);
  }
}

/** STS says the same of a role that is missing and of one that refuses, in words that name the caller and the action. */
function roleError(error: unknown, roleArn: string, accountId: string): KeyturnError {
  const failure = awsError(`sts:AssumeRole of ${roleArn}`, error);
  if (failure.code !== 'aws-access-denied') return failure;
  const message = isRecord(error) && typeof error['message'] === 'string' ? ` (${error['message']})` : '';
  return new KeyturnError(
    'account-role-refused',
    `Account ${accountId} does not let Keyturn assume ${roleArn}${message}.`,
    { cause: error },
  );
}
