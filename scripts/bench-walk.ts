/**
 * What most tools do about old access keys: list the users, then ask for each user's keys and for each key's last use.
 * Prints how many users have an Active key over age. The benchmark compares Keyturn's scan with it.
 */
import { fileURLToPath } from 'node:url';
import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  ListAccessKeysCommand,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import { inParallel, usersAtOnce } from '../shared/parallel.ts';
import { maxAccessKeyAge } from './bench-account.ts';

const dayMs = 86_400_000;

async function userNames(iam: IAMClient): Promise<string[]> {
  const names: string[] = [];
  for await (const { Users = [] } of paginateListUsers({ client: iam, pageSize: 1_000 }, {}))
    names.push(...Users.flatMap(({ UserName }) => UserName ?? []));
  return names;
}

async function keysOf(iam: IAMClient, UserName: string): Promise<AccessKeyMetadata[]> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  for (const { AccessKeyId } of AccessKeyMetadata)
    await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
  return AccessKeyMetadata;
}

/** Reads every user, as many at a time as Keyturn does, and counts those with an Active key over `age` whole days. */
export async function walkUsers(iam: IAMClient, age: number, now: Date): Promise<number> {
  const names = await userNames(iam);
  const keys = await inParallel(names, usersAtOnce, (name) => keysOf(iam, name));
  const isOver = ({ Status, CreateDate = now }: AccessKeyMetadata) =>
    Status === 'Active' && Math.floor((now.getTime() - CreateDate.getTime()) / dayMs) > age;
  return keys.filter((ofOne) => ofOne.some(isOver)).length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Retries as patiently as Keyturn does.
  const iam = new IAMClient({ retryMode: 'adaptive', maxAttempts: 8 });
  console.log(await walkUsers(iam, maxAccessKeyAge, new Date()));
}
