import type { KeyObject } from 'node:crypto';
import type { Policy } from '../policy/schema.ts';
import { findEnvelopes } from '../trail/comment.ts';
import { type Envelope, openEnvelope } from '../trail/envelope.ts';
import type { TrailEvent } from '../trail/events.ts';
import { deletesLoginProfile } from '../trail/plan.ts';
import { parsePublicKeys } from '../trail/signature.ts';
import { isSameSubject, type Subject } from '../trail/subject.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { World } from './ports.ts';

/** A start that was sealed, whatever stands around it now. */
export interface SealedStart {
  readonly requestId: string;
  readonly at: Date;
  /** How many keys it was meant to deactivate. */
  readonly keys: number;
  readonly deletesLoginProfile: boolean;
}

/**
 * All starts that were ever sealed for this finding, wherever their envelopes stand and whatever became of the trail;
 * those of undos apart. More than was done, perhaps; never less, as long as the comments are there.
 */
export async function readSealedStarts(
  world: World,
  policy: Policy,
  { issue, subject }: Pick<FindingTrail, 'issue' | 'subject'>,
): Promise<readonly SealedStart[]> {
  const keys = parsePublicKeys(policy.trail.publicKeys);
  const comments = await world.comments.list(issue.number);
  const envelopes = comments
    .flatMap(({ body }) => findEnvelopes(body))
    .flatMap(({ token }) => envelopeOf(token, subject, keys));
  const deleting = new Set(envelopes.flatMap(({ events }) => events.filter(asksForPassword)).map(idOf));
  const starts = envelopes.flatMap((envelope) => startsIn(envelope, deleting));
  // Copies count once.
  return [...new Map(starts.map((start) => [start.requestId, start])).values()];
}

function envelopeOf(token: string, subject: Subject, keys: readonly KeyObject[]): Envelope[] {
  const opened = openEnvelope(token, keys);
  return opened?.kind === 'envelope' && isSameSubject(opened.subject, subject) ? [opened.envelope] : [];
}

function asksForPassword(event: TrailEvent): boolean {
  return event.type === 'requested' && deletesLoginProfile(event.data.plan);
}

function idOf({ requestId }: TrailEvent): string {
  return requestId;
}

function startsIn({ at, events }: Envelope, deleting: ReadonlySet<string>): SealedStart[] {
  return events.flatMap((event) => {
    if (event.type !== 'started' || event.data.mode === 'undo') return [];
    const { requestId, data } = event;
    const keys = data.keyIds.length;
    return [{ requestId, at: new Date(at), keys, deletesLoginProfile: deleting.has(requestId) }];
  });
}
