import { brokenLabel, hasLabel } from '../trail/labels.ts';
import { holdOf, type IssueHold } from './hold.ts';
import { type Marker, readMarker } from './marker.ts';
import type { IssueRecord } from './ports.ts';

/** All issues about one user. */
export interface TrackedIssues {
  /** The issue that stands for the user. Absent: there are only broken ones. */
  readonly kept?: { readonly issue: IssueRecord; readonly marker: Marker };
  /** Others about the same user, by number. */
  readonly duplicates: readonly IssueRecord[];
  /** Those whose trail is broken; the kept one takes their place. */
  readonly broken: readonly IssueRecord[];
}

interface MarkedIssue {
  readonly issue: IssueRecord;
  readonly marker: Marker;
}

/**
 * The issues about the users of one account, by unique id. Issues without a marker are somebody else's, those
 * about other accounts are left to the scans of these.
 */
export function trackIssues(
  issues: readonly IssueRecord[],
  accountId: string,
  holds: ReadonlyMap<number, IssueHold>,
): ReadonlyMap<string, TrackedIssues> {
  const marked = issues
    .flatMap((issue) => {
      const marker = readMarker(issue.body);
      return marker?.accountId === accountId ? [{ issue, marker }] : [];
    })
    .toSorted((a, b) => a.issue.number - b.issue.number);
  const byUser = Map.groupBy(marked, ({ marker }) => marker.userId);
  return new Map([...byUser].map(([userId, own]) => [userId, sortOut(own, holds)]));
}

/** Keeps the issue with sealed decisions, else the one with the lowest number. `own` is sorted by number. */
function sortOut(own: readonly MarkedIssue[], holds: ReadonlyMap<number, IssueHold>): TrackedIssues {
  const isBroken = ({ issue }: MarkedIssue) =>
    hasLabel(issue, brokenLabel) || holdOf(issue, holds).broken !== undefined;
  const sound = own.filter((one) => !isBroken(one));
  const kept = sound.find(({ issue }) => holdOf(issue, holds).isSealed) ?? sound[0];
  return {
    ...(kept && { kept }),
    duplicates: sound.filter((other) => other !== kept).map(({ issue }) => issue),
    broken: own.filter(isBroken).map(({ issue }) => issue),
  };
}
