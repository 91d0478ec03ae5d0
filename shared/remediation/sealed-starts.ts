import type { KeyObject } from 'node:crypto';
import type { Policy } from '../policy/schema.ts';
import { findEnvelopes } from '../trail/comment.ts';
import { type Envelope, openEnvelope } from '../trail/envelope.ts';
import { parsePublicKeys } from '../trail/signature.ts';
import type { Deactivation } from '../trail/state.ts';
import { isSameSubject, type Subject } from '../trail/subject.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { World } from './ports.ts';

/**
 * What all starts that were ever sealed for this finding were meant to deactivate, wherever their envelopes stand and
 * whatever became of the trail. More than was done, perhaps; never less, as long as the comments are there.
 */
export async function readSealedStarts(
  world: World,
  policy: Policy,
  { issue, subject }: FindingTrail,
): Promise<readonly Deactivation[]> {
  const keys = parsePublicKeys(policy.trail.publicKeys);
  const comments = await world.comments.list(issue.number);
  const starts = comments
    .flatMap(({ body }) => findEnvelopes(body))
    .flatMap(({ token }) => envelopeOf(token, subject, keys))
    .flatMap(deactivationsOf);
  // Copies count once.
  return [...new Map(starts.map((start) => [`${start.requestId} ${start.keyId}`, start])).values()];
}

function envelopeOf(token: string, subject: Subject, keys: readonly KeyObject[]): Envelope[] {
  const opened = openEnvelope(token, keys);
  return opened?.kind === 'envelope' && isSameSubject(opened.subject, subject) ? [opened.envelope] : [];
}

function deactivationsOf({ at, events }: Envelope): Deactivation[] {
  return events.flatMap((event) => {
    if (event.type !== 'started' || event.data.mode === 'undo') return [];
    const { requestId, data } = event;
    return data.keyIds.map((keyId) => ({ keyId, requestId, at: new Date(at) }));
  });
}
