import type { Evidence } from '../keys/evidence.ts';
import { type Applied, linkTo } from './apply.ts';
import type { Decisions } from './decide.ts';
import { byOldestKey, findingOf } from './finding.ts';
import type { Compliance, IssueRecord } from './ports.ts';
import type { IssueLink, ReportedAction, ReportedFinding, ScanReport } from './report.ts';
import type { FindingSettings } from './settings.ts';
import { trackIssues } from './tracked-issues.ts';

interface Seen {
  readonly issues: readonly IssueRecord[];
  readonly compliance: Compliance;
  readonly evidence: ReadonlyMap<string, Evidence>;
}

/** Puts together what a scan saw, decided and did. */
export function reportOn(
  seen: Seen,
  decisions: Decisions,
  applied: readonly Applied[],
  settings: FindingSettings,
  now: Date,
): ScanReport {
  const { rule, nonCompliantUserIds, warnings } = seen.compliance;
  const actions = applied.flatMap((one) => one.actions);
  const failures = applied.flatMap((one) => one.failures);
  return {
    rule,
    scannedAt: now,
    nonCompliant: nonCompliantUserIds.length,
    complete: decisions.wholeSight && failures.length === 0,
    findings: findingsIn(seen, decisions, linksAfter(seen, actions, settings), now),
    actions,
    unreadable: unreadableIn(seen, decisions),
    failures,
    withheld: decisions.withheld.map(({ issue }) => linkTo(issue)),
    deferred: decisions.deferred,
    warnings,
  };
}

/** The issue that stands for each user now, by user id. */
function linksAfter(
  { issues, compliance }: Seen,
  actions: readonly ReportedAction[],
  { isSealed }: FindingSettings,
): ReadonlyMap<string, IssueLink> {
  const links = new Map<string, IssueLink>();
  for (const [userId, { kept }] of trackIssues(issues, compliance.rule.accountId, isSealed)) {
    if (kept) links.set(userId, linkTo(kept.issue));
  }
  for (const action of actions) {
    const link = action.kind === 'duplicate' ? action.kept : action.issue;
    if (link) links.set(action.subject.userId, link);
  }
  return links;
}

/** A live read knows better than the scan's evidence, unless it said nothing. */
function findingsIn(
  { compliance, evidence }: Seen,
  { live }: Decisions,
  links: ReadonlyMap<string, IssueLink>,
  now: Date,
): ReportedFinding[] {
  const { rule, nonCompliantUserIds } = compliance;
  return nonCompliantUserIds
    .flatMap((userId) => {
      const answer = live.get(userId);
      const best = answer && answer.kind !== 'unreadable' ? answer : evidence.get(userId);
      return findingOf(best, rule.maxAccessKeyAge, now) ?? [];
    })
    .toSorted(byOldestKey)
    .map((finding) => {
      const issue = links.get(finding.user.userId);
      return { finding, ...(issue && { issue }) };
    });
}

function unreadableIn({ compliance, evidence }: Seen, { live }: Decisions): ScanReport['unreadable'] {
  const { accountId } = compliance.rule;
  const scanned = compliance.nonCompliantUserIds.map((userId) => [userId, evidence.get(userId)] as const);
  return [...scanned, ...live].flatMap(([userId, one]) => {
    if (one !== undefined && one.kind !== 'unreadable') return [];
    const reason = one?.reason ?? 'nothing was read about this user.';
    return [{ subject: { accountId, userId }, reason }];
  });
}
