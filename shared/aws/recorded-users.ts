import { type ConfigServiceClient, paginateSelectResourceConfig } from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { parseJson } from '../trail/parse-json.ts';
import { readAnswer } from './aws-answer.ts';
import { parseMoment } from './moments.ts';
import { askingForPages } from './pages.ts';

/** An IAM user as AWS Config records it; the name may be out of date after a rename. */
export interface RecordedUser {
  readonly userId: string;
  readonly userName: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
}

const action = 'config:SelectResourceConfig';

/** Config takes expressions of 4,096 characters and gives 100 rows a page: 100 ids of 32 keep both. */
const idsPerQuery = 100;
const userIdPattern = /^AIDA[A-Z0-9]{8,28}$/;

/** A row of `userQuery`. */
export const recordedUserSchema = z.object({
  resourceId: z.string(),
  resourceName: z.string(),
  arn: z.string(),
  tags: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]),
  configuration: z.object({ createDate: z.string().optional() }).optional(),
});

/**
 * What Config records of these users, by unique id. Users that it does not record are absent, and so are ids
 * that no user can have: they never enter the SQL.
 */
export async function readRecordedUsers(
  config: ConfigServiceClient,
  userIds: readonly string[],
): Promise<Map<string, RecordedUser>> {
  const users = await Promise.all(batchesOf(userIds).map((batch) => selectUsers(config, batch)));
  return new Map(users.flat().map((user) => [user.userId, user]));
}

/** The ids that can be a user's, as many together as one query takes. */
export function batchesOf(userIds: readonly string[]): string[][] {
  const ids = userIds.filter((id) => userIdPattern.test(id));
  return Array.from({ length: Math.ceil(ids.length / idsPerQuery) }, (_, index) =>
    ids.slice(index * idsPerQuery, (index + 1) * idsPerQuery),
  );
}

/** The query for one batch; an aggregator's rows have the `accountId` too. */
export function userQuery(batch: readonly string[], fields: readonly string[] = []): string {
  const selected = [...fields, 'resourceId', 'resourceName', 'arn', 'tags', 'configuration.createDate'];
  return (
    `SELECT ${selected.join(', ')} ` +
    `WHERE resourceType = 'AWS::IAM::User' AND resourceId IN (${batch.map((id) => `'${id}'`).join(', ')})`
  );
}

async function selectUsers(config: ConfigServiceClient, ids: readonly string[]): Promise<RecordedUser[]> {
  const pages = await askingForPages(
    action,
    paginateSelectResourceConfig({ client: config, pageSize: idsPerQuery }, { Expression: userQuery(ids) }),
  );
  return pages
    .flatMap(({ Results = [] }) => Results)
    .map((json) => recordedUser(readAnswer(action, recordedUserSchema, parseJson(json))));
}

export function recordedUser(row: z.infer<typeof recordedUserSchema>): RecordedUser {
  const createdAt = parseMoment(row.configuration?.createDate);
  return {
    userId: row.resourceId,
    userName: row.resourceName,
    arn: row.arn,
    tags: Object.fromEntries(row.tags.map(({ key, value }) => [key, value])),
    ...(createdAt !== undefined && { createdAt }),
  };
}
