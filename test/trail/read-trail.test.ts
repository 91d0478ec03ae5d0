import { describe, expect, test } from '@jest/globals';
import { findEnvelopes, type TrailComment } from '../../shared/trail/comment.ts';
import { signText } from '../../shared/trail/signature.ts';
import { explainBreak, type Trail } from '../../shared/trail/trail.ts';
import {
  append,
  botKey,
  intact,
  minutesLater,
  read,
  strangerKey,
  subject,
  trailEvent,
  wholeTrail,
} from '../fakes/trail.ts';

const [first, second, third] = wholeTrail();
const otherSubject = { ...subject, issue: 8 };
const foreign = wholeTrail(otherSubject);

function tokenOf({ body }: TrailComment): string {
  return findEnvelopes(body)[0]?.token ?? '';
}

function says(id: number, body: string, minutes = 5): TrailComment {
  return { id, body, createdAt: minutesLater(minutes) };
}

function breakOf(trail: Trail): unknown {
  return trail.state === 'broken' ? [trail.reason, trail.atSeq, trail.atCommentId] : 'intact';
}

function eventTypes(trail: Trail): string[] {
  return trail.events.map(({ type }) => type);
}

const all = ['requested', 'approved', 'started', 'finished', 'verified'];

describe('an intact trail', () => {
  test('an issue without comments has an empty one', () => {
    expect(read([])).toEqual({ state: 'intact', envelopes: [], events: [], strays: [] });
  });

  test('all events come back, in order and with their place', () => {
    const trail = intact(read([first, second, third]));
    expect(eventTypes(trail)).toEqual(all);
    expect(trail.events[2]).toMatchObject({ at: minutesLater(1), seq: 2, commentId: 20 });
    expect(trail.events[2]?.shortHash).toMatch(/^[0-9a-f]{12}$/);
  });

  test('the order in which GitHub lists the comments does not matter', () => {
    expect(eventTypes(intact(read([third, first, second])))).toEqual(all);
  });

  test('CRLF and blanks around the text are no edit', () => {
    const stored = { ...second, body: `\r\n ${second.body.replaceAll('\n', '\r\n')}\r\n` };
    expect(read([first, stored, third]).state).toBe('intact');
  });

  test('keys can be rotated: the new one continues what the old one signed', () => {
    const comments = append([first], [trailEvent('denied')], { key: strangerKey.privateKey });
    expect(read(comments, [botKey.publicKey, strangerKey.publicKey]).state).toBe('intact');
    expect(eventTypes(read(comments, [botKey.publicKey]))).toEqual(['requested']);
  });

  test('clocks may be 15 minutes apart', () => {
    const late = { ...third, createdAt: minutesLater(2 + 15) };
    expect(read([first, second, late]).state).toBe('intact');
  });
});

describe('what anybody who can comment may post changes nothing', () => {
  const forged =
    append([first, second], [trailEvent('denied')], { key: strangerKey.privateKey })[2]?.body ?? '';
  test.each<[string, TrailComment]>([
    ['conversation', says(15, 'why?')],
    ['a forged envelope', says(25, forged)],
    ['a garbled envelope', says(25, '<!-- keyturn:v1 abc.def -->')],
    ['more forged envelopes than anybody verifies', says(25, forged.repeat(9))],
    ['an unclosed envelope', says(25, '<!-- keyturn:v1 abc')],
    ['another spelling of a signature', says(25, respell(third.body))],
  ])('%s', (_name, comment) => {
    expect(read([first, second, third, comment])).toEqual(read([first, second, third]));
  });

  test.each<[string, TrailComment, object[]]>([
    ['a copy', says(40, second.body), [{ commentId: 40, why: 'copy' }]],
    ['a quoted copy', says(40, `> ${second.body}\n\nwhat is that?`), [{ commentId: 40, why: 'copy' }]],
    ['an older comment edited into a copy', says(15, third.body, 0), [{ commentId: 15, why: 'copy' }]],
    ['a copy before its time', says(5, second.body, 0), [{ commentId: 5, why: 'copy' }]],
    ['two envelopes at once', says(40, `${first.body}${second.body}`), [{ why: 'copy' }, { why: 'copy' }]],
    ['an envelope of another issue', says(40, foreign[2].body), [{ commentId: 40, why: 'another subject' }]],
  ])('%s', (_name, comment, strays) => {
    const trail = intact(read([first, second, third, comment]));
    expect(eventTypes(trail)).toEqual(all);
    expect(trail.strays).toMatchObject(strays);
  });

  test.each<[string, TrailComment[]]>([
    ['an envelope of another issue, moments old', [says(40, foreign[0].body, 0)]],
    ['all of them, as on an issue that was moved', foreign],
  ])('%s, on an issue without a trail', (_name, comments) => {
    const trail = intact(read(comments));
    expect(trail.events).toEqual([]);
    expect(trail.strays).toHaveLength(comments.length);
    expect(trail.strays[0]).toMatchObject({ why: 'another subject' });
    expect(eventTypes(intact(read(append(comments, [trailEvent('requested')]))))).toEqual(['requested']);
  });

  /** The last character of a signature carries four bits that mean nothing. */
  function respell(body: string): string {
    return body.replace(
      /(.) -->$/,
      (_, last: string) => `${last === 'A' ? 'B' : last === 'Q' ? 'R' : last === 'g' ? 'h' : 'x'} -->`,
    );
  }
});

