import { brokenLabel, hasLabel } from '../trail/labels.ts';
import type { Action } from './action.ts';
import { brokenComment, duplicateComment } from './comments.ts';
import { holdOf, type IssueHold } from './hold.ts';
import type { IssueRecord } from './ports.ts';
import type { Subject } from './subject.ts';
import type { TrackedIssues } from './tracked-issues.ts';

/** Closes those of a user's other issues that are `wanted` and still open, in favour of the one that is kept. */
export function draftDuplicates(
  subject: Subject,
  { kept, duplicates }: TrackedIssues,
  wanted: (issue: IssueRecord) => boolean,
): Action[] {
  if (kept === undefined) return [];
  return duplicates
    .filter((issue) => issue.state === 'open' && wanted(issue))
    .map((issue) => ({
      kind: 'duplicate',
      subject,
      issue,
      kept: kept.issue,
      comment: duplicateComment(kept.issue.number),
      change: { state: 'closed', stateReason: 'not_planned' },
    }));
}

/**
 * Sets aside the user's issues whose trail was found to be broken. The label comes last: as long as it is missing,
 * the next scan finds the same and goes on.
 */
export function draftBroken(
  subject: Subject,
  { broken }: TrackedIssues,
  holds: ReadonlyMap<number, IssueHold>,
): Action[] {
  return broken.flatMap((issue) => {
    const { broken: reason } = holdOf(issue, holds);
    if (reason === undefined || hasLabel(issue, brokenLabel)) return [];
    const closing = issue.state === 'open' && ({ state: 'closed', stateReason: 'not_planned' } as const);
    const change = { ...closing, addLabels: [brokenLabel] };
    return [{ kind: 'broken', subject, issue, comment: brokenComment(reason), change }];
  });
}
