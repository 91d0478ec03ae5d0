import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { BulkPlan } from '../../shared/trail/bulk-plan.ts';
import type { TrailComment } from '../../shared/trail/comment.ts';
import { type EventOf, type EventType, eventSchema, type TrailEvent } from '../../shared/trail/events.ts';
import { nextComment } from '../../shared/trail/next-envelope.ts';
import type { Plan } from '../../shared/trail/plan.ts';
import { readTrail } from '../../shared/trail/read-trail.ts';
import { readableText } from '../../shared/trail/readable.ts';
import type { RecordedOf } from '../../shared/trail/state.ts';
import type { Subject } from '../../shared/trail/subject.ts';
import type { IntactTrail, Trail } from '../../shared/trail/trail.ts';

/** The bot's key of most tests, and one that no policy knows. */
export const botKey = generateKeyPairSync('ed25519');
export const strangerKey = generateKeyPairSync('ed25519');

export const subject: Subject = {
  repositoryId: 4711,
  issue: 7,
  accountId: '123456789012',
  userId: 'AIDAEXAMPLE0000000001',
};

/** When the first event of most tests happened. */
export const start = new Date('2026-11-22T12:00:00.000Z');

export function minutesLater(minutes: number, since: Date = start): Date {
  return new Date(since.getTime() + minutes * 60_000);
}

export const keyId = 'AKIAEXAMPLE000000001';
export const otherKeyId = 'AKIAEXAMPLE000000002';
export const digest = 'd1'.repeat(32);

export const alice = { kind: 'slack', id: 'U0ALICE', name: 'alice' } as const;
export const bob = { kind: 'slack', id: 'U0BOB', name: 'bob' } as const;
export const carol = { kind: 'slack', id: 'U0CAROL', name: 'carol' } as const;
export const bot = { kind: 'bot', id: 'keyturn', name: 'keyturn' } as const;

/** The id of the n-th request of a test. */
export function requestIdOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

const ages = { maxAccessKeyAge: 90, maxCredentialUsageAge: 90 };
const keys = [{ id: keyId, status: 'Active' as const }];

/** A plan of each kind that is about `keyId`. */
export const plans = {
  runbook: {
    kind: 'runbook',
    region: 'us-east-1',
    document: {
      name: 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials',
      version: '1',
      hash: 'ab'.repeat(32),
    },
    roleArn: 'arn:aws:iam::123456789012:role/KeyturnRunbook',
    ages,
    keys,
    updates: [keyId],
    deactivates: [keyId],
    deletesLoginProfile: false,
  },
  strict: { kind: 'strict', ages, keys, deactivates: [keyId] },
  undo: {
    kind: 'undo',
    undoes: requestIdOf(1),
    keys: [{ id: keyId, status: 'Inactive' }],
    reactivates: [keyId],
  },
  exempt: { kind: 'exempt', keyIds: [keyId], until: '2027-02-01T00:00:00.000Z' },
} as const satisfies Record<string, Plan>;

/** A bulk request for `ada`, and nobody else. */
export const bulkPlan: BulkPlan = {
  kind: 'bulk',
  region: plans.runbook.region,
  document: { ...plans.runbook.document },
  roleArn: plans.runbook.roleArn,
  ages: { ...ages },
  users: [
    {
      userId: 'AIDAEXAMPLE0000000001',
      userName: 'ada',
      issue: 7,
      digest,
      keys: 1,
      deletesLoginProfile: false,
    },
  ],
};

