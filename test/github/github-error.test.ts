import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { KeyturnError } from '../../shared/errors.ts';
import { githubError, isOutage, translated } from '../../shared/github/github-error.ts';

function failure(status: number, message: string, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), { status, response: { headers, data: { message } } });
}

describe('githubError', () => {
  test.each([
    ['401 Bad credentials', failure(401, 'Bad credentials'), 'github-token-invalid'],
    [
      '403 Resource not accessible by integration',
      failure(403, 'Resource not accessible by integration'),
      'github-permission-missing',
    ],
    [
      '403 API rate limit exceeded for installation.',
      failure(403, 'API rate limit exceeded for installation.'),
      'github-rate-limit',
    ],
    ['403 Forbidden', failure(403, 'Forbidden', { 'x-ratelimit-remaining': '0' }), 'github-rate-limit'],
    ['429 Too many requests', failure(429, 'Too many requests'), 'github-rate-limit'],
    ['404 Not Found', failure(404, 'Not Found'), 'github-not-found'],
    [
      '410 Issues has been disabled in this repository.',
      failure(410, 'Issues has been disabled in this repository.'),
      'github-issues-disabled',
    ],
    ['410 This issue was deleted', failure(410, 'This issue was deleted'), 'github-not-found'],
    ['422 Validation Failed', failure(422, 'Validation Failed'), 'github-refused'],
    ['451 Unavailable', failure(451, 'Unavailable'), 'github-refused'],
    ['502 Bad Gateway', failure(502, 'Bad Gateway'), 'github-unreachable'],
    [
      'a refused connection',
      Object.assign(new Error('connect ECONNREFUSED'), { status: 500 }),
      'github-unreachable',
    ],
    ['any other error', new TypeError('nonsense'), 'github-answer-invalid'],
    ['what is no error', 'nonsense', 'github-answer-invalid'],
  ])('translates %s and keeps the cause', (_, error, code) => {
    const translation = githubError(error, 'open an issue');
    expect(translation).toMatchObject({ code, cause: error });
    expect(translation.fact).toContain('open an issue');
  });

  test('leaves what people can already act on as it is', () => {
    const error = new KeyturnError('github-refused', 'Fact.');
    expect(githubError(error, 'open an issue')).toBe(error);
  });

  test.each([
    [{ 'retry-after': '30' }, 'It asks to wait 30 seconds.'],
    [{ 'x-ratelimit-reset': '1772366400' }, 'It allows requests again at 2026-03-01T12:00:00.000Z.'],
  ])('says how long a rate limit lasts: %j', (headers, words) => {
    expect(githubError(failure(429, 'Rate limit', headers), 'open an issue').fact).toContain(words);
  });

  test('quotes GitHub in one short line without links', () => {
    const message = `Validation\nFailed ${'x'.repeat(400)} - https://docs.github.com/x`;
    const { fact } = githubError(failure(422, message), 'open an issue');
    expect(fact).toMatch(/^GitHub would not open an issue: Validation Failed x+ \(422\)\.$/);
    expect(fact.length).toBeLessThan(350);
  });
});

describe('isOutage', () => {
  test.each([
    ['500', failure(500, ''), true],
    ['502', failure(502, ''), true],
    ['an answer that is none', z.object({ id: z.number() }).safeParse({}).error, true],
    ['422', failure(422, ''), false],
    ['a mistake of ours', new TypeError('nonsense'), false],
  ])('%s', (_, error, expected) => {
    expect(isOutage(error)).toBe(expected);
  });
});

test('translated gives what the request gives', async () => {
  expect(await translated('count', async () => 3)).toBe(3);
});
