import type { Observed } from './observed.ts';
import type { Request } from './requests.ts';

const day = 24 * 3_600_000;

/**
 * No 24 hours have more keys deactivated by Keyturn than the policy allows; a password that it deleted counts like a key.
 * What was decided on an issue that is gone can be counted by nobody.
 */
export function checkLimit({ issues, law }: Observed, requests: readonly Request[]): string[] {
  const gone = new Set(issues.filter(({ isGone }) => isGone).map(({ number }) => number));
  const starts = requests.flatMap((request) =>
    request.sealedAt && !gone.has(request.issue) ? [{ at: request.sealedAt, cost: costOf(request) }] : [],
  );
  const most = Math.max(
    0,
    ...starts.map(({ at: end }) =>
      starts
        .filter(({ at }) => at <= end && end.getTime() - at.getTime() < day)
        .reduce((sum, { cost }) => sum + cost, 0),
    ),
  );
  const limit = law.keysDeactivatedPerDay;
  return most > limit ? [`${most} keys and passwords went within a day, and the policy allows ${limit}`] : [];
}

function costOf({ outcomes = [], plan, finished }: Request): number {
  const keys = outcomes.filter(({ outcome }) => outcome === 'deactivated').length;
  const isRun = finished !== undefined && finished !== 'not started';
  return keys + (isRun && plan.deletesLoginProfile ? 1 : 0);
}
