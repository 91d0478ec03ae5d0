import { KeyturnError } from '../errors.ts';
import { bulkNoteLimit } from '../trail/bulk-events.ts';
import type { BulkUser } from '../trail/bulk-plan.ts';
import type { EventOf } from '../trail/events.ts';
import { clip } from '../trail/text.ts';
import type { BulkProgress } from './bulk-ports.ts';
import { userRequestId } from './bulk-reference.ts';
import type { FindingTrail } from './finding-trail.ts';

/** How far one user of a bulk request is, as their own trail tells. */
export type Standing =
  | { readonly kind: 'waiting' }
  /** Begun and not over; the ordinary watch sees to it. */
  | { readonly kind: 'running'; readonly startedAt: Date }
  | {
      readonly kind: 'over';
      readonly startedAt: Date;
      readonly outcome: 'asPredicted' | 'differs' | 'unrecorded';
    }
  /**
   * Not started, and not to be any more. `why` is for people. `startedAt`: the start was recorded, and what forbade it
   * came before AWS was asked.
   */
  | { readonly kind: 'left'; readonly why: string; readonly startedAt?: Date };

/** By user id. */
export type Standings = ReadonlyMap<string, Standing>;

export function standingOf({ trail, state }: FindingTrail, bulkId: string, userId: string): Standing {
  const request = state.requests.get(userRequestId(bulkId, userId));
  const isBroken = trail.state === 'broken';
  if (!request) return isBroken ? left('the trail of the issue is broken') : { kind: 'waiting' };
  if (!('started' in request)) return left('the request was not started');
  const { at: startedAt } = request.started;
  if (request.status === 'verified') {
    const { ended, error = 'it was not started' } = request.finished.data;
    if (ended === 'not started') return { ...left(error), startedAt };
    const outcome = request.verified.data.asPredicted ? 'asPredicted' : 'differs';
    return { kind: 'over', startedAt, outcome };
  }
  return isBroken ? { kind: 'over', startedAt, outcome: 'unrecorded' } : { kind: 'running', startedAt };
}

/** An issue that nothing can be recorded on any more keeps nobody waiting. Undefined: try again. */
export function leftBy(error: unknown): Standing | undefined {
  if (!(error instanceof KeyturnError)) return undefined;
  switch (error.code) {
    case 'trail-broken':
      return left('the trail of the issue is broken');
    case 'github-marker-missing':
    case 'github-not-found':
      return left('the issue names no finding any more');
    default:
      return undefined;
  }
}

export function left(why: string): Extract<Standing, { kind: 'left' }> {
  return { kind: 'left', why: clip(why, bulkNoteLimit) };
}

/** Users of whom nothing was read yet count as waiting. */
export function progressOf(
  users: readonly BulkUser[],
  standings: Standings,
): Omit<BulkProgress, 'nextAt' | 'held'> {
  const all = users.map(({ userId }) => standings.get(userId) ?? { kind: 'waiting' as const });
  const count = (isMeant: (one: Standing) => boolean) => all.filter(isMeant).length;
  const over = (outcome: string) => count((one) => one.kind === 'over' && one.outcome === outcome);
  return {
    waiting: count(({ kind }) => kind === 'waiting'),
    running: count(({ kind }) => kind === 'running'),
    asPredicted: over('asPredicted'),
    differs: over('differs'),
    unrecorded: over('unrecorded'),
    left: count(({ kind }) => kind === 'left'),
  };
}

/** @param bar why those who wait are not begun any more */
export function finishedData(
  users: readonly BulkUser[],
  standings: Standings,
  bar: string | undefined,
): EventOf<'bulk-finished'>['data'] {
  const { asPredicted, differs, unrecorded } = progressOf(users, standings);
  const notStarted = users.flatMap(({ userId }) => {
    const standing = standings.get(userId);
    if (standing?.kind === 'left') return [{ userId, why: standing.why }];
    return standing === undefined || standing.kind === 'waiting'
      ? [{ userId, why: clip(bar ?? 'it was not begun', bulkNoteLimit) }]
      : [];
  });
  return { counts: { asPredicted, differs, unrecorded }, notStarted };
}
