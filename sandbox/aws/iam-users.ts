import { z } from 'zod';
import { userNamed, visible, writeUser } from './account.ts';
import { AwsFailure, noSuchEntity } from './failure.ts';
import { type IamUser, userArn } from './iam-user.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';
import { pageOf } from './paging.ts';

export const UserName = z
  .string()
  .regex(/^[\w+=,.@-]+$/)
  .max(64);
const MaxItems = z.coerce.number().int().min(1).max(1000).default(100);
export const Paged = z.object({ MaxItems, Marker: z.string().optional() });
const OneUser = z.object({ UserName });

/** IAM's reads of users and their console passwords, and the one write. */
export const userOperations: Readonly<Record<string, Operation>> = {
  ListUsers: operation(Paged.extend({ PathPrefix: z.string().default('/') }), (input, { account }) => {
    const users = account.users
      .values()
      .filter((user) => user.path.startsWith(input.PathPrefix))
      .toArray()
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return iamPage('Users', users, input, (user) => userAnswer(account.id, user));
  }),

  // Without a name IAM answers for the caller, which is never a user here.
  GetUser: operation(OneUser, ({ UserName: name }, { account }) => {
    const user = visible(account, userNamed(account, name));
    return { User: { ...userAnswer(account.id, user), Tags: tagsOf(user) } };
  }),

  ListUserTags: operation(Paged.extend({ UserName }), (input, { account }) => {
    return iamPage('Tags', tagsOf(userNamed(account, input.UserName)), input, (tag) => tag);
  }),

  GetLoginProfile: operation(OneUser, ({ UserName: name }, { account }) => {
    const { name: ownName, loginProfile } = visible(account, userNamed(account, name));
    if (!loginProfile) throw noLoginProfile(ownName);
    const { createdAt } = loginProfile;
    return { LoginProfile: { UserName: ownName, CreateDate: createdAt, PasswordResetRequired: false } };
  }),

  DeleteLoginProfile: operation(OneUser, deleteLoginProfile),
};

function deleteLoginProfile(input: { UserName: string }, { account, world }: Call): Answer {
  const user = userNamed(account, input.UserName);
  if (!user.loginProfile) throw noLoginProfile(user.name);
  writeUser(account, user, world.iamLagReads, (changed) => {
    changed.loginProfile = undefined;
  });
  return {};
}

function noLoginProfile(name: string): AwsFailure {
  return noSuchEntity(`Login Profile for User ${name} cannot be found.`);
}

/** A page of one of IAM's lists. */
export function iamPage<Item>(
  member: string,
  items: readonly Item[],
  input: z.output<typeof Paged>,
  render: (item: Item) => Answer,
): Answer {
  const invalid = new AwsFailure('ValidationError', `Invalid Marker: ${input.Marker}`);
  const page = pageOf(items, input.MaxItems, input.Marker, invalid);
  return { [member]: page.items.map(render), IsTruncated: page.next !== undefined, Marker: page.next };
}

function userAnswer(accountId: string, user: IamUser): Answer {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(accountId, user),
    CreateDate: user.createdAt,
    PasswordLastUsed: user.passwordLastUsedAt,
  };
}

function tagsOf({ tags }: IamUser): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
