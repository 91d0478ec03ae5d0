import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TrailComment } from '../../shared/trail/comment.ts';
import { fold } from '../../shared/trail/fold.ts';
import type { Recorded } from '../../shared/trail/state.ts';
import {
  append,
  carol,
  minutesLater,
  plans,
  read,
  requestIdOf,
  subject,
  trailEvent,
  wholeTrail,
} from '../fakes/trail.ts';
import { mutatedText } from './mutations.ts';
import { pure } from './target.ts';

const second = { requestId: requestIdOf(2) };
const strict = wholeTrail();
const undone = [
  [trailEvent('requested', { ...second, data: { plan: plans.undo } })],
  [
    trailEvent('approved', { ...second, actor: carol }),
    trailEvent('started', { ...second, data: { mode: 'undo' } }),
  ],
  [trailEvent('finished', second), trailEvent('verified', { ...second, data: { result: 'remains' } })],
].reduce<TrailComment[]>((comments, events) => append(comments, events), strict);
const exempt = append(append([], [trailEvent('requested', { data: { plan: plans.exempt } })]), [
  trailEvent('approved'),
  trailEvent('exempted'),
]);
const denied = append(append([], [trailEvent('requested')]), [trailEvent('denied')]);
const elsewhere = wholeTrail({ ...subject, issue: 8 });
const trails = [strict, undone, exempt, denied];

const tampering = fc.record({
  kind: fc.constantFrom('delete', 'copy', 'swap', 'edit', 'graft', 'later', 'renumber', 'from elsewhere'),
  one: fc.nat(),
  other: fc.nat(),
  minutes: fc.integer({ min: -40, max: 40 }),
});
type Tampering = typeof tampering extends fc.Arbitrary<infer Value> ? Value : never;

function tamper(comments: readonly TrailComment[], { kind, one, other, minutes }: Tampering): TrailComment[] {
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
      return comments.toSpliced(place, 0, { ...(elsewhere[other % 3] ?? comment), id: comment.id + 1 });
    default:
      return [...comments];
  }
}

const tampered = fc.constantFrom(...trails).chain((comments) =>
  fc.tuple(fc.constant(comments), fc.array(tampering, { maxLength: 4 })).chain(([whole, deeds]) => {
    const changed = deeds.reduce<TrailComment[]>(tamper, [...whole]);
    const isEdited = deeds.some(({ kind }) => kind === 'edit');
    const texts = isEdited
      ? changed.map(({ body }) => mutatedText(body))
      : changed.map(({ body }) => fc.constant(body));
    return fc.tuple(fc.constant(whole), fc.tuple(...texts)).map(([original, bodies]) => ({
      original,
      comments: changed.map((comment, index) => ({ ...comment, body: bodies[index] ?? '' })),
    }));
  }),
);

const meaning = (events: readonly Recorded[]) =>
  events.map(({ type, actor, requestId, data, at, seq }) => ({ type, actor, requestId, data, at, seq }));

export const trailComments = pure('trail comments', () =>
  fc.property(tampered, ({ original, comments }) => {
    const whole = meaning(read(original).events);
    const trail = read(comments);
    const seen = meaning(trail.events);
    // Whatever was done to the comments: what is believed is the beginning of what was written, and nothing else.
    assert.deepEqual(seen, whole.slice(0, seen.length));
    const before = fold(read(original).events.slice(0, seen.length), minutesLater(600));
    const after = fold(trail.events, minutesLater(600));
    assert.deepEqual(
      [...after.requests.values()].map(({ status, missing }) => ({ status, missing })),
      [...before.requests.values()].map(({ status, missing }) => ({ status, missing })),
    );
  }),
);
