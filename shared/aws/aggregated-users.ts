import type { Subject } from '../findings/subject.ts';
import { inParallel } from '../parallel.ts';
import { accountId } from '../trail/bounds.ts';
import { type Aggregator, selectRows } from './aggregator.ts';
import {
  batchesOf,
  type RecordedUser,
  recordedUser,
  recordedUserSchema,
  userQuery,
} from './recorded-users.ts';

/** AWS Config's queries have a rate of their own, which other tools of the organization share. */
const queriesAtOnce = 4;

const rowSchema = recordedUserSchema.extend({ accountId });

/** Users as AWS Config records them, by unique id. */
export type RecordedUsers = ReadonlyMap<string, RecordedUser>;

/**
 * What AWS Config records of users in many accounts, a hundred at a time, by account. Users that it does not record are
 * absent, and so is a user whom the subject looks for in another account than his own.
 */
export async function readAggregatedUsers(
  aggregator: Aggregator,
  subjects: readonly Subject[],
): Promise<ReadonlyMap<string, RecordedUsers>> {
  const ids = [...new Set(subjects.map(({ userId }) => userId))];
  const rows = await inParallel(batchesOf(ids), queriesAtOnce, (batch) =>
    selectRows(aggregator, userQuery(batch, ['accountId']), rowSchema),
  );
  const byAccount = Map.groupBy(rows.flat(), (row) => row.accountId);
  return new Map(
    [...byAccount].map(([id, own]) => [id, new Map(own.map((row) => [row.resourceId, recordedUser(row)]))]),
  );
}
