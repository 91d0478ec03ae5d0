import { webApi } from '@slack/bolt';
import { z } from 'zod';
import { type ErrorCode, KeyturnError } from '../shared/errors.ts';

const { WebAPIPlatformError, WebAPIRateLimitedError } = webApi;

/** Slack's own error names; all others are `slack-failed`. Source: docs.slack.dev, the errors of each method. */
const codes: Readonly<Record<string, ErrorCode>> = {
  account_inactive: 'slack-token-invalid',
  channel_not_found: 'slack-channel',
  exchanged_trigger_id: 'slack-dialog-late',
  expired_trigger_id: 'slack-dialog-late',
  fatal_error: 'slack-unreachable',
  internal_error: 'slack-unreachable',
  invalid_auth: 'slack-token-invalid',
  is_archived: 'slack-channel',
  missing_scope: 'slack-scope-missing',
  not_allowed_token_type: 'slack-token-invalid',
  not_authed: 'slack-token-invalid',
  not_in_channel: 'slack-channel',
  ratelimited: 'slack-rate-limit',
  service_unavailable: 'slack-unreachable',
  token_expired: 'slack-token-invalid',
  token_revoked: 'slack-token-invalid',
};

/** With `missing_scope` Slack names the scope that it wants. */
const scopeSchema = z.object({ needed: z.string().optional().catch(undefined) });

/** `doing` completes "Slack would not …", such as `say who is in the user group S0SECURITY`. */
export function slackError(error: unknown, doing: string): KeyturnError {
  if (error instanceof KeyturnError) return error;
  if (error instanceof WebAPIPlatformError) {
    const { error: name } = error.data;
    const { needed } = scopeSchema.parse(error.data);
    const scope = needed ? ` It asks for the scope ${needed}.` : '';
    const fact = `Slack would not ${doing}: ${name}.${scope}`;
    return new KeyturnError(codes[name] ?? 'slack-failed', fact, { cause: error });
  }
  if (error instanceof WebAPIRateLimitedError) {
    return new KeyturnError('slack-rate-limit', `Slack would not ${doing}: it was asked too often.`, {
      cause: error,
    });
  }
  return new KeyturnError('slack-unreachable', `Slack did not ${doing}.`, { cause: error });
}

/** Runs a request to Slack, and rejects with a KeyturnError. */
export async function askingSlack<Result>(doing: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    throw slackError(error, doing);
  }
}
