import fc from 'fast-check';
import type { TrailComment } from '../../shared/trail/comment.ts';
import type { Recorded } from '../../shared/trail/state.ts';
import { minutesLater } from '../fakes/trail.ts';
import { mutatedText } from './mutations.ts';

const tampering = fc.record({
  kind: fc.constantFrom('delete', 'copy', 'swap', 'edit', 'graft', 'later', 'renumber', 'from elsewhere'),
  one: fc.nat(),
  other: fc.nat(),
  minutes: fc.integer({ min: -40, max: 40 }),
});
type Tampering = typeof tampering extends fc.Arbitrary<infer Value> ? Value : never;

function tamper(
  comments: readonly TrailComment[],
  { kind, one, other, minutes }: Tampering,
  elsewhere: readonly TrailComment[],
): TrailComment[] {
  const place = comments.length === 0 ? 0 : one % comments.length;
  const comment = comments[place];
  const another = comments[other % Math.max(comments.length, 1)];
  if (!comment || !another) return [...comments];
  const newest = Math.max(...comments.map(({ id }) => id)) + 10;
  switch (kind) {
    case 'delete':
      return comments.toSpliced(place, 1);
    case 'copy':
      return [...comments, { ...comment, id: newest }];
    case 'swap':
      return comments.map((it) =>
        it === comment ? { ...it, body: another.body } : it === another ? { ...it, body: comment.body } : it,
      );
    case 'graft':
      return comments.with(place, { ...comment, body: `${another.body}\n\n${comment.body}` });
    case 'later':
      return comments.with(place, { ...comment, createdAt: minutesLater(minutes, comment.createdAt) });
    case 'renumber':
      return comments.with(place, { ...comment, id: Math.max(1, comment.id + minutes) });
    case 'from elsewhere':
      return comments.toSpliced(place, 0, {
        ...(elsewhere[other % elsewhere.length] ?? comment),
        id: comment.id + 1,
      });
    default:
      return [...comments];
  }
}

export interface Tampered {
  readonly original: readonly TrailComment[];
  readonly comments: readonly TrailComment[];
}

/**
 * One of the trails after up to four deeds of whoever may write to its issue.
 *
 * @param elsewhere comments of another issue, which are put in
 */
export function tamperedTrails(
  trails: readonly (readonly TrailComment[])[],
  elsewhere: readonly TrailComment[],
): fc.Arbitrary<Tampered> {
  return fc.constantFrom(...trails).chain((original) =>
    fc.array(tampering, { maxLength: 4 }).chain((deeds) => {
      const changed = deeds.reduce<TrailComment[]>(
        (sum, deed) => tamper(sum, deed, elsewhere),
        [...original],
      );
      const isEdited = deeds.some(({ kind }) => kind === 'edit');
      const texts = changed.map(({ body }) => (isEdited ? mutatedText(body) : fc.constant(body)));
      return fc.tuple(...texts).map((bodies) => ({
        original,
        comments: changed.map((comment, index) => ({ ...comment, body: bodies[index] ?? '' })),
      }));
    }),
  );
}

/** What is believed, without the place where it stands. */
export function meaning(events: readonly Recorded[]) {
  return events.map(({ type, actor, requestId, data, at, seq }) => ({
    type,
    actor,
    requestId,
    data,
    at,
    seq,
  }));
}
