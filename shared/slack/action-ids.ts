import { z } from 'zod';
import { accountId, requestId, sha256 } from '../trail/bounds.ts';
import { parseJson } from '../trail/parse-json.ts';

/**
 * Every name by which Slack tells the bot what somebody pressed or sent, and the only place that knows how their values
 * are written. Values carry ids and nothing else: everybody can forge them, so all else is read from the trail.
 */

/** `action_id` of buttons. */
export const actionIds = {
  openApproval: 'keyturn_open_approval',
  openDenial: 'keyturn_open_denial',
  /** Asks for strict on the user of a request that left a key Active. */
  requestStrict: 'keyturn_request_strict',
  /** Shows one finding. */
  review: 'keyturn_review',
  /** Asks for the runbook, or for strict, on a finding. */
  remediateRunbook: 'keyturn_remediate_runbook',
  remediateStrict: 'keyturn_remediate_strict',
  /** Followed by `_` and the page: a row of buttons may not have one id twice. */
  listPage: 'keyturn_list_page',
  choose: 'keyturn_choose',
  chooseAccount: 'keyturn_account_choose',
  openBulkApproval: 'keyturn_bulk_approve_open',
  openBulkDenial: 'keyturn_bulk_deny_open',
  /** Nobody of a bulk request is begun any more. */
  stopBulk: 'keyturn_bulk_stop',
} as const;

/** Matches the `action_id` of a button; several buttons of one message are told apart by a number at its end. */
export function buttonsOf(actionId: string): RegExp {
  return new RegExp(`^${actionId}(_\\d+)?$`);
}

/** `callback_id` of modals. */
export const callbackIds = {
  approve: 'keyturn_approve',
  deny: 'keyturn_deny',
  remediate: 'keyturn_remediate',
  approveBulk: 'keyturn_bulk_approve',
  denyBulk: 'keyturn_bulk_deny',
} as const;

/** `block_id` of the fields of modals, each with one element of the same `action_id`. */
export const fields = {
  user: 'keyturn_user',
  account: 'keyturn_account',
  mode: 'keyturn_mode',
  reason: 'keyturn_reason',
} as const;

const issue = z.int().positive();

const schemas = {
  /** One request on one issue. */
  request: z.strictObject({ issue, requestId }),
  /** The same, with the digest of the plan that is on the screen. */
  approval: z.strictObject({ issue, requestId, digest: sha256 }),
  finding: z.strictObject({ issue }),
  /** A page of the list, from 0. */
  page: z.strictObject({ page: z.int().min(0).max(10_000), account: accountId.exactOptional() }),
  /** Which of several users of one name is meant, and the command that was typed. */
  choice: z.strictObject({ issue, text: z.string().max(1_000) }),
  /** Which of several accounts is meant, and the command that was typed. */
  account: z.strictObject({ account: accountId, text: z.string().max(1_000) }),
} as const;

export type ValueKind = keyof typeof schemas;
export type ValueOf<Kind extends ValueKind> = z.infer<(typeof schemas)[Kind]>;
export type RequestRef = ValueOf<'request'>;

/** A button's `value` or a modal's `private_metadata`. */
export function encodeValue<Kind extends ValueKind>(_kind: Kind, value: ValueOf<Kind>): string {
  return JSON.stringify(value);
}

/** What a value says; undefined when it is none that Keyturn would write. */
export function decodeValue<Kind extends ValueKind>(
  kind: Kind,
  text: string | undefined,
): ValueOf<Kind> | undefined;
export function decodeValue(kind: ValueKind, text: string | undefined): unknown {
  return schemas[kind].safeParse(parseJson(text)).data;
}
