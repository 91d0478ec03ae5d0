import { z } from 'zod';

/** What an envelope may say, as far as the checker judges it: from docs/architecture.md, "The trail" and "A bulk request". */

const planSchema = z.looseObject({
  kind: z.enum(['runbook', 'strict', 'undo', 'exempt', 'bulk']),
  keys: z.array(z.looseObject({ id: z.string() })).optional(),
  updates: z.array(z.string()).optional(),
  deactivates: z.array(z.string()).optional(),
  reactivates: z.array(z.string()).optional(),
  keyIds: z.array(z.string()).optional(),
  deletesLoginProfile: z.boolean().optional(),
  /** Of a bulk request. */
  users: z.array(z.looseObject({ userId: z.string(), issue: z.number(), digest: z.string() })).optional(),
});
const quorumSchema = z.object({
  approvers: z.array(z.string()),
  count: z.number(),
  selfApproval: z.boolean(),
});
const referenceSchema = z.object({ issue: z.number(), requestId: z.string(), approval: z.string() });
const dataSchema = z.looseObject({
  userName: z.string().optional(),
  arn: z.string().optional(),
  plan: planSchema.optional(),
  digest: z.string().optional(),
  quorum: quorumSchema.optional(),
  expiresAt: z.string().optional(),
  card: z.object({ channel: z.string(), ts: z.string() }).optional(),
  bulk: referenceSchema.optional(),
  keyIds: z.array(z.string()).optional(),
  until: z.string().optional(),
  ended: z.string().optional(),
  keys: z.array(z.looseObject({ id: z.string(), outcome: z.string() })).optional(),
  asPredicted: z.boolean().optional(),
  counts: z.object({ asPredicted: z.number(), differs: z.number(), unrecorded: z.number() }).optional(),
  notStarted: z.array(z.looseObject({ userId: z.string() })).optional(),
});
const claimSchema = z.object({
  type: z.string(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  requestId: z.string(),
  data: dataSchema,
});

export const payloadSchema = z.object({
  v: z.literal(1),
  subject: z.object({
    repositoryId: z.number(),
    issue: z.number(),
    accountId: z.string(),
    /** A bulk request is about no user. */
    userId: z.string().optional(),
  }),
  seq: z.number(),
  at: z.string(),
  prev: z.string(),
  text: z.string(),
  events: z.array(claimSchema),
});

export type Claim = z.infer<typeof claimSchema>;
export type Plan = z.infer<typeof planSchema>;
export type Quorum = z.infer<typeof quorumSchema>;
/** Where a user's request has its approvals from: the envelope on a bulk request's issue that completed its quorum. */
export type Reference = z.infer<typeof referenceSchema>;
export type Payload = z.infer<typeof payloadSchema>;
