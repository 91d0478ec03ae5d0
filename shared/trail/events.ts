import { z } from 'zod';
import {
  arn,
  instant,
  keyId,
  keyIds,
  maxKeys,
  note,
  notes,
  outputLimit,
  prose,
  sha256,
  userName,
} from './bounds.ts';
import { bulkEventSchemas, bulkReference } from './bulk-events.ts';
import { card, event, quorum } from './event-parts.ts';
import { planSchema } from './plan.ts';

const requested = event(
  'requested',
  z.strictObject({
    userName,
    arn,
    plan: planSchema,
    /** Of the plan and all that an approval depends on: another digest means that the approval is void. */
    digest: sha256,
    reason: prose,
    quorum,
    /** The first moment at which nothing can be decided any more. */
    expiresAt: instant,
    card,
    /** With it the approvals are those of a bulk request. */
    bulk: bulkReference.exactOptional(),
  }),
);

/** An approval is for one plan: `digest` is that of the request that was on the screen. */
const approved = event(
  'approved',
  z.strictObject({
    digest: sha256,
    /** Where this person approved, when that was a bulk request: the same as in `requested`. */
    bulk: bulkReference.exactOptional(),
  }),
);
const denied = event('denied', z.strictObject({ reason: prose }));

/** The approved plan is not the one that would run now. Nothing was done. */
const voided = event('voided', z.strictObject({ why: prose, changes: notes }));

const snapshot = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: keyId,
        status: z.enum(['Active', 'Inactive', 'Expired']),
        createdAt: instant,
        lastUsedAt: instant.exactOptional(),
        lastUsedService: z.string().max(64).exactOptional(),
        lastUsedRegion: z.string().max(64).exactOptional(),
      }),
    )
    .max(maxKeys),
  loginProfileCreatedAt: instant.exactOptional(),
  passwordLastUsedAt: instant.exactOptional(),
});

/** Recorded before the first write to AWS. From here on there is only completing, verifying and reporting. */
const started = event(
  'started',
  z.strictObject({
    mode: z.enum(['runbook', 'strict', 'undo']),
    /** The keys that are meant to change. */
    keyIds,
    /** The user as read just before: what the outcome is compared with. */
    before: snapshot,
    /** Of the automation execution; mode runbook only. */
    clientToken: z.uuid().exactOptional(),
  }),
);

/** What was done is over; whether it did what it said, `verified` tells. */
const finished = event(
  'finished',
  z.strictObject({
    ended: z.enum(['success', 'failed', 'not started']),
    executionId: z.uuid().exactOptional(),
    /** The automation's own last status, such as `TimedOut`. */
    automationStatus: z.string().max(64).exactOptional(),
    output: z.string().max(outputLimit).exactOptional(),
    error: prose.exactOptional(),
  }),
);

const keyOutcomeNames = [
  'deactivated',
  'reactivated',
  'already inactive',
  'still active',
  'gone',
  'new',
  'differs',
] as const;

const verified = event(
  'verified',
  z.strictObject({
    result: z.enum(['resolved', 'remains']),
    keys: z
      .array(z.strictObject({ id: keyId, outcome: z.enum(keyOutcomeNames), why: note.exactOptional() }))
      .max(maxKeys),
    loginProfile: z.enum(['none', 'kept', 'deleted', 'new']),
    asPredicted: z.boolean(),
    differences: notes,
  }),
);

const exempted = event('exempted', z.strictObject({ keyIds: keyIds.min(1), until: instant, reason: prose }));

/** Keys that the request had deactivated were found Active again, without an undo. */
const reactivated = event('reactivated', z.strictObject({ keyIds: keyIds.min(1) }));

/** Everything that a trail can say. The schema is the type. */
export const eventSchema = z.discriminatedUnion('type', [
  requested,
  approved,
  denied,
  voided,
  started,
  finished,
  verified,
  exempted,
  reactivated,
  ...bulkEventSchemas,
]);

export type TrailEvent = z.infer<typeof eventSchema>;
export type Actor = TrailEvent['actor'];
export type EventType = TrailEvent['type'];
/** What only the trail of a bulk request holds. */
export type BulkEventType = Extract<EventType, `bulk-${string}`>;
/** One kind of event, such as `EventOf<'requested'>`. */
export type EventOf<Type extends EventType> = Extract<TrailEvent, { type: Type }>;
