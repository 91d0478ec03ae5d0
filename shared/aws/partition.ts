/**
 * The partition of a region: `aws`, `aws-us-gov` or `aws-cn`. A region is in one partition only, and ARNs of all that
 * is used from there begin with it.
 *
 * Source: AWS General Reference, "Amazon Resource Names"; the SDK's own table of partitions has the same prefixes.
 */
export function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}
