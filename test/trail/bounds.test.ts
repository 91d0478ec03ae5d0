import { expect, test } from '@jest/globals';
import { arn } from '../../shared/trail/bounds.ts';

test.each([
  ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~\x7f', true],
  ['a b', false],
  ['a\x80b', false],
  ['a\nb', false],
])('a path of IAM: %j', (path, isValid) => {
  expect(arn.safeParse(`arn:aws:iam::123456789012:user/${path}/ada`).success).toBe(isValid);
});
