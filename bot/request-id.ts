import { nameUuid } from '../shared/remediation/name-uuid.ts';

/** Keyturn's own, for what Slack delivers. */
const namespace = '8d0c6e0a-1f5b-4c7e-9a3d-2b6f7e1c0d94';

/**
 * The id of the request that comes of a delivery. Slack repeats the same when it delivers again, so that a repetition
 * asks for the same request, in any process.
 */
export function requestIdOf(delivery: string): string {
  return nameUuid(namespace, delivery);
}
