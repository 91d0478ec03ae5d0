/** A bulk request for two users, as the checker is shown it: one whom it begins, on issue #7, and one whose plan had changed. */
import type { Observed, ObservedExecution, ObservedIssue } from '../../sandbox/checker/observed.ts';
import type { TrailComment } from '../../shared/trail/comment.ts';
import { hashOf } from '../../shared/trail/envelope.ts';
import type { EventOf, TrailEvent } from '../../shared/trail/events.ts';
import { readTrail } from '../../shared/trail/read-trail.ts';
import type { Subject } from '../../shared/trail/subject.ts';
import { digestDue, hashesOf, issue, law, type Steps, seal, thread, writer } from './observed.ts';
import {
  alice,
  bob,
  botKey,
  bulkPlan,
  carol,
  keyId,
  minutesLater,
  plans,
  requestIdOf,
  subject,
  trailEvent,
} from './trail.ts';

const { userId = '', accountId, repositoryId } = subject;
export const place: Subject = { repositoryId, issue: 9, accountId };
export const [bulkId, requestId] = [requestIdOf(9), requestIdOf(1)];
export const dave = { kind: 'slack', id: 'U0DAVE', name: 'dave' } as const;
export const eve = { kind: 'slack', id: 'U0EVE', name: 'eve' } as const;
const quorum = { approvers: ['S0SECURITY'], count: 2, selfApproval: false };
const plan = { ...plans.runbook, deletesLoginProfile: true };
export const wish = trailEvent('requested', { data: { plan, quorum } });
const [listed = { userId, userName: '', issue: 7, digest: '', keys: 1, deletesLoginProfile: true }] =
  bulkPlan.users;
export const ada = { ...listed, digest: digestDue(wish, subject), deletesLoginProfile: true };
export const bea = { ...listed, userId: 'AIDAEXAMPLE0000000002', userName: 'bea', issue: 8 };
const bulkLaw = {
  ...law,
  quorums: { ...law.quorums, strict: { approvers: ['S0SECURITY'], count: 2 } },
  groups: { S0SECURITY: [bob.id, carol.id, dave.id] },
  members: [alice.id, bob.id, carol.id, dave.id, eve.id],
};

type Data = Partial<EventOf<'bulk-requested'>['data']>;
export const asked = (data: Data = {}, actor: TrailEvent['actor'] = alice) =>
  trailEvent('bulk-requested', {
    requestId: bulkId,
    actor,
    data: { plan: { ...bulkPlan, users: [ada, bea] }, quorum, ...data },
  });
export const approved = (actor: TrailEvent['actor'] = bob) =>
  trailEvent('approved', { requestId: bulkId, actor });
export const started = trailEvent('bulk-started', { requestId: bulkId });
export const stopped = (actor: TrailEvent['actor'] = carol) =>
  trailEvent('bulk-stopped', { requestId: bulkId, actor });
export const finished = (data: Partial<EventOf<'bulk-finished'>['data']> = {}) =>
  trailEvent('bulk-finished', {
    requestId: bulkId,
    data: { notStarted: [{ userId: bea.userId, why: 'her plan had changed' }], ...data },
  });

export interface Story {
  readonly steps: Steps;
  /** When, after the start. */
  readonly minutes?: readonly number[];
}

export const bulkStory: Story = {
  steps: [[asked()], [approved()], [approved(carol), started], [finished()]],
  minutes: [0, 1, 2, 10],
};
/** Stopped right after Ada was begun. */
export const stoppedStory = (by?: TrailEvent['actor']): Story => ({
  steps: [...bulkStory.steps.slice(0, 3), [stopped(by)], [finished()]],
  minutes: [0, 1, 2, 3.5, 10],
});

/** What a user's request refers to. */
type Reference = NonNullable<EventOf<'requested'>['data']['bulk']>;
export type Telling = (bulk: Reference) => Story;

