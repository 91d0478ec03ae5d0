import { type IAMClient, paginateListUsers } from '@aws-sdk/client-iam';
import { z } from 'zod';
import { readAnswer } from './aws-answer.ts';
import { askingForPages } from './pages.ts';

/** An IAM user as ListUsers gives it, which leaves out the tags. */
export interface ListedUser {
  readonly userName: string;
  readonly arn: string;
  readonly createdAt: Date;
}

/** All users of the account by unique id, asked for when first needed and then kept. */
export type UserDirectory = () => Promise<ReadonlyMap<string, ListedUser>>;

const usersSchema = z.array(
  z.object({ UserId: z.string(), UserName: z.string(), Arn: z.string(), CreateDate: z.date() }),
);

export function userDirectory(iam: IAMClient): UserDirectory {
  let listed: Promise<ReadonlyMap<string, ListedUser>> | undefined;
  return () => {
    listed ??= listUsers(iam);
    return listed;
  };
}

async function listUsers(iam: IAMClient): Promise<ReadonlyMap<string, ListedUser>> {
  const action = 'iam:ListUsers';
  const pages = await askingForPages(action, paginateListUsers({ client: iam, pageSize: 1_000 }, {}));
  const users = readAnswer(
    action,
    usersSchema,
    pages.flatMap(({ Users }) => Users ?? []),
  );
  return new Map(
    users.map(({ UserId, UserName, Arn, CreateDate }) => [
      UserId,
      { userName: UserName, arn: Arn, createdAt: CreateDate },
    ]),
  );
}
