import { createHash } from 'node:crypto';

/** Keyturn's own namespace for what Slack delivers. */
const namespace = Buffer.from('8d0c6e0a1f5b4c7e9a3d2b6f7e1c0d94', 'hex');

/**
 * The id of the request that comes of a delivery: UUID version 5 (RFC 9562) of what Slack repeats when it delivers
 * again, so that a repetition asks for the same request, in any process.
 */
export function requestIdOf(delivery: string): string {
  const hash = createHash('sha1').update(namespace).update(delivery).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
