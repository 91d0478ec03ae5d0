import type { Action } from './action.ts';
import { byOldestKey, type Finding } from './finding.ts';

export interface LimitedActions {
  readonly actions: readonly Action[];
  /** Findings beyond the limit, oldest key first: the next scan's. */
  readonly deferred: readonly Finding[];
}

/** Openings come first, the oldest key of all accounts before all; those beyond the limit are left for the next scan. */
export function limitOpenings(actions: readonly Action[], maxNewIssues: number): LimitedActions {
  const openings = actions
    .filter((action) => action.kind === 'open')
    .toSorted((a, b) => byOldestKey(a.finding, b.finding));
  const others = actions.filter((action) => action.kind !== 'open');
  return {
    actions: [...openings.slice(0, maxNewIssues), ...others],
    deferred: openings.slice(maxNewIssues).map(({ finding }) => finding),
  };
}
