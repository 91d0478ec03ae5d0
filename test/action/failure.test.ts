import { expect, test } from '@jest/globals';
import { describeFailure } from '../../action/failure.ts';
import { KeyturnError, remedies } from '../../shared/errors.ts';

test('a foreseen error is told as fact and remedy, without a stack', () => {
  const error = new KeyturnError('region-missing', 'Nothing says where.', { cause: new Error('deep down') });
  const { message, details } = describeFailure(error);
  expect(message).toBe(`Nothing says where.\n${remedies['region-missing']}`);
  expect(details).toMatch(/^KeyturnError: Nothing says where.+\n {4}at .+\ncaused by Error: deep down\n/s);
});

test('any other error asks to be reported', () => {
  const { message, details } = describeFailure(new TypeError('x is undefined'));
  expect(message).toBe(`Something unforeseen happened: x is undefined\n${remedies.unexpected}`);
  expect(details).toContain('failure.test.ts');
});

test('what is thrown need not be an error', () => {
  expect(describeFailure('no')).toEqual({
    message: `Something unforeseen happened: no\n${remedies.unexpected}`,
    details: 'no',
  });
  const bare = new Error('bare');
  delete bare.stack;
  expect(describeFailure(bare).details).toBe('bare');
});
