import type { Envelope } from './envelope.ts';
import type { Recorded } from './state.ts';

/** One envelope of the trail, in its comment. */
export interface RecordedEnvelope {
  readonly commentId: number;
  /** `PAYLOAD.SIGNATURE`. */
  readonly token: string;
  readonly envelope: Envelope;
}

/** What was signed and yet is not part of this trail. It harms nobody: whoever can comment can put it there. */
export interface StrayEnvelope {
  readonly commentId: number;
  readonly token: string;
  /** `superseded`: another process was first with this number; what it says was never decided. */
  readonly why: 'copy' | 'superseded' | 'another subject';
}

export type BreakReason =
  | 'missing'
  | 'edited'
  | 'wrong predecessor'
  | 'reordered'
  | 'time out of bounds'
  | 'another subject'
  | 'newer version';

interface Read {
  /** In a broken trail: those before the break. */
  readonly envelopes: readonly RecordedEnvelope[];
  /** Their events, in order. */
  readonly events: readonly Recorded[];
  readonly strays: readonly StrayEnvelope[];
}

export interface IntactTrail extends Read {
  readonly state: 'intact';
}

export interface BrokenTrail extends Read {
  readonly state: 'broken';
  readonly reason: BreakReason;
  /** The sequence number at which it broke. */
  readonly atSeq: number;
  /** Where to look. */
  readonly atCommentId: number;
}

/** A trail as it was read from an issue's comments. */
export type Trail = IntactTrail | BrokenTrail;

/** Why a trail is broken, as a sentence for people. */
export function explainBreak({ reason, atSeq, atCommentId }: BrokenTrail): string {
  const comment = `comment ${atCommentId}`;
  const sentences: Record<BreakReason, string> = {
    missing: `Envelope ${atSeq} is missing before ${comment}: its comment was deleted, or its envelope changed.`,
    edited: `The text of ${comment} was changed after it was sealed.`,
    'wrong predecessor': `The envelope in ${comment} does not follow the one before it.`,
    reordered: `The envelope in ${comment} stands before the one that it follows.`,
    'time out of bounds': `The envelope in ${comment} was not sealed when the comment was made: an old one was posted again.`,
    'another subject': `The envelope in ${comment} belongs to another issue or user.`,
    'newer version': `The envelope in ${comment} was written by a newer version of Keyturn.`,
  };
  return sentences[reason];
}
