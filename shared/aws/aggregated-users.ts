import { z } from 'zod';
import type { Subject } from '../findings/subject.ts';
import { inParallel } from '../parallel.ts';
import { accountId } from '../trail/bounds.ts';
import { type Aggregator, isOfRegion, selectRows } from './aggregator.ts';
import { parseMoment } from './moments.ts';
import {
  batchesOf,
  type RecordedUser,
  recordedUser,
  recordedUserSchema,
  userQuery,
} from './recorded-users.ts';
import { allDisbelieved, type Disbelieved } from './told-rows.ts';

/** AWS Config's queries have a rate of their own, which other tools of the organization share. */
const queriesAtOnce = 4;

const rowSchema = recordedUserSchema
  .extend({ accountId, awsRegion: z.string(), configurationItemCaptureTime: z.unknown() })
  .refine((row) => row.arn.split(':')[4] === row.accountId, 'an ARN of another account');
type Row = z.infer<typeof rowSchema>;

/** Users as AWS Config records them, by unique id. */
export type RecordedUsers = ReadonlyMap<string, RecordedUser>;

export interface AggregatedUsers {
  readonly byAccount: ReadonlyMap<string, RecordedUsers>;
  readonly unreadable: Disbelieved;
}

/**
 * What AWS Config records of users in many accounts, a hundred at a time. Users that it does not record are absent, and
 * so is a user whom the subject looks for in another account than his own.
 *
 * IAM is in no region, and each recorder that includes it records every user. What the aggregator's own region records
 * is what the runbook there goes by, so rows of other regions are none; of several the one that was captured last counts.
 */
export async function readAggregatedUsers(
  aggregator: Aggregator,
  subjects: readonly Subject[],
): Promise<AggregatedUsers> {
  const ids = [...new Set(subjects.map(({ userId }) => userId))];
  const told = await inParallel(batchesOf(ids), queriesAtOnce, (batch) =>
    selectRows(aggregator, userQuery(batch, rowFields), rowSchema),
  );
  const rows = told.flatMap((one) => one.rows.filter((row) => isOfRegion(row, aggregator)));
  const byAccount = Map.groupBy(rows, (row) => row.accountId);
  return {
    byAccount: new Map([...byAccount].map(([id, own]) => [id, newestOf(own)])),
    unreadable: allDisbelieved(...told),
  };
}

const rowFields = ['accountId', 'awsRegion', 'configurationItemCaptureTime'];

/** Of several rows for one user a Map keeps the last. */
function newestOf(rows: readonly Row[]): RecordedUsers {
  const inOrder = rows.toSorted((one, other) => capturedAt(one) - capturedAt(other));
  return new Map(inOrder.map((row) => [row.resourceId, recordedUser(row)]));
}

function capturedAt({ configurationItemCaptureTime }: Row): number {
  const moment =
    typeof configurationItemCaptureTime === 'string' ? parseMoment(configurationItemCaptureTime) : undefined;
  return moment?.getTime() ?? 0;
}
