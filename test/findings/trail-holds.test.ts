import { describe, expect, test } from '@jest/globals';
import { writeMarker } from '../../shared/findings/marker.ts';
import { trailHolds } from '../../shared/findings/trail-holds.ts';
import type { TrailComment } from '../../shared/trail/comment.ts';
import type { TrailEvent } from '../../shared/trail/events.ts';
import { signText } from '../../shared/trail/signature.ts';
import { issueRecord } from '../fakes/finding-data.ts';
import {
  append,
  bob,
  botKey,
  keyId,
  minutesLater,
  plans,
  requestIdOf,
  start,
  subject,
  trailEvent,
  wholeTrail,
} from '../fakes/trail.ts';

const publicKeys = [botKey.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')];
const { repositoryId, issue: number, accountId, userId = '' } = subject;
const issue = issueRecord({ number, body: writeMarker({ accountId, userId }) });
const later = minutesLater(60);

async function holdOf(comments: readonly TrailComment[], now = later) {
  const holds = trailHolds({ list: async () => comments }, { repositoryId, publicKeys });
  return (await holds.readHolds([issue], now)).get(number);
}

const written = (...steps: readonly TrailEvent[][]) => {
  let comments: TrailComment[] = [];
  for (const events of steps) comments = append(comments, events);
  return comments;
};

/** The second request, about an undo of what the first one did. */
function undone(): TrailComment[] {
  const second = { requestId: requestIdOf(2) };
  const { undo } = plans;
  const outcome = 'reactivated' as const;
  const result = { result: 'remains' as const, keys: [{ id: keyId, outcome }] };
  return [
    [trailEvent('requested', { ...second, data: { plan: undo } })],
    [trailEvent('approved', second), trailEvent('started', { ...second, data: { mode: 'undo' } })],
    [trailEvent('finished', second), trailEvent('verified', { ...second, data: result })],
  ].reduce<TrailComment[]>((comments, events) => append(comments, events), wholeTrail());
}

describe('a request', () => {
  const requested = written([trailEvent('requested')]);

  test('is unfinished until it has ended or expired', async () => {
    expect(await holdOf(requested)).toMatchObject({ pendingRequest: true, isSealed: true });
    expect(await holdOf(requested, minutesLater(24 * 60))).toMatchObject({ pendingRequest: false });
    expect(await holdOf(append(requested, [trailEvent('denied')]))).toMatchObject({ pendingRequest: false });
  });

  test('is unfinished while its outcome is not verified', async () => {
    const [first, second] = wholeTrail();
    expect(await holdOf([first, second], minutesLater(7 * 24 * 60))).toMatchObject({ pendingRequest: true });
  });
});

test('an exemption holds until its date, and nobody has to write its end', async () => {
  const exempt = { data: { plan: plans.exempt } };
  const comments = written(
    [trailEvent('requested', exempt)],
    [trailEvent('approved'), trailEvent('exempted')],
  );
  const until = new Date(plans.exempt.until);
  expect(await holdOf(comments)).toMatchObject({
    pendingRequest: false,
    exemptions: [{ keyId, until, reason: 'a migration' }],
  });
  expect(await holdOf(comments, until)).toMatchObject({ exemptions: [] });
});

describe('a deactivated key', () => {
  const remediated = [
    {
      keyId,
      deactivatedAt: minutesLater(2),
      approvals: [{ name: 'bob', id: bob.id, at: minutesLater(1) }],
    },
  ];

  test('is named with those who approved it', async () => {
    expect(await holdOf(wholeTrail())).toMatchObject({ pendingRequest: false, remediated });
  });

  test('is so still when the bot saw that somebody else reactivated it', async () => {
    expect(await holdOf(append(wholeTrail(), [trailEvent('reactivated')]))).toMatchObject({ remediated });
  });

  test('is none after an undo', async () => {
    expect(await holdOf(undone())).toMatchObject({ pendingRequest: false, remediated: [] });
  });
});

describe('a trail', () => {
  test('that is broken says why, and nothing else of it counts', async () => {
    const [, second, third] = wholeTrail();
    expect(await holdOf([second, third])).toEqual({
      pendingRequest: false,
      exemptions: [],
      remediated: [],
      isSealed: false,
      broken: expect.stringMatching(/^Envelope 1 is missing before comment 20/),
    });
  });

  test('that nobody has begun holds nothing', async () => {
    expect(await holdOf([{ id: 1, body: 'Why is this open?', createdAt: start }])).toMatchObject({
      isSealed: false,
      pendingRequest: false,
    });
  });

  test('of a newer version is not judged', async () => {
    const payload = Buffer.from(JSON.stringify({ v: 2, subject })).toString('base64url');
    const token = `${payload}.${signText(`keyturn:v1 ${payload}`, botKey.privateKey)}`;
    const comments = [{ id: 1, body: `<!-- keyturn:v1 ${token} -->`, createdAt: start }];
    expect(await holdOf(comments)).toBeUndefined();
  });

  test('of an issue that names nobody is not read', async () => {
    const list = async (): Promise<never> => {
      throw new Error('There was no reason to ask.');
    };
    const holds = trailHolds({ list }, { repositoryId, publicKeys });
    expect(await holds.readHolds([issueRecord({ body: 'Edited away' })], later)).toEqual(new Map());
  });
});
