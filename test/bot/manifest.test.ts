import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { manifestScopes } from '../../sandbox/slack/manifest-scopes.ts';

const bot = resolve(import.meta.dirname, '..', '..', 'bot');

/** What Slack wants for each method. Source: docs.slack.dev, the scopes of each method. */
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  // The approvals channel may be public or private.
  'conversations.replies': ['channels:history', 'groups:history'],
  filesUploadV2: ['files:write'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.update': [],
};

/** What is called by nobody: Slack sends commands, and the Action has the webhook. */
const others = ['commands', 'incoming-webhook'];

function calledMethods(): string[] {
  const sources = readdirSync(bot, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const calls = sources.flatMap((path) => [
    ...readFileSync(join(bot, path), 'utf8').matchAll(/\b(?:slack|dialogs)\.((?:[a-z]+\.)*[a-z]\w+)\(/g),
  ]);
  return [...new Set(calls.map(([, method = '']) => method))].sort();
}

test('the scopes of every method that the bot calls are known here', () => {
  expect(calledMethods()).toEqual(Object.keys(scopesOf).sort());
});

test('the manifest asks for what the bot needs, and for nothing else', () => {
  const needed = new Set([...others, ...Object.values(scopesOf).flat()]);
  expect([...manifestScopes()].sort()).toEqual([...needed].sort());
});