describe('a broken trail is named', () => {
  test.each<[string, TrailComment[], unknown]>([
    ['a deleted comment', [first, third], ['missing', 2, 30]],
    ['a deleted first comment', [second, third], ['missing', 1, 20]],
    [
      'a changed payload',
      [first, { ...second, body: second.body.replace(' -->', 'AAAA -->') }, third],
      ['missing', 2, 30],
    ],
    [
      'a changed text',
      [first, { ...second, body: second.body.replace('bob', 'eve') }, third],
      ['edited', 2, 20],
    ],
    ['a text added below', [first, { ...second, body: `${second.body} really` }, third], ['edited', 2, 20]],
    ['the last text changed', [first, second, { ...third, body: `I ${third.body}` }], ['edited', 3, 30]],
    [
      'exchanged bodies',
      [first, { ...second, body: third.body }, { ...third, body: second.body }],
      ['reordered', 3, 20],
    ],
    ['a deleted one posted again', [first, third, says(40, second.body, 60)], ['time out of bounds', 2, 40]],
    ['the last one posted again', [first, second, says(40, third.body, 60)], ['time out of bounds', 3, 40]],
    [
      "another issue's in its place",
      [first, { ...second, body: foreign[1].body }, third],
      ['another subject', 2, 20],
    ],
  ])('%s', (_name, comments, expected) => {
    const trail = read(comments);
    expect(breakOf(trail)).toEqual(expected);
    expect(trail.state === 'broken' && explainBreak(trail)).toMatch(/^(The (text|envelope)|Envelope) .*\.$/);
  });

  test('the events before the break are there', () => {
    expect(eventTypes(read([first, { ...second, body: `${second.body}!` }, third]))).toEqual(['requested']);
  });

  test('a wrong predecessor', () => {
    const elsewhere = append([first], [trailEvent('denied')])[1];
    const other = append([], [trailEvent('requested', { data: { reason: 'another' } })])[0];
    expect(breakOf(read([other, elsewhere].filter((comment) => comment !== undefined)))).toEqual([
      'wrong predecessor',
      2,
      20,
    ]);
  });
});

describe('two processes at once', () => {
  const [, approval] = append([first], [trailEvent('approved'), trailEvent('started')]);
  const [, denial] = append([first], [trailEvent('denied')]);

  test('the first of one number wins', () => {
    const trail = intact(
      read([first, { ...says(20, denial?.body ?? '', 1) }, says(21, approval?.body ?? '', 1)]),
    );
    expect(eventTypes(trail)).toEqual(['requested', 'denied']);
    expect(trail.strays).toMatchObject([{ commentId: 21, why: 'superseded' }]);
  });

  test('the loser, edited into an older comment of somebody, still loses', () => {
    const denied = says(20, denial?.body ?? '', 1);
    const copy = { ...says(15, approval?.body ?? '', 1), updatedAt: minutesLater(9) };
    const lost = says(21, approval?.body ?? '', 1);
    expect(eventTypes(intact(read([first, copy, denied, lost])))).toEqual(['requested', 'denied']);
    expect(eventTypes(intact(read([first, copy, denied])))).toEqual(['requested', 'denied']);
  });

  test('a comment that GitHub calls edited, with nothing changed in it, counts', () => {
    const touched = { ...second, updatedAt: minutesLater(9) };
    expect(eventTypes(intact(read([first, touched, third])))).toEqual(all);
  });

  test('an edit of the winner does not let the other win', () => {
    const edited = says(20, `${denial?.body} no`, 1);
    expect(breakOf(read([first, edited, says(21, approval?.body ?? '', 1)]))).toEqual(['edited', 2, 20]);
  });
});

describe('what a newer version wrote is never half believed', () => {
  const newer = (payload: object): string => {
    const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `<!-- keyturn:v1 ${text}.${signText(`keyturn:v1 ${text}`, botKey.privateKey)} -->`;
  };
  const envelope = JSON.parse(Buffer.from(tokenOf(second).split('.')[0] ?? '', 'base64url').toString());
  const text = second.body.slice(0, second.body.indexOf('<!--'));

  test.each<[string, object, number]>([
    ['an unknown event', { ...envelope, events: [{ type: 'pardoned' }] }, 20],
    ['an unknown field', { ...envelope, colour: 'green' }, 20],
    ['another version of the payload', { ...envelope, v: 2 }, 20],
    ['a payload in another form', { form: 'other' }, 20],
  ])('%s', (_name, payload, commentId) => {
    const trail = read([first, { ...second, body: text + newer(payload) }]);
    expect(breakOf(trail)).toEqual(['newer version', 2, commentId]);
  });

  test('not even when it is no JSON', () => {
    const body = `<!-- keyturn:v1 AAAA.${signText('keyturn:v1 AAAA', botKey.privateKey)} -->`;
    expect(breakOf(read([first, says(20, body)]))).toEqual(['newer version', 2, 20]);
  });

  test("another subject's is still another subject's", () => {
    const foreignNewer = says(40, newer({ v: 2, subject: otherSubject }));
    expect(read([first, second, third, foreignNewer]).state).toBe('intact');
  });
});

test('a subject without a user has a trail of its own', () => {
  const { userId: _, ...bulk } = subject;
  const comments = append([], [trailEvent('requested')], { about: bulk });
  expect(intact(read(comments)).envelopes).toEqual([]);
});
