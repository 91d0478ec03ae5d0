import { describe, expect, test } from '@jest/globals';
import { outputLimit, proseLimit } from '../../shared/trail/bounds.ts';
import { bodyLimit, findEnvelopes, seal } from '../../shared/trail/comment.ts';
import { fateOf, nextComment } from '../../shared/trail/next-envelope.ts';
import { readableText } from '../../shared/trail/readable.ts';
import { originOf } from '../../shared/trail/subject.ts';
import {
  append,
  bot,
  botKey,
  intact,
  minutesLater,
  read,
  start,
  subject,
  trailEvent,
  wholeTrail,
} from '../fakes/trail.ts';

const first = {
  subject,
  seq: 1,
  at: start.toISOString(),
  prev: originOf(subject),
  events: [trailEvent('requested')],
};

function sealed(readable: string) {
  return { id: 10, createdAt: start, body: seal(first, readable, botKey.privateKey).body };
}

describe('findEnvelopes', () => {
  const fake = (payload: string, signature: number) =>
    `<!-- keyturn:v1 ${payload}.${'A'.repeat(signature)} -->`;

  test('passes over what cannot be signed', () => {
    const body = [4, 85, 87].map((length) => fake('AAAA', length)).join('\n');
    expect(findEnvelopes(body)).toEqual([]);
  });

  test('looks at the last few of a body that is full of them, and at the last of all', () => {
    const { body } = sealed(Array.from({ length: 500 }, (_, index) => fake(`A${index}`, 86)).join(''));
    const flooded = `${Array.from({ length: 500 }, (_, index) => fake(`A${index}`, 86)).join('')}${body}`;
    const found = findEnvelopes(flooded);
    expect(found).toHaveLength(3);
    expect(found.map(({ isLast }) => isLast)).toEqual([false, false, true]);
    expect(body).toContain(found.at(-1)?.token);
  });
});

describe('seal', () => {
  test.each([
    ['an envelope in the text', wholeTrail()[1].body],
    ['an unclosed HTML comment', 'a <!-- b'],
    ['characters that GitHub drops', 'a\0b\u0085c\ud800d\r\ne'],
    ['no text', ''],
    ['blanks around it', '\n\n  a  \n'],
  ])('%s does no harm', (_name, readable) => {
    const trail = intact(read([sealed(readable)]));
    expect(trail.events).toHaveLength(1);
    expect(trail.strays).toEqual([]);
  });

  test('a text that is too long is cut', () => {
    const comment = sealed('😀'.repeat(bodyLimit));
    expect(comment.body.length).toBeGreaterThan(bodyLimit - 10);
    expect(comment.body.length).toBeLessThanOrEqual(bodyLimit);
    expect(comment.body).toContain('(shortened)');
    expect(read([comment]).state).toBe('intact');
  });

  test('the largest outcome fits into one comment', () => {
    const worst = (length: number) => '\u0001'.repeat(length);
    const actor = { ...bot, name: worst(100) };
    const notes = Array.from({ length: 10 }, () => worst(200));
    const keys = Array.from({ length: 5 }, (_, index) => ({
      id: `${'K'.repeat(127)}${index}`,
      outcome: 'still active' as const,
      why: worst(200),
    }));
    const events = [
      trailEvent('finished', { actor, data: { output: worst(outputLimit), error: worst(proseLimit) } }),
      trailEvent('verified', { actor, data: { keys, differences: notes } }),
    ];
    const { body } = seal({ ...first, events }, readableText(events), botKey.privateKey);
    expect(body.length).toBeLessThanOrEqual(bodyLimit);
  });

  test('more events than fit are refused', () => {
    const event = trailEvent('finished', { data: { output: '\u0001'.repeat(outputLimit) } });
    expect(() => seal({ ...first, events: [event, event, event] }, '', botKey.privateKey)).toThrow(
      RangeError,
    );
  });
});

describe('fateOf', () => {
  const [request] = wholeTrail();
  const trail = intact(read([request]));
  const addition = { events: [trailEvent('denied')], readable: 'no', now: minutesLater(1) };
  const { body, token } = nextComment(trail, subject, addition, botKey.privateKey);
  const comment = { id: 30, body, createdAt: minutesLater(1) };

  test('recorded', () => {
    expect(fateOf(token, read([request, comment]))).toBe('recorded');
  });

  test('superseded by another process', () => {
    const winner = append([request], [trailEvent('approved')]);
    expect(fateOf(token, read([...winner, comment]))).toBe('superseded');
  });

  test('a copy of what was recorded does not make it superseded', () => {
    expect(fateOf(token, read([request, comment, { ...comment, id: 40 }]))).toBe('recorded');
  });

  test('not to be seen yet', () => {
    expect(fateOf(token, read([request]))).toBe('unseen');
  });
});
