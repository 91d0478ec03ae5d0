import type { IAMClient } from '@aws-sdk/client-iam';
import { KeyturnError } from '../errors.ts';
import type { AccessKey, UserSnapshot } from '../keys/user-snapshot.ts';
import {
  getAccessKeyLastUsed,
  getLoginProfileCreation,
  getUser,
  type IamUser,
  listAccessKeys,
} from './iam-calls.ts';
import type { ListedKey } from './key-slots.ts';
import type { UserDirectory } from './user-directory.ts';

export interface LiveQuestion {
  readonly accountId: string;
  readonly userId: string;
  /** Where to look first; the unique id decides. */
  readonly userName: string | undefined;
  /** The name that Config records, however old. */
  readonly configName: string | undefined;
}

/**
 * One user as IAM has it now, with nothing taken from reports. IAM is eventually consistent: for some seconds
 * after a change it may still give what was before.
 *
 * `undefined` when no user has this unique id.
 * @throws KeyturnError `iam-inconsistent` when the user changes under the reading, `aws-…`
 */
export async function readLiveUser(
  iam: IAMClient,
  directory: UserDirectory,
  question: LiveQuestion,
): Promise<UserSnapshot | undefined> {
  const { accountId, userId, configName } = question;
  const found = await locate(iam, directory, question);
  if (!found) return undefined;
  const { passwordLastUsedAt, ...user } = found;
  const [listed, loginProfileCreatedAt] = await Promise.all([
    listAccessKeys(iam, user.userName),
    getLoginProfileCreation(iam, user.userName),
  ]);
  if (!listed) throw inconsistent(userId, user.userName);
  const accessKeys = await withLastUse(iam, listed);
  return {
    ...user,
    accountId,
    accessKeys,
    ...(loginProfileCreatedAt && { loginProfileCreatedAt }),
    // IAM keeps the date when the login profile goes.
    ...(loginProfileCreatedAt && passwordLastUsedAt && { passwordLastUsedAt }),
    ...(configName !== undefined && { configName }),
  };
}

/** The keys with the last use that IAM gives for each. */
export function withLastUse(iam: IAMClient, keys: readonly ListedKey[]): Promise<AccessKey[]> {
  return Promise.all(keys.map(async (key) => ({ ...key, ...(await getAccessKeyLastUsed(iam, key.id)) })));
}

/** The user with this unique id under whatever name, since names can change and be given again. */
async function locate(
  iam: IAMClient,
  directory: UserDirectory,
  { userId, userName }: LiveQuestion,
): Promise<IamUser | undefined> {
  const hinted = userName === undefined ? undefined : await getUser(iam, userName);
  if (hinted?.userId === userId) return hinted;
  const listed = (await directory()).get(userId);
  if (!listed) return undefined;
  const user = await getUser(iam, listed.userName);
  if (user?.userId !== userId) throw inconsistent(userId, listed.userName);
  return user;
}

function inconsistent(userId: string, userName: string): KeyturnError {
  return new KeyturnError(
    'iam-inconsistent',
    `IAM lists ${userId} as ${userName}, but does not know that user under this name.`,
  );
}
