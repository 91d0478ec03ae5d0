import fc from 'fast-check';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import type { Message, Modal } from '../../shared/slack/message.ts';
import type { EventOf } from '../../shared/trail/events.ts';
import type { Plan } from '../../shared/trail/plan.ts';
import type { RequestState } from '../../shared/trail/state.ts';
import { isRecord } from '../../shared/trust-boundaries.ts';
import { alice, bob, keyId, otherKeyId, plans, recorded, requestIdOf } from './trail.ts';

export const issue: TrailIssue = {
  number: 7,
  url: 'https://github.com/octo/keys/issues/7',
  finding: { accountId: '123456789012', userId: 'AIDAEXAMPLE0000000001' },
  userName: 'ada',
  state: 'open',
  labels: ['keyturn'],
  comments: 1,
};

type RequestedData = EventOf<'requested'>['data'];

/** A pending request of alice for `ada`, in the way of `strict` unless told otherwise. */
export function pendingRequest(
  data: Partial<RequestedData> = {},
): Extract<RequestState, { status: 'pending' }> {
  const requested = recorded('requested', { data });
  return {
    status: 'pending',
    id: requestIdOf(1),
    requested,
    expiresAt: new Date(requested.data.expiresAt),
    approvals: [],
    missing: requested.data.quorum.count,
  };
}

/** The same request in every status that it can have. */
export function everyStatus(
  data: Partial<RequestedData> = {},
  text: { readonly short: string; readonly long: string } = { short: 'AWS said so', long: 'still in use' },
): RequestState[] {
  const pending = pendingRequest(data);
  const base = { ...pending, approvals: [recorded('approved', { actor: bob })], missing: 0 };
  const started = recorded('started', { data: { keyIds: [keyId] } });
  const finished = recorded('finished', {
    data: { error: text.long, automationStatus: text.short.slice(0, 64) },
  });
  const verified = recorded('verified', {
    data: {
      result: 'remains',
      keys: [{ id: keyId, outcome: 'still active', why: text.short }],
      asPredicted: false,
      differences: Array.from({ length: 10 }, () => text.short),
    },
  });
  const changes = Array.from({ length: 10 }, () => text.short);
  return [
    pending,
    { ...pending, status: 'expired' },
    { ...pending, status: 'denied', denied: recorded('denied', { data: { reason: text.long } }) },
    { ...base, status: 'voided', voided: recorded('voided', { data: { why: text.long, changes } }) },
    { ...base, status: 'started', started },
    { ...base, status: 'finished', started, finished },
    { ...base, status: 'verified', started, finished, verified },
    { ...base, status: 'exempted', exempted: recorded('exempted', { data: { reason: text.long } }) },
  ];
}

/** The runbook on a user with an idle key and one in use, both over age, and a password that goes. */
export const twoKeysPlan: Plan = {
  ...plans.runbook,
  keys: [
    { id: keyId, status: 'Active' },
    { id: otherKeyId, status: 'Active' },
  ],
  updates: [keyId],
  deactivates: [keyId],
  deletesLoginProfile: true,
  loginProfileCreatedAt: '2026-01-01T12:00:00.000Z',
};

/** What means something to Slack; each piece says evil, which nothing of Keyturn's own does. */
const morsels = [
  '<!channel> evil',
  '<!here|evil>',
  '<@U0EVIL>',
  '<!subteam^S0EVIL>',
  '<#C0EVIL>',
  '<https://evil.example|click>',
  '<!date^0^evil|evil>',
  '*evil*',
  '_evil_',
  '~evil~',
  '`evil`',
  '```evil',
  ':evil:',
  '\n> evil',
  '\r\n&gt; evil',
  '&lt;!channel&gt; evil',
  '&',
  '`',
  '\u202e\u0000\u2028',
  '\ud83d',
  'ada ',
];

export function hostile(maxLength: number): fc.Arbitrary<string> {
  return fc
    .oneof(
      fc.array(fc.constantFrom(...morsels), { maxLength: 40 }).map((some) => some.join('')),
      fc.string({ unit: 'binary', maxLength }),
      fc.constantFrom('&'.repeat(maxLength), '`<'.repeat(maxLength), 'W'.repeat(maxLength)),
    )
    .map((text) => text.slice(0, maxLength));
}

/** Every text that Slack would read as mrkdwn. */
export function mrkdwnIn(shown: Message | Modal): string[] {
  return [...('text' in shown ? [shown.text] : []), ...textsIn(shown.blocks)];
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isRecord(value)) return [];
  if (value['type'] === 'mrkdwn' && typeof value['text'] === 'string') return [value['text']];
  return Object.values(value).flatMap(textsIn);
}

/** What is left of a text when everything is taken away that is shown as code or is Keyturn's own. */
export function activeText(mrkdwn: string): string {
  return mrkdwn
    .replace(/```\n[^`]*\n```/g, '')
    .replace(/`[^`\n]+`/g, '')
    .replace(/<@[UW][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>/g, '')
    .replace(/<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: UTC-]+>/g, '')
    .replace(/<https:\/\/(?:github\.com|console\.aws\.amazon\.com)\/[^|<>\s]*\|([\w #]*)>/g, '$1');
}

/** Why a text is not safe; empty: it is. */
export function injections(mrkdwn: string): string[] {
  const active = activeText(mrkdwn);
  return [
    ...(mrkdwn.match(/<[@!][^>]*EVIL[^>]*>/gi) ?? []),
    ...(active.match(/[<>`]|&(?!amp;|lt;|gt;)|[*_~:]evil[*_~:]|&gt; evil/gi) ?? []),
    ...(mrkdwn.replaceAll(/&(?:amp|lt|gt);/g, '').match(/&.{0,4}/g) ?? []),
    ...(mrkdwn.match(/[^\P{Cc}\n]|[\u202e\u2028]/gu) ?? []),
  ];
}

export { alice, bob, keyId, otherKeyId };
