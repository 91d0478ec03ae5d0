import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TrailComment } from '../../shared/trail/comment.ts';
import { fold } from '../../shared/trail/fold.ts';
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
import { meaning, tamperedTrails } from './tampering.ts';
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

export const trailComments = pure('trail comments', () =>
  fc.property(tamperedTrails(trails, elsewhere), ({ original, comments }) => {
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
