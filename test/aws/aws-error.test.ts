import { describe, expect, test } from '@jest/globals';
import { asking, awsError } from '../../shared/aws/aws-error.ts';
import { askingForPages } from '../../shared/aws/pages.ts';
import { KeyturnError } from '../../shared/errors.ts';

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

describe('awsError', () => {
  test.each([
    ['AccessDenied', 'aws-access-denied'],
    ['AccessDeniedException', 'aws-access-denied'],
    ['ExpiredToken', 'aws-credentials-expired'],
    ['UnrecognizedClientException', 'aws-credentials-invalid'],
    ['CredentialsProviderError', 'aws-credentials-missing'],
    ['Throttling', 'aws-throttled'],
    ['TimeoutError', 'aws-unreachable'],
    ['ServiceFailure', 'aws-failed'],
  ])('%s is %s', (name, code) => {
    expect(awsError('iam:ListUsers', named(name, 'so it is'))).toMatchObject({
      code,
      fact: `iam:ListUsers failed with ${name}: so it is.`,
    });
  });

  test.each(['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT'])('%s is unreachable', (code) => {
    const error = Object.assign(new Error('no'), { code });
    expect(awsError('iam:ListUsers', error)).toMatchObject({
      code: 'aws-unreachable',
      fact: `iam:ListUsers got no answer (${code}).`,
      cause: error,
    });
  });

  test('finds the reason in the message of an error that the SDK has wrapped', () => {
    const wrapped = new Error('AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:1');
    expect(awsError('iam:ListUsers', wrapped)).toMatchObject({ code: 'aws-unreachable' });
  });

  test.each([
    ['a string', 'iam:ListUsers failed with unknown error.'],
    [undefined, 'iam:ListUsers failed with unknown error.'],
    [named('Odd', ''), 'iam:ListUsers failed with Odd.'],
    [named('Odd', 'Ends itself!'), 'iam:ListUsers failed with Odd: Ends itself!'],
  ])('of something else says what there is to say (%#)', (error, fact) => {
    expect(awsError('iam:ListUsers', error).fact).toBe(fact);
  });

  test('leaves an error alone that people can already read', () => {
    const error = new KeyturnError('input-invalid', 'No.');
    expect(awsError('iam:ListUsers', error)).toBe(error);
  });
});

test('asking gives the answer, or the translated error', async () => {
  expect(await asking('iam:GetUser', Promise.resolve(1))).toBe(1);
  await expect(
    asking('iam:GetUser', Promise.reject(named('Throttling', 'Rate exceeded'))),
  ).rejects.toMatchObject({ code: 'aws-throttled' });
});

test('askingForPages gives all pages, or the translated error', async () => {
  async function* pages(failing: boolean) {
    yield 1;
    yield 2;
    if (failing) throw named('AccessDenied', 'No');
  }
  expect(await askingForPages('iam:ListUsers', pages(false))).toEqual([1, 2]);
  await expect(askingForPages('iam:ListUsers', pages(true))).rejects.toMatchObject({
    code: 'aws-access-denied',
  });
});
