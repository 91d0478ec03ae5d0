import { readMarker } from './marker.ts';
import type { IssueRecord } from './ports.ts';

/** Issues by the account that their marker names. Those without a marker are somebody else's. */
export function issuesByAccount(issues: readonly IssueRecord[]): ReadonlyMap<string, readonly IssueRecord[]> {
  const marked = issues.flatMap((issue) => {
    const marker = readMarker(issue.body);
    return marker ? [{ accountId: marker.accountId, issue }] : [];
  });
  const grouped = Map.groupBy(marked, ({ accountId }) => accountId);
  return new Map([...grouped].map(([accountId, some]) => [accountId, some.map(({ issue }) => issue)]));
}
