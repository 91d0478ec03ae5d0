import { shortHashOf } from '../trail/envelope.ts';
import type { FindingTrail } from './finding-trail.ts';

/** Why a start is not carried out whose trail was cut. */
export const cutTrail =
  'The trail was cut (the thread of this request tells of an envelope that the issue does not show)';

/**
 * Whether comments were taken away from the end of the trail, which the comments alone cannot show: a start that was
 * over would be carried out again, or one that lost its race for the first time. The thread names every envelope of its
 * request, and whoever may write to the repository cannot change what the bot said in Slack.
 *
 * @param told the keys of the thread's notices, read before the trail was: an envelope is told of when it is recorded
 * @param prefix what the keys of this trail's envelopes begin with, where a thread is about several
 */
export function isCut(
  { trail }: Pick<FindingTrail, 'trail'>,
  told: ReadonlySet<string>,
  prefix = '',
): boolean {
  const held = new Set(trail.envelopes.map(({ token }) => shortHashOf(token)));
  return [...told]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .some((key) => isShortHash(key) && !held.has(key));
}

/** Notices that no envelope stands for have words for keys. */
function isShortHash(key: string): boolean {
  return /^[0-9a-f]{12}$/.test(key);
}
