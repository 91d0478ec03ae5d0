import { z } from 'zod';
import { requestId } from './bounds.ts';

/** What events of several kinds are made of. */

/** Whose deed an event is: a person by Slack id, or the bot itself. `name` is for readers only. */
const actor = z.strictObject({
  kind: z.enum(['slack', 'bot']),
  id: z.string().regex(/^[\w.:-]{1,64}$/),
  name: z.string().max(100),
});

/** An event: what happened, whose deed it was, and which request it belongs to. */
export function event<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.strictObject({ type: z.literal(type), actor, requestId, data });
}

export const quorum = z.strictObject({
  /** Ids of Slack user groups (S…) and people (U…, W…). */
  approvers: z.array(z.string().regex(/^[SUW][A-Z0-9]{1,30}$/)).max(50),
  /** How many different people. */
  count: z.int().min(1).max(100),
  selfApproval: z.boolean(),
});

/** The Slack message that a request's thread hangs on. */
export const card = z.strictObject({
  channel: z.string().regex(/^[CDG][A-Z0-9]{1,30}$/),
  ts: z.string().regex(/^\d{1,12}\.\d{1,9}$/),
});
