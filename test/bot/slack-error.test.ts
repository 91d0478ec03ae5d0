import { expect, test } from '@jest/globals';
import { webApi } from '@slack/bolt';
import { slackError } from '../../bot/slack-error.ts';
import { KeyturnError } from '../../shared/errors.ts';

const refused = (error: string, more = {}) => new webApi.WebAPIPlatformError({ ok: false, error, ...more });

test.each([
  [
    refused('missing_scope', { needed: 'users:read' }),
    'slack-scope-missing',
    'missing_scope. It asks for the scope users:read.',
  ],
  [refused('token_revoked'), 'slack-token-invalid', 'token_revoked.'],
  [refused('not_in_channel'), 'slack-channel', 'not_in_channel.'],
  [refused('expired_trigger_id'), 'slack-dialog-late', 'expired_trigger_id.'],
  [refused('view_too_large'), 'slack-failed', 'view_too_large.'],
  [new webApi.WebAPIRateLimitedError(30), 'slack-rate-limit', 'asked too often'],
  [new TypeError('fetch failed'), 'slack-unreachable', 'Slack did not do it.'],
])('%s', (error, code, fact) => {
  const translated = slackError(error, 'do it');
  expect(translated.code).toBe(code);
  expect(translated.fact).toContain(fact);
});

test('an error for people stays what it is', () => {
  const error = new KeyturnError('policy-absent', 'There is none.');
  expect(slackError(error, 'do it')).toBe(error);
});
