import type { IAMClient } from '@aws-sdk/client-iam';
import type { Evidence, RememberedUser } from '../keys/evidence.ts';
import { getUser } from './iam-calls.ts';
import { monthOf } from './moments.ts';
import type { ReportedPlace } from './placed-user.ts';
import { type KeyLimit, readReportedKeys } from './reported-keys.ts';
import { readReportedPassword } from './reported-password.ts';

/**
 * One user from the credential report, with IAM asked only for what the report cannot say and what was not remembered
 * within this month: what somebody forged ends with it.
 *
 * `undefined` when report and IAM do not agree on who this is: then only a live read helps.
 */
export async function readReportedUser(
  iam: IAMClient,
  subject: { readonly accountId: string; readonly userId: string },
  place: ReportedPlace,
  memory: RememberedUser | undefined,
  limit: KeyLimit,
): Promise<Evidence | undefined> {
  const { userName, arn, row, configName } = place;
  const readIn = monthOf(limit.now);
  const remembered = memory?.readIn === readIn ? memory : undefined;
  const keys = await readReportedKeys(iam, userName, row.slots, remembered?.keys, limit);
  if (!keys) return undefined;
  const tags = place.tags ?? (await readTags(iam, subject.userId, userName));
  if (!tags) return undefined;
  const password = await readReportedPassword(iam, userName, row.password, remembered);
  return {
    kind: 'user',
    source: keys.source,
    user: {
      ...subject,
      userName,
      arn,
      tags,
      accessKeys: keys.accessKeys,
      ...password.dates,
      ...(configName !== undefined && { configName }),
    },
    ...(keys.remembered && {
      remembered: { userName, readIn, keys: keys.remembered, ...password.remembered },
    }),
  };
}

async function readTags(iam: IAMClient, userId: string, userName: string) {
  const user = await getUser(iam, userName);
  return user?.userId === userId ? user.tags : undefined;
}
