import { nameUuid } from './name-uuid.ts';

/** Keyturn's own, for what it starts in AWS. */
const namespace = '6b657974-7572-5e8e-9b1a-0f2d3c4b5a69';

/**
 * The ClientToken of a request's automation execution. The same request has the same token in any process, so AWS
 * cannot be made to run it twice.
 */
export function clientTokenOf(requestId: string): string {
  return nameUuid(namespace, requestId);
}

/** The tag that an execution is found by: AWS filters executions by tag key only, so the id is in the key. */
export function tagKeyOf(requestId: string): string {
  return `keyturn:${requestId}`;
}
