import { z } from 'zod';
import { arn, instant, keyId, keyIds, maxKeys, requestId } from './bounds.ts';

export const keyStatuses = z
  .array(z.strictObject({ id: keyId, status: z.enum(['Active', 'Inactive', 'Expired']) }))
  .max(maxKeys);

/** Whole days. */
const ages = z.strictObject({
  maxAccessKeyAge: z.int().min(0).max(100_000),
  maxCredentialUsageAge: z.int().min(0).max(100_000),
});

/** What every run of the runbook in one account has in common. */
export const runbookBasis = {
  region: z.string().regex(/^[a-z0-9-]{1,32}$/),
  /** `hash` is what DescribeDocument calls the document's content hash. */
  document: z.strictObject({
    name: z.string().regex(/^[\w.-]{3,128}$/),
    version: z.string().regex(/^[1-9]\d{0,8}$/),
    hash: z.string().regex(/^[\w+/=-]{1,256}$/),
  }),
  roleArn: arn,
  ages,
};

const runbookPlan = z.strictObject({
  kind: z.literal('runbook'),
  ...runbookBasis,
  /** Every key of the user, whatever its status. */
  keys: keyStatuses,
  /** Every key id that the runbook sets Inactive, in its order. */
  updates: keyIds,
  /** Those of them that are Active when the plan is made. */
  deactivates: keyIds,
  deletesLoginProfile: z.boolean(),
  loginProfileCreatedAt: instant.exactOptional(),
});

const strictPlan = z.strictObject({
  kind: z.literal('strict'),
  ages,
  /** Every key of the user, whatever its status. */
  keys: keyStatuses,
  deactivates: keyIds.min(1),
});

const undoPlan = z.strictObject({
  kind: z.literal('undo'),
  /** The request whose deactivations are taken back. */
  undoes: requestId,
  keys: keyStatuses,
  reactivates: keyIds.min(1),
});

const exemptPlan = z.strictObject({
  kind: z.literal('exempt'),
  keyIds: keyIds.min(1),
  /** The exemption holds before this moment. */
  until: instant,
});

/** What exactly is asked for, and what an approval approves. The schema is the type. */
export const planSchema = z.discriminatedUnion('kind', [runbookPlan, strictPlan, undoPlan, exemptPlan]);

export type Plan = z.infer<typeof planSchema>;

export function deletesLoginProfile(plan: Plan): boolean {
  return plan.kind === 'runbook' && plan.deletesLoginProfile;
}
