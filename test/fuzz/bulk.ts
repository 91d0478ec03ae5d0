import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readMarker, writeMarker } from '../../shared/findings/marker.ts';
import {
  barOf,
  referenceFault,
  startHashOf,
  userRequestId,
} from '../../shared/remediation/bulk-reference.ts';
import { readBulkMarker, writeBulkMarker } from '../../shared/trail/bulk-marker.ts';
import type { TrailComment } from '../../shared/trail/comment.ts';
import { foldBulk } from '../../shared/trail/fold-bulk.ts';
import { writeHiddenLine } from '../../shared/trail/hidden-line.ts';
import { readTrail } from '../../shared/trail/read-trail.ts';
import type { Subject } from '../../shared/trail/subject.ts';
import {
  append,
  botKey,
  bulkPlan,
  carol,
  minutesLater,
  recorded,
  requestIdOf,
  trailEvent,
  subject as userSubject,
  wholeTrail,
} from '../fakes/trail.ts';
import { mutatedJson, mutatedText } from './mutations.ts';
import { meaning, tamperedTrails } from './tampering.ts';
import { pure } from './target.ts';

const accountId = userSubject.accountId;
const bulkMarker = { accountId, requestId: requestIdOf(1) };
const findingMarker = { accountId, userId: userSubject.userId ?? '' };
const bodies = fc.oneof(
  mutatedJson({ version: 1, ...bulkMarker }).map((content) => writeHiddenLine('bulk', Object(content))),
  mutatedText(`Somebody's words\n\n${writeBulkMarker(bulkMarker)}`),
  mutatedText(`${writeMarker(findingMarker)}\n${writeBulkMarker(bulkMarker)}`),
  mutatedText(writeBulkMarker(bulkMarker)).map((text) => `${text}\n${writeMarker(findingMarker)}`),
);

export const bulkMarkers = pure('markers of bulk requests', () =>
  fc.property(bodies, (body) => {
    const marker = readBulkMarker(body);
    if (marker) {
      assert.deepEqual(Object.keys(marker).toSorted(), ['accountId', 'requestId']);
      assert.match(marker.accountId, /^\d{12}$/);
      assert.match(marker.requestId, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i);
      // What is read can be written, and is then read as the same.
      assert.deepEqual(readBulkMarker(writeBulkMarker(marker)), marker);
      assert.equal(readMarker(writeBulkMarker(marker)), undefined);
    }
    const finding = readMarker(body);
    if (finding) assert.equal(readBulkMarker(writeMarker(finding)), undefined);
  }),
);

const issue = 9;
const about: Subject = { repositoryId: userSubject.repositoryId, issue, accountId };
const sealed = (subject: Subject, ...steps: Parameters<typeof append>[1][]) =>
  steps.reduce<TrailComment[]>((comments, events) => append(comments, events, { about: subject }), []);
const begun = [
  [trailEvent('bulk-requested')],
  [trailEvent('approved'), trailEvent('bulk-started')],
  [trailEvent('bulk-stopped', { actor: carol })],
  [trailEvent('bulk-finished')],
];
const trails = [
  sealed(about, ...begun),
  sealed(about, ...begun.slice(0, 2)),
  sealed(about, [trailEvent('bulk-requested')], [trailEvent('denied')]),
  sealed(about, [trailEvent('bulk-requested')], [trailEvent('approved'), trailEvent('voided')]),
];
/** Of a user's issue, and of another bulk request. */
const elsewhere = [...wholeTrail(), ...sealed({ ...about, issue: 10 }, ...begun.slice(0, 2))];

const now = minutesLater(30);
function found(comments: readonly TrailComment[]) {
  const trail = readTrail(comments, about, [botKey.publicKey]);
  return { subject: about, trail, bulk: foldBulk(trail.events, now).bulk };
}

export const bulkTrails = pure('trails of bulk requests', () =>
  fc.property(tamperedTrails(trails, elsewhere), ({ original, comments }) => {
    const [whole, seen] = [found(original), found(comments)];
    const events = meaning(seen.trail.events);
    // Whatever was done to the comments: what is believed is the beginning of what was written, and nothing else.
    assert.deepEqual(events, meaning(whole.trail.events).slice(0, events.length));
    const before = foldBulk(whole.trail.events.slice(0, events.length), now).bulk;
    assert.equal(seen.bulk?.status, before?.status);
    // Users are begun only by a trail that is intact, started, and by all that can be read not stopped.
    const mayBegin = barOf(seen, now) === undefined;
    assert.equal(mayBegin, seen.trail.state === 'intact' && before?.status === 'started');
    assertReference(seen, whole, mayBegin);
  }),
);

/** A user's request is believed to be approved by the whole trail's start, or not at all. */
function assertReference(seen: ReturnType<typeof found>, whole: ReturnType<typeof found>, mayBegin: boolean) {
  const [user] = bulkPlan.users;
  const approval = startHashOf(whole);
  if (!user || approval === undefined) return;
  const reference = { issue, requestId: requestIdOf(1), approval };
  const requested = recorded('requested', { data: { bulk: reference, digest: user.digest } });
  const request = {
    id: userRequestId(requestIdOf(1), user.userId),
    requested,
    approvals: [recorded('approved', { data: { bulk: reference } })],
  };
  const fault = referenceFault(request, userSubject, seen);
  if (mayBegin) assert.equal(fault, undefined);
  if (fault === undefined) assert.equal(startHashOf(seen), approval);
}
