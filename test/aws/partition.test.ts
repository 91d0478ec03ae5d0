import { expect, test } from '@jest/globals';
import { partitionOf } from '../../shared/aws/partition.ts';

test.each([
  ['us-east-1', 'aws'],
  ['eu-central-2', 'aws'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['cn-northwest-1', 'aws-cn'],
])('%s is in %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
