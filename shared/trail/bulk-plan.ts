import { z } from 'zod';
import { maxBulkUsers, maxKeys, sha256, userName } from './bounds.ts';
import { runbookBasis } from './plan.ts';

const bulkUser = z.strictObject({
  /** AWS's unique ids have 21 characters. */
  userId: z.string().regex(/^\w{1,32}$/),
  userName,
  /** The number of the user's own issue, on which their request is recorded. */
  issue: z.int().min(1).max(999_999_999),
  /** Of the user's own plan by the runbook: another digest when their turn comes, and nothing is done to them. */
  digest: sha256,
  /** How many Active keys it deactivates. */
  keys: z.int().min(0).max(maxKeys),
  deletesLoginProfile: z.boolean(),
});

/** What a bulk request asks for: the runbook, for each of these users of one account. */
export const bulkPlanSchema = z.strictObject({
  kind: z.literal('bulk'),
  ...runbookBasis,
  users: z.array(bulkUser).min(1).max(maxBulkUsers),
});

export type BulkPlan = z.infer<typeof bulkPlanSchema>;
export type BulkUser = BulkPlan['users'][number];

/** How many keys a bulk request deactivates in all. */
export function keysIn({ users }: Pick<BulkPlan, 'users'>): number {
  return users.reduce((sum, { keys }) => sum + keys, 0);
}

/** How many console passwords it deletes in all. */
export function passwordsIn({ users }: Pick<BulkPlan, 'users'>): number {
  return users.filter(({ deletesLoginProfile }) => deletesLoginProfile).length;
}

/** What one user loses. */
type Loss = Pick<BulkUser, 'keys' | 'deletesLoginProfile'>;

/** What the daily limit counts: a password that is deleted cannot be given back, so it counts like a key. */
export function countedIn(losses: readonly Loss[]): number {
  return losses.reduce((sum, { keys, deletesLoginProfile }) => sum + keys + (deletesLoginProfile ? 1 : 0), 0);
}