export const begin = (
  bulk: Reference,
  people: readonly TrailEvent['actor'][] = [bob, carol],
): TrailEvent[] => [
  { ...wish, data: { ...wish.data, bulk } },
  ...people.map((actor) => trailEvent('approved', { actor, data: { bulk } })),
  trailEvent('started', { data: { mode: 'runbook' } }),
];
export const end: TrailEvent[] = [trailEvent('finished'), trailEvent('verified')];
export const begunAt =
  (...minutes: number[]): Telling =>
  (bulk) => ({ steps: [begin(bulk), end], minutes });
export const adaStory = begunAt(3, 4);
/** Ada's story with something else in its first comment. */
export const beginning =
  (change: (events: TrailEvent[]) => TrailEvent[]): Telling =>
  (bulk) => ({ steps: [change(begin(bulk)), end], minutes: [3, 4] });
export const referring =
  (change: Partial<Reference>): Telling =>
  (bulk) =>
    adaStory({ ...bulk, ...change });

function tell({ steps, minutes }: Story, about: Subject): TrailComment[] {
  return seal(steps, about, minutes);
}

function referenceTo(comments: readonly TrailComment[], about: Subject): Reference {
  const { envelopes } = readTrail(comments, about, [botKey.publicKey]);
  const start = envelopes.find(({ envelope }) => envelope.events.some(({ type }) => type === 'bulk-started'));
  return { issue: about.issue, requestId: bulkId, approval: hashOf(start?.token ?? '') };
}

export const execution: ObservedExecution = {
  id: 'an execution',
  accountId,
  userId,
  tagKeys: [`keyturn:${requestId}`],
  startedAt: minutesLater(3.2),
};

export interface Setting {
  readonly bulk?: Story;
  readonly about?: Subject;
  readonly ada?: Telling;
  readonly executedAt?: Date;
  /** What the card says. */
  readonly status?: string;
  readonly bulkIssue?: Partial<ObservedIssue>;
  readonly adaIssue?: Partial<ObservedIssue>;
  /** More of them in the thread. */
  readonly notices?: readonly string[];
}

/** The end of a run in which all went well, but for what is said. */
export function bulkEnd(setting: Setting = {}): Observed {
  const { about = place, ada: telling = adaStory, executedAt = execution.startedAt } = setting;
  const onBulk = tell(setting.bulk ?? bulkStory, about);
  const onAda = tell(telling(referenceTo(onBulk, about)), subject);
  const outcomes = hashesOf(onAda).filter((_, index) => index % 2 === 1);
  const key = { id: keyId, createdAt: new Date('2026-01-01T12:00:00.000Z') };
  const user = { isNonCompliant: true, accountId, userId, name: 'ada' };
  const ask = { operation: 'StartAutomationExecution', caller: writer, at: executedAt };
  return {
    now: minutesLater(60),
    law: bulkLaw,
    aws: {
      before: [{ ...user, keys: [{ ...key, status: 'Active' }], hasPassword: true }],
      users: [{ ...user, keys: [{ ...key, status: 'Inactive' }], hasPassword: false }],
      byHand: [],
      requests: [{ ...ask, input: { Tags: [{ Key: `keyturn:${requestId}`, Value: '1' }] } }],
      executions: [{ ...execution, startedAt: executedAt }],
    },
    issues: [
      issue(onAda, setting.adaIssue),
      issue(onBulk, { labels: ['keyturn', 'keyturn:bulk'], ...setting.bulkIssue }, about),
    ],
    threads: [
      thread(
        [
          'approval-needed',
          ...hashesOf(onBulk, about),
          ...outcomes.map((hash) => `#7 ${hash}`),
          ...(setting.notices ?? []),
        ],
        `Bulk request for 2 users in ${accountId}: ${setting.status ?? 'finished'}`,
      ),
    ],
    promises: [{ person: alice.id, issue: about.issue }],
  };
}
