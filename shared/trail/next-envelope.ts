import type { KeyObject } from 'node:crypto';
import { type SealedComment, seal } from './comment.ts';
import { hashOf } from './envelope.ts';
import type { TrailEvent } from './events.ts';
import { originOf, type Subject } from './subject.ts';
import type { IntactTrail, Trail } from './trail.ts';

/**
 * The comment that appends events to a trail, at the end of what was read. Only an intact trail has an end: nothing is
 * appended to a broken one.
 *
 * @param readable what people read above the envelope, Markdown
 */
export function nextComment(
  trail: IntactTrail,
  subject: Subject,
  addition: { readonly events: TrailEvent[]; readonly readable: string; readonly now: Date },
  privateKey: KeyObject,
): SealedComment {
  const last = trail.envelopes.at(-1);
  const { events, readable, now } = addition;
  const place = {
    subject,
    seq: trail.envelopes.length + 1,
    prev: last ? hashOf(last.token) : originOf(subject),
  };
  return seal({ ...place, at: now.toISOString(), events }, readable, privateKey);
}

/**
 * What became of a comment that was written, as the trail read afterwards tells. `superseded`: another process was
 * first with its number, so nothing of it holds. `unseen`: GitHub does not show it yet (or the trail broke before it);
 * never a reason to write it again.
 */
export function fateOf(token: string, trail: Trail): 'recorded' | 'superseded' | 'unseen' {
  if (trail.envelopes.some((envelope) => envelope.token === token)) return 'recorded';
  const isSuperseded = trail.strays.some((stray) => stray.token === token && stray.why === 'superseded');
  return isSuperseded ? 'superseded' : 'unseen';
}
