import { createHash } from 'node:crypto';

/** Keyturn's own namespace, so that no other program makes the same token from the same request id. */
const namespace = Buffer.from('6b657974-7572-5e8e-9b1a-0f2d3c4b5a69'.replaceAll('-', ''), 'hex');

/**
 * The ClientToken of a request's automation execution: UUID version 5 (RFC 9562) of the request id. The same request
 * has the same token in any process, so AWS cannot be made to run it twice.
 */
export function clientTokenOf(requestId: string): string {
  const hash = createHash('sha1').update(namespace).update(requestId).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The tag that an execution is found by: AWS filters executions by tag key only, so the id is in the key. */
export function tagKeyOf(requestId: string): string {
  return `keyturn:${requestId}`;
}
