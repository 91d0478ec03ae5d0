import { z } from 'zod';
import { chosenLabel } from './label-name.ts';
import { isEd25519PublicKey } from './public-key.ts';
import { findUnsatisfiable } from './satisfiable.ts';

const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, 'is no name of an IAM role');

const slackApprover = z
  .string()
  .regex(/^[SUW][A-Z0-9]{2,20}$/, 'is neither a Slack user group nor a person')
  .describe(
    'The id of a Slack user group (S…) or of a person (U… or W…), as Slack shows it under "Copy ID".',
  );

const unique = (list: readonly string[]): boolean => new Set(list).size === list.length;

const approverList = z
  .array(slackApprover)
  .min(1, { error: 'names nobody', abort: true })
  .max(50)
  .refine(unique, 'names somebody twice')
  .describe('Who may approve: ids of Slack user groups (S…) and of people (U… or W…), each once.');

const quorumCount = z.int().min(1).max(10).describe('How many different people have to approve: 1 to 10.');

const approvalRule = (count: number) =>
  z.strictObject({ approvers: approverList, count: quorumCount.default(count) });

const aws = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d+$/, 'is no AWS region')
    .describe('The one region that has the Config rule, the recorder of IAM users and the runbook.'),
  rule: z
    .string()
    .min(1)
    .max(64)
    .default('access-keys-rotated')
    .describe('The name of the Config rule made from ACCESS_KEYS_ROTATED, at most 64 characters.'),
  runbookRole: z
    .string()
    .regex(
      /^arn:(\{partition\}|aws[a-z-]*):iam::(\{account\}|\d{12}):role\/[\w+=,.@/-]{1,512}$/,
      'is no ARN of an IAM role',
    )
    .describe(
      'The ARN of the role that the runbook assumes, such as arn:{partition}:iam::{account}:role/KeyturnRunbook; {partition} and {account} are filled in.',
    ),
  runbookVersion: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'is no fixed version of a document')
    .default('1')
    .describe('The version of the runbook document to run: a number in quotes, such as "1".'),
  maxCredentialUsageAge: z
    .int()
    .min(1)
    .max(10_000)
    .describe(
      "The runbook's age in whole days, 1 to 10000; the Config rule's own maxAccessKeyAge when absent.",
    )
    .optional(),
  aggregator: z
    .string()
    .regex(/^[\w-]{1,256}$/, 'is no name of a Config aggregator')
    .describe('The name of a Config aggregator: with it, Keyturn works in all of its accounts.')
    .optional(),
  readerRole: roleName
    .default('KeyturnReader')
    .describe('With an aggregator: the name of the IAM role that the Action assumes in each account.'),
  remediatorRole: roleName
    .default('KeyturnRemediator')
    .describe('With an aggregator: the name of the IAM role that the bot assumes in each account.'),
});

const slack = z.strictObject({
  channel: z
    .string()
    .regex(/^[CG][A-Z0-9]{2,20}$/, 'is no Slack channel')
    .describe(
      'The id of the Slack channel in which requests are approved: C… (G… for old private channels).',
    ),
});

const trail = z.strictObject({
  publicKeys: z
    .array(
      z
        .string()
        .refine(isEd25519PublicKey, 'is no Ed25519 public key')
        .describe('An Ed25519 public key, base64 of its SPKI form; `npm run trail-key` makes a pair.'),
    )
    .min(1, 'holds no key')
    .max(10)
    .refine(unique, 'holds a key twice')
    .describe("The public keys that may have sealed events: the bot's own, and those it had before."),
});

const approvals = z.strictObject({
  runbook: approvalRule(1).describe("Who approves a run of AWS's runbook, and how many of them it takes."),
  strict: approvalRule(2).describe('Who approves that every key over age is deactivated, used or not.'),
  undo: approvalRule(1)
    .describe("Who approves that keys are reactivated; strict's approvers when absent.")
    .optional(),
  exempt: approvalRule(1).describe("Who approves an exemption; strict's approvers when absent.").optional(),
  requesters: z
    .array(slackApprover)
    .max(50)
    .refine(unique, 'names somebody twice')
    .default([])
    .describe(
      'Who may request: ids of Slack user groups and people; empty: any full member of the workspace.',
    ),
  selfApproval: z.boolean().default(false).describe('Whether the requester may be one of the approvers.'),
  expireAfterHours: z
    .int()
    .min(1)
    .max(168)
    .default(24)
    .describe('After how many hours a request that nobody decided expires: 1 to 168.'),
});

const issues = z.strictObject({
  labels: z
    .array(
      z
        .string()
        .regex(chosenLabel, 'is empty, too long, or a label that Keyturn sets itself')
        .describe(
          'A label of at most 50 characters; those that begin with keyturn are set by Keyturn itself.',
        ),
    )
    .max(20)
    .default(['access-key'])
    .describe('Labels that every issue bears, besides keyturn.'),
  assignees: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z\d][A-Za-z\d-]{0,38}$/, 'is no GitHub login')
        .describe('A GitHub login.'),
    )
    .max(10)
    .default([])
    .describe('GitHub logins that every issue is assigned to, at most 10.'),
  ownerTag: z
    .string()
    .min(1)
    .max(128)
    .default('owner')
    .describe("The IAM tag whose value is the owner's GitHub login, mentioned on the issue."),
});

const limits = z.strictObject({
  newIssuesPerRun: z
    .int()
    .min(1)
    .max(500)
    .default(50)
    .describe('How many issues one scan may open: 1 to 500 (GitHub allows 500 an hour).'),
  keysDeactivatedPerDay: z
    .int()
    .min(0)
    .max(10_000)
    .default(20)
    .describe(
      'How many keys may be deactivated within 24 hours, in all accounts together; console passwords that are deleted count, too. 0: none.',
    ),
});

/** The policy file. The one definition: the type, the defaults, the JSON Schema for editors and the remedies come from it. */
export const policySchema = z
  .strictObject({
    version: z.literal(1).describe('The version of this file: 1.'),
    aws: aws.describe('Where the keys are, and what acts on them.'),
    slack: slack.describe('Where people decide.'),
    trail: trail.describe('Who may seal events.'),
    approvals: approvals.describe('Who decides.'),
    issues: issues.prefault({}).describe('How findings are filed.'),
    limits: limits.prefault({}).describe('How much may happen at once.'),
  })
  .superRefine((policy, context) => {
    for (const { path, message, remedy } of findUnsatisfiable(policy)) {
      context.addIssue({ code: 'custom', path: [...path], message, params: { remedy } });
    }
  })
  .meta({ title: 'Keyturn policy', description: 'Who may retire old AWS access keys, where and how many.' });

export type Policy = z.infer<typeof policySchema>;
