import type { RequestState } from '../trail/state.ts';

const unrecorded = 'unrecorded';

/**
 * How a notice about a request is named in its thread. The users of a bulk request share one thread, so that each of
 * their notices bears the number of the user's issue.
 */
export function threadKey(
  { requested }: Pick<RequestState, 'requested'>,
  issue: number,
  key: string,
): string {
  return requested.data.bulk ? `#${issue} ${key}` : key;
}

/** The notice that tells what nothing could be recorded of. */
export function unrecordedKey(request: Pick<RequestState, 'requested'>, issue: number): string {
  return threadKey(request, issue, unrecorded);
}

export function isUnrecordedKey(key: string): boolean {
  return key === unrecorded || key.endsWith(` ${unrecorded}`);
}
