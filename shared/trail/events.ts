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
  requestId,
  sha256,
  userName,
} from './bounds.ts';
import { planSchema } from './plan.ts';

/** Whose deed an event is: a person by Slack id, or the bot itself. `name` is for readers only. */
const actor = z.strictObject({
  kind: z.enum(['slack', 'bot']),
  id: z.string().regex(/^[\w.:-]{1,64}$/),
  name: z.string().max(100),
});

/** An event: what happened, whose deed it was, and which request it belongs to. */
function event<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.strictObject({ type: z.literal(type), actor, requestId, data });
}

const quorum = z.strictObject({
  /** Ids of Slack user groups (S…) and people (U…, W…). */
  approvers: z.array(z.string().regex(/^[SUW][A-Z0-9]{1,30}$/)).max(50),
  /** How many different people. */
  count: z.int().min(1).max(100),
  selfApproval: z.boolean(),
});

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
    /** The Slack message that the request's thread hangs on. */
    card: z.strictObject({
      channel: z.string().regex(/^[CDG][A-Z0-9]{1,30}$/),
      ts: z.string().regex(/^\d{1,12}\.\d{1,9}$/),
    }),
  }),
);

/** An approval is for one plan: `digest` is that of the request that was on the screen. */
const approved = event('approved', z.strictObject({ digest: sha256 }));
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
]);

export type TrailEvent = z.infer<typeof eventSchema>;
export type Actor = TrailEvent['actor'];
export type EventType = TrailEvent['type'];
/** One kind of event, such as `EventOf<'requested'>`. */
export type EventOf<Type extends EventType> = Extract<TrailEvent, { type: Type }>;
