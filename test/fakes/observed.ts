/** Trails and threads as the checker is shown them: sealed by the real code, with honest digests. */
import type { Law, ObservedIssue, ObservedThread } from '../../sandbox/checker/observed.ts';
import { bulkDigestOf, digestOf } from '../../shared/remediation/digest.ts';
import type { TrailComment } from '../../shared/trail/comment.ts';
import { shortHashOf } from '../../shared/trail/envelope.ts';
import type { TrailEvent } from '../../shared/trail/events.ts';
import { readTrail } from '../../shared/trail/read-trail.ts';
import type { Subject } from '../../shared/trail/subject.ts';
import { alice, append, bob, botKey, carol, digest, minutesLater, subject } from './trail.ts';

/** What each comment tells, in order. */
export type Steps = readonly (readonly TrailEvent[])[];

export const writer = 'arn:aws:iam::123456789012:user/bot';
const one = { approvers: ['S0SECURITY'], count: 1 };

export const law: Law = {
  repositoryId: subject.repositoryId,
  publicKeys: [botKey.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')],
  quorums: { runbook: one, strict: one, undo: one, exempt: one },
  selfApproval: false,
  groups: { S0SECURITY: [bob.id, carol.id] },
  members: [alice.id, bob.id, carol.id],
  maxAccessKeyAge: 90,
  writers: [writer],
  keysDeactivatedPerDay: 20,
  clocksApart: 0,
};

/** @param minutes when each comment was written, after the start; a minute apart from each other unless told */
export function seal(
  steps: Steps,
  about: Subject = subject,
  minutes: readonly number[] = [],
): TrailComment[] {
  const digests = new Map<string, string>();
  return steps.reduce<TrailComment[]>((comments, events, index) => {
    const honest = events.map((event) => withDigest(event, about, digests));
    return append(comments, honest, { about, at: minutesLater(minutes[index] ?? index) });
  }, []);
}

/** The digest that stands for any other becomes the one that is due; who approves, approves what was requested. */
function withDigest(event: TrailEvent, about: Subject, digests: Map<string, string>): TrailEvent {
  switch (event.type) {
    case 'requested':
    case 'bulk-requested': {
      const due = event.data.digest === digest ? digestDue(event, about) : event.data.digest;
      digests.set(event.requestId, due);
      return event.type === 'requested'
        ? { ...event, data: { ...event.data, digest: due } }
        : { ...event, data: { ...event.data, digest: due } };
    }
    case 'approved': {
      const due = event.data.digest === digest ? digests.get(event.requestId) : undefined;
      return { ...event, data: { ...event.data, digest: due ?? event.data.digest } };
    }
    default:
      return event;
  }
}

/** What an approval of this request has to be for. */
export function digestDue(
  { type, data }: Extract<TrailEvent, { type: 'requested' | 'bulk-requested' }>,
  about: Subject,
): string {
  return type === 'requested'
    ? digestOf({ ...data, subject: about })
    : bulkDigestOf({ ...data, subject: about });
}

/** The issue that these comments stand on, closed unless told otherwise. */
export function issue(
  comments: readonly TrailComment[],
  changes: Partial<ObservedIssue> = {},
  { accountId, userId, issue: number }: Subject = subject,
): ObservedIssue {
  const kind = userId === undefined ? 'bulk' : 'finding';
  const marker = JSON.stringify({ version: 1, accountId, userId });
  return {
    number,
    state: 'closed',
    labels: ['keyturn'],
    body: `What people read\n\n<!-- keyturn:${kind} ${marker} -->`,
    comments,
    isGone: false,
    ...changes,
  };
}

/** Short hashes of the envelopes that tell of something else than a request. */
export function hashesOf(comments: readonly TrailComment[], about: Subject = subject): string[] {
  return readTrail(comments, about, [botKey.publicKey])
    .envelopes.filter(({ envelope }) => envelope.events.some(({ type }) => !type.endsWith('requested')))
    .map(({ token }) => shortHashOf(token));
}

/** The thread of the card that requests have unless told otherwise. */
export function thread(notices: readonly string[], text = 'a card'): ObservedThread {
  return {
    ts: '1700000000.000100',
    text,
    replies: notices.map((notice, index) => ({ ts: `1700000001.00010${index}`, text: '', notice })),
  };
}
