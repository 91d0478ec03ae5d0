import {
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { z } from 'zod';
import { readAnswer } from './aws-answer.ts';
import { asking } from './aws-error.ts';
import type { ListedKey } from './key-slots.ts';
import { type LastUse, lastUse } from './last-use.ts';

/** A user as GetUser gives it. */
export interface IamUser {
  readonly userId: string;
  readonly userName: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly passwordLastUsedAt?: Date;
}

const userSchema = z.object({
  UserId: z.string(),
  UserName: z.string(),
  Arn: z.string(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string().default('') })).default([]),
  PasswordLastUsed: z.date().optional(),
});
const keysSchema = z.array(
  z.object({
    AccessKeyId: z.string(),
    Status: z.enum(['Active', 'Inactive', 'Expired']),
    CreateDate: z.date(),
  }),
);
const loginProfileSchema = z.object({ CreateDate: z.date() });

/** The user who bears this name now; `undefined` when nobody does. */
export async function getUser(iam: IAMClient, userName: string): Promise<IamUser | undefined> {
  const action = 'iam:GetUser';
  const sent = iam.send(new GetUserCommand({ UserName: userName }));
  const answer = await asking(action, unlessAbsent(sent));
  if (!answer) return undefined;
  const user = readAnswer(action, userSchema, answer.User);
  return {
    userId: user.UserId,
    userName: user.UserName,
    arn: user.Arn,
    tags: Object.fromEntries(user.Tags.map(({ Key, Value }) => [Key, Value])),
    ...(user.PasswordLastUsed && { passwordLastUsedAt: user.PasswordLastUsed }),
  };
}

/** One page is all: IAM allows a user two access keys. `undefined` when nobody bears this name. */
export async function listAccessKeys(iam: IAMClient, userName: string): Promise<ListedKey[] | undefined> {
  const action = 'iam:ListAccessKeys';
  const sent = iam.send(new ListAccessKeysCommand({ UserName: userName }));
  const answer = await asking(action, unlessAbsent(sent));
  if (!answer) return undefined;
  return readAnswer(action, keysSchema, answer.AccessKeyMetadata).map(
    ({ AccessKeyId, Status, CreateDate }) => ({ id: AccessKeyId, status: Status, createdAt: CreateDate }),
  );
}

export async function getAccessKeyLastUsed(iam: IAMClient, accessKeyId: string): Promise<LastUse> {
  const answer = await asking(
    'iam:GetAccessKeyLastUsed',
    iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId })),
  );
  const { LastUsedDate, ServiceName = '', Region = '' } = answer.AccessKeyLastUsed ?? {};
  return lastUse(LastUsedDate, ServiceName, Region);
}

/** When the user's login profile was created; `undefined` when there is none. */
export async function getLoginProfileCreation(iam: IAMClient, userName: string): Promise<Date | undefined> {
  const action = 'iam:GetLoginProfile';
  const sent = iam.send(new GetLoginProfileCommand({ UserName: userName }));
  const answer = await asking(action, unlessAbsent(sent));
  return answer && readAnswer(action, loginProfileSchema, answer.LoginProfile).CreateDate;
}

async function unlessAbsent<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}
