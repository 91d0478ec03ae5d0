import { type ConfigServiceClient, paginateSelectResourceConfig } from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { parseJson } from '../trail/parse-json.ts';
import { readAnswer } from './aws-answer.ts';
import { askingForPages } from './aws-error.ts';
import { parseMoment } from './moments.ts';

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

const rowSchema = z.object({
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
  const ids = userIds.filter((id) => userIdPattern.test(id));
  const batches = Array.from({ length: Math.ceil(ids.length / idsPerQuery) }, (_, index) =>
    ids.slice(index * idsPerQuery, (index + 1) * idsPerQuery),
  );
  const users = await Promise.all(batches.map((batch) => selectUsers(config, batch)));
  return new Map(users.flat().map((user) => [user.userId, user]));
}

async function selectUsers(config: ConfigServiceClient, ids: readonly string[]): Promise<RecordedUser[]> {
  const Expression =
    'SELECT resourceId, resourceName, arn, tags, configuration.createDate ' +
    `WHERE resourceType = 'AWS::IAM::User' AND resourceId IN (${ids.map((id) => `'${id}'`).join(', ')})`;
  const pages = await askingForPages(
    action,
    paginateSelectResourceConfig({ client: config, pageSize: idsPerQuery }, { Expression }),
  );
  return pages.flatMap(({ Results = [] }) => Results).map(recordedUser);
}

function recordedUser(json: string): RecordedUser {
  const row = readAnswer(action, rowSchema, parseJson(json));
  const createdAt = parseMoment(row.configuration?.createDate);
  return {
    userId: row.resourceId,
    userName: row.resourceName,
    arn: row.arn,
    tags: Object.fromEntries(row.tags.map(({ key, value }) => [key, value])),
    ...(createdAt !== undefined && { createdAt }),
  };
}
