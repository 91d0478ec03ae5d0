import { z } from 'zod';
import { instant, maxBulkUsers, prose, requestId, sha256 } from './bounds.ts';
import { bulkPlanSchema } from './bulk-plan.ts';
import { card, event, quorum } from './event-parts.ts';

/** Longest reason why a user of a bulk request was not begun, in characters: there may be as many as users. */
export const bulkNoteLimit = 80;

/** Where a user's request has its approvals from: a start on the trail of a bulk request. */
export const bulkReference = z.strictObject({
  /** The number of the bulk request's issue. */
  issue: z.int().positive(),
  /** Of the bulk request. */
  requestId,
  /** Hash of the envelope that holds the last approval and the start. */
  approval: sha256,
});

export type BulkReference = z.infer<typeof bulkReference>;

const bulkRequested = event(
  'bulk-requested',
  z.strictObject({
    plan: bulkPlanSchema,
    /** Of the plan and all that an approval depends on: another digest means that the approval is void. */
    digest: sha256,
    reason: prose,
    quorum,
    /** The first moment at which nothing can be decided any more. */
    expiresAt: instant,
    card,
    /** How many users with a finding are not in the plan; the issue's text names them. */
    leftOut: z.int().min(0),
  }),
);

/** From here on each user is an ordinary request on their own issue. */
const bulkStarted = event('bulk-started', z.strictObject({}));

/** Nobody is begun any more. */
const bulkStopped = event('bulk-stopped', z.strictObject({}));

/** What came of the users who were begun: their own trails have it in full. */
const counts = z.strictObject({
  asPredicted: z.int().min(0),
  differs: z.int().min(0),
  /** Started, and then the trail of the user's issue broke, or the issue was gone: told in the thread, unsealed. */
  unrecorded: z.int().min(0),
});

const bulkFinished = event(
  'bulk-finished',
  z.strictObject({
    counts,
    /** Those who were not, because their plan had changed, or it was stopped. */
    notStarted: z
      .array(z.strictObject({ userId: z.string().regex(/^\w{1,32}$/), why: z.string().max(bulkNoteLimit) }))
      .max(maxBulkUsers),
  }),
);

/** What the trail of a bulk request says besides approvals and denials, which are like any other. */
export const bulkEventSchemas = [bulkRequested, bulkStarted, bulkStopped, bulkFinished] as const;
