import type { KeyObject } from 'node:crypto';
import { type FoundEnvelope, findEnvelopes, type TrailComment, textHash } from './comment.ts';
import { type EnvelopeHeader, hashOf, type Opened, openEnvelope, shortHashOf } from './envelope.ts';
import type { Recorded } from './state.ts';
import { isSameSubject, originOf, type Subject } from './subject.ts';
import type { BreakReason, RecordedEnvelope, StrayEnvelope, Trail } from './trail.ts';

/** How far the bot's clock and GitHub's may be apart, in milliseconds. */
export const clockTolerance = 15 * 60_000;

/** A signed envelope where somebody put it. */
interface Occurrence {
  readonly commentId: number;
  readonly token: string;
  readonly opened: Opened;
  /** What is wrong with this place for it. */
  readonly fault: 'edited' | 'time out of bounds' | undefined;
  /** Whether the comment was edited at all, perhaps into a copy. */
  readonly wasTouched: boolean;
}

/** An occurrence of this trail's own. */
interface Own extends Occurrence {
  readonly header: EnvelopeHeader;
}

interface Sorted {
  /** By comment id. */
  readonly own: readonly Own[];
  readonly foreign: readonly Occurrence[];
  /** Signed, but so new that not even its place can be read. */
  readonly nameless: readonly Occurrence[];
}

interface Break {
  readonly reason: BreakReason;
  readonly atSeq: number;
  readonly atCommentId: number;
}

/**
 * Reads the trail out of an issue's comments.
 *
 * Believed is what one of the keys signed for this subject: for each number the first envelope, by comment id, that
 * stands where and when it was written, under its own text. What else is signed is either there as well (a copy, the
 * loser of a race, another subject's), which anybody who can comment can bring about and which changes nothing; or it
 * shows that something was taken away or changed, which takes write access: then the trail is broken.
 */
export function readTrail(
  comments: readonly TrailComment[],
  subject: Subject,
  publicKeys: readonly KeyObject[],
): Trail {
  const signed = comments
    .toSorted((one, other) => one.id - other.id)
    .flatMap((comment) => occurrencesIn(comment, publicKeys));
  const sorted = sortOut(signed, subject);
  const { envelopes, broken } = follow(sorted, originOf(subject));
  const found = { envelopes, events: envelopes.flatMap(eventsOf), strays: straysAmong(sorted, envelopes) };
  return broken ? { state: 'broken', ...broken, ...found } : { state: 'intact', ...found };
}

function occurrencesIn(comment: TrailComment, publicKeys: readonly KeyObject[]): Occurrence[] {
  return findEnvelopes(comment.body).flatMap((found) => {
    const opened = openEnvelope(found.token, publicKeys);
    if (!opened) return [];
    const { id: commentId, createdAt, updatedAt = createdAt } = comment;
    const fault = faultOf(opened.header, found, comment);
    return [{ commentId, token: found.token, opened, fault, wasTouched: updatedAt > createdAt }];
  });
}

function faultOf(
  header: EnvelopeHeader | undefined,
  { before, isLast }: FoundEnvelope,
  { createdAt }: TrailComment,
): Occurrence['fault'] {
  if (!header) return undefined;
  if (!isLast || header.text !== textHash(before)) return 'edited';
  const apart = Math.abs(createdAt.getTime() - Date.parse(header.at));
  return apart <= clockTolerance ? undefined : 'time out of bounds';
}

function sortOut(signed: readonly Occurrence[], subject: Subject): Sorted {
  const isForeign = ({ opened }: Occurrence) =>
    opened.subject !== undefined && !isSameSubject(opened.subject, subject);
  const ours = signed.filter((occurrence) => !isForeign(occurrence));
  return {
    own: ours.flatMap((occurrence) => {
      const { header } = occurrence.opened;
      return header ? [{ ...occurrence, header }] : [];
    }),
    foreign: signed.filter(isForeign),
    nameless: ours.filter(({ opened }) => !opened.header),
  };
}

/** Goes from one envelope to the next until there is none, or until something is wrong. */
function follow(
  sorted: Sorted,
  origin: string,
): { envelopes: RecordedEnvelope[]; broken?: Break | undefined } {
  const bySeq = Map.groupBy(sorted.own, ({ header }) => header.seq);
  const envelopes: RecordedEnvelope[] = [];
  let prev = origin;
  let position = 0;
  const next = () => firstOf(bySeq.get(envelopes.length + 1) ?? [], position);
  for (let winner = next(); winner; winner = next()) {
    const { commentId, token, opened } = winner;
    const reason = whyNot(winner, position, prev);
    if (reason || opened.kind === 'newer') {
      const atSeq = envelopes.length + 1;
      return { envelopes, broken: { reason: reason ?? 'newer version', atSeq, atCommentId: commentId } };
    }
    envelopes.push({ commentId, token, envelope: opened.envelope });
    prev = hashOf(token);
    position = commentId;
  }
  return { envelopes, broken: explainEnd(sorted, envelopes.length + 1, position) };
}

/**
 * Of several envelopes with one number the first. An envelope that occurs more than once counts where nothing is wrong
 * with it: the other places are copies. A comment that was edited comes last: its author can make it hold an envelope
 * that lost its race, and would so let it win.
 */
function firstOf(candidates: readonly Own[], position: number): Own | undefined {
  const isInPlace = ({ fault, commentId }: Own) => !fault && commentId > position;
  const placed = new Set(candidates.filter(isInPlace).map(({ token }) => token));
  return (
    candidates.find((one) => !placed.has(one.token) || (isInPlace(one) && !one.wasTouched)) ??
    candidates.find(isInPlace)
  );
}

function whyNot({ fault, commentId, header }: Own, position: number, prev: string): BreakReason | undefined {
  if (fault) return fault;
  if (commentId <= position) return 'reordered';
  return header.prev === prev ? undefined : 'wrong predecessor';
}

/** There is no envelope with this number: is that the end of the trail, or was one taken away? */
function explainEnd({ own, foreign, nameless }: Sorted, atSeq: number, position: number): Break | undefined {
  const newer = nameless[0];
  if (newer) return { reason: 'newer version', atSeq, atCommentId: newer.commentId };
  const later = own.find(({ header }) => header.seq > atSeq);
  if (!later) return undefined;
  // Foreign envelopes alone prove nothing: whoever can comment can copy them from another issue.
  const transplanted = foreign.find(({ commentId }) => commentId > position && commentId < later.commentId);
  return transplanted
    ? { reason: 'another subject', atSeq, atCommentId: transplanted.commentId }
    : { reason: 'missing', atSeq, atCommentId: later.commentId };
}

function straysAmong({ own, foreign }: Sorted, envelopes: readonly RecordedEnvelope[]): StrayEnvelope[] {
  const believed = new Map(envelopes.map(({ token, commentId }) => [token, commentId]));
  const ours = own
    .filter(
      ({ header, token, commentId }) => header.seq <= envelopes.length && believed.get(token) !== commentId,
    )
    .map(({ commentId, token }) => ({
      commentId,
      token,
      why: believed.has(token) ? ('copy' as const) : ('superseded' as const),
    }));
  const others = foreign.map(({ commentId, token }) => ({
    commentId,
    token,
    why: 'another subject' as const,
  }));
  return [...ours, ...others];
}

function eventsOf({ commentId, token, envelope: { at, seq, events } }: RecordedEnvelope): Recorded[] {
  const place = { at: new Date(at), seq, commentId, shortHash: shortHashOf(token) };
  return events.map((event) => ({ ...event, ...place }));
}