const defaults: { [Type in EventType]: EventOf<Type>['data'] } = {
  requested: {
    userName: 'ada',
    arn: 'arn:aws:iam::123456789012:user/ada',
    plan: plans.strict,
    digest,
    reason: 'older than 90 days',
    quorum: { approvers: ['S0SECURITY'], count: 1, selfApproval: false },
    expiresAt: minutesLater(24 * 60).toISOString(),
    card: { channel: 'C0123456789', ts: '1700000000.000100' },
  },
  approved: { digest },
  denied: { reason: 'still in use' },
  voided: { why: 'the plan changed', changes: ['a key was rotated'] },
  started: {
    mode: 'strict',
    keyIds: [keyId],
    before: { keys: [{ id: keyId, status: 'Active', createdAt: '2026-01-01T12:00:00.000Z' }] },
  },
  finished: { ended: 'success' },
  verified: {
    result: 'resolved',
    keys: [{ id: keyId, outcome: 'deactivated' }],
    loginProfile: 'none',
    asPredicted: true,
    differences: [],
  },
  exempted: { keyIds: [keyId], until: plans.exempt.until, reason: 'a migration' },
  reactivated: { keyIds: [keyId] },
  'bulk-requested': {
    plan: bulkPlan,
    digest,
    reason: 'nobody uses them',
    quorum: { approvers: ['S0SECURITY'], count: 1, selfApproval: false },
    expiresAt: minutesLater(24 * 60).toISOString(),
    card: { channel: 'C0123456789', ts: '1700000000.000100' },
    leftOut: 0,
  },
  'bulk-started': {},
  'bulk-stopped': {},
  'bulk-finished': { counts: { asPredicted: 1, differs: 0, unrecorded: 0 }, notStarted: [] },
};

interface Circumstances<Type extends EventType> {
  readonly requestId?: string;
  readonly actor?: TrailEvent['actor'];
  readonly data?: Partial<EventOf<Type>['data']>;
}

const actors = { requested: alice, 'bulk-requested': alice, approved: bob, denied: bob } as const;

/** An event of the first request, asked for by alice and decided by bob, unless told otherwise. */
export function trailEvent<Type extends EventType>(
  type: Type,
  changes: Circumstances<Type> = {},
): EventOf<Type> {
  const { requestId = requestIdOf(1), data } = changes;
  const actor = changes.actor ?? Object.entries(actors).find(([key]) => key === type)?.[1] ?? bot;
  const event = eventSchema.parse({ type, actor, requestId, data: { ...defaults[type], ...data } });
  if (!isOf(event, type)) throw new Error('The schema gave an event of another type.');
  return event;
}

function isOf<Type extends EventType>(event: TrailEvent, type: Type): event is EventOf<Type> {
  return event.type === type;
}

/** The same event as it is read from a trail, `minutes` after `start`. */
export function recorded<Type extends EventType>(
  type: Type,
  changes: Circumstances<Type> & { readonly minutes?: number } = {},
): RecordedOf<Type> {
  const place = { at: minutesLater(changes.minutes ?? 0), seq: 1, commentId: 1, shortHash: 'abcdef012345' };
  return { ...trailEvent(type, changes), ...place };
}

export function read(
  comments: readonly TrailComment[],
  publicKeys: readonly KeyObject[] = [botKey.publicKey],
): Trail {
  return readTrail(comments, subject, publicKeys);
}

/** The trail, which has to be intact. */
export function intact(trail: Trail): IntactTrail {
  if (trail.state === 'broken') throw new Error(`broken: ${trail.reason}`);
  return trail;
}

interface Circumstance {
  readonly at?: Date;
  readonly about?: Subject;
  readonly key?: KeyObject;
}

/** The comments with one more, sealed at their end as the bot would. Ids are 10, 20, 30…, a minute apart. */
export function append(
  comments: readonly TrailComment[],
  events: TrailEvent[],
  { about = subject, key = botKey.privateKey, at }: Circumstance = {},
): TrailComment[] {
  const trail = intact(readTrail(comments, about, [botKey.publicKey, strangerKey.publicKey]));
  const now = at ?? minutesLater(comments.length);
  const { body } = nextComment(trail, about, { events, readable: readableText(events), now }, key);
  return [...comments, { id: ((comments.at(-1)?.id ?? 0) / 10 + 1) * 10, body, createdAt: now }];
}

/** A whole remediation: requested, approved and started, finished and verified. */
export function wholeTrail(about: Subject = subject): [TrailComment, TrailComment, TrailComment] {
  const steps = [
    [trailEvent('requested')],
    [trailEvent('approved'), trailEvent('started')],
    [trailEvent('finished'), trailEvent('verified')],
  ];
  const [first, second, third] = steps.reduce<TrailComment[]>(
    (comments, events) => append(comments, events, { about }),
    [],
  );
  if (!first || !second || !third) throw new Error('A comment was not written.');
  return [first, second, third];
}
