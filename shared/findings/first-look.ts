import { countOf } from '../keys/written-moments.ts';
import type { Terms } from './examine.ts';
import type { IssueHold } from './hold.ts';
import type { HoldReader, IssueLedger, IssueRecord } from './ports.ts';

/** GitHub's side of a scan, as it was before the scan did anything. */
export interface FirstLook {
  /** All issues with the label `keyturn`. */
  readonly listed: readonly IssueRecord[];
  /** Those of the scanned accounts whose trail has a say before anything is planned. */
  readonly hinted: readonly IssueRecord[];
  /** By issue number, for those of the hinted ones that could be judged. */
  readonly holds: ReadonlyMap<number, IssueHold>;
}

export async function listIssues(
  issues: IssueLedger,
  { progress }: Pick<Terms, 'progress'>,
): Promise<readonly IssueRecord[]> {
  const listed = await issues.listIssues();
  progress.step(`Read ${countOf(listed.length, 'issue')} with the label keyturn.`);
  return listed;
}

/** What the trails of these issues mean; nothing when they cannot be verified. */
export async function readTrails(
  holds: HoldReader | undefined,
  issues: readonly IssueRecord[],
  { now, progress }: Pick<Terms, 'now' | 'progress'>,
): Promise<ReadonlyMap<number, IssueHold>> {
  if (holds === undefined || issues.length === 0) return new Map();
  progress.step(`Reading ${countOf(issues.length, 'trail')}.`);
  return holds.readHolds(issues, now);
}
