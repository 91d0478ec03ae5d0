import type { Evidence } from '../keys/evidence.ts';
import { readBulkMarker } from '../trail/bulk-marker.ts';
import { brokenLabel, bulkLabel, hasLabel } from '../trail/labels.ts';
import { type Applied, linkTo } from './apply.ts';
import type { Decisions } from './decide.ts';
import { byOldestKey, findingOf } from './finding.ts';
import { exemptionsOf, hasHint, holdOf, type IssueHold } from './hold.ts';
import { readMarker } from './marker.ts';
import type { Compliance, IssueRecord } from './ports.ts';
import type { IssueLink, ReportedAction, ReportedFinding, ScanReport } from './report.ts';
import { type TrackedIssues, trackIssues } from './tracked-issues.ts';
import { hintedIssues } from './trails-to-read.ts';

interface Seen {
  readonly issues: readonly IssueRecord[];
  readonly compliance: Compliance;
  readonly evidence: ReadonlyMap<string, Evidence>;
  readonly holds: ReadonlyMap<number, IssueHold>;
}

/** Puts together what a scan saw, decided and did. */
export function reportOn(
  seen: Seen,
  decisions: Decisions,
  applied: readonly Applied[],
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
    evaluated: seen.compliance.evaluated,
    findings: findingsIn(seen, decisions, actions, now),
    actions,
    unreadable: unreadableIn(seen, decisions),
    failures,
    withheld: decisions.withheld.map(({ issue }) => linkTo(issue)),
    // Openings are tried oldest key first, and what is beyond the limit is younger than all of them.
    deferred: [...applied.flatMap((one) => one.deferred), ...decisions.deferred],
    warnings: [...warnings, ...unverifiedIn(seen), ...unmarkedIn(seen)],
  };
}

/** Hints that had to be believed. */
function unverifiedIn({ issues, compliance, holds }: Seen): string[] {
  const hinted = hintedIssues(issues, compliance.rule.accountId).filter(hasHint);
  const unverified = hinted.filter(({ number }) => !holds.has(number)).map(({ number }) => `#${number}`);
  if (unverified.length === 0) return [];
  return [
    `The trail of ${unverified.slice(0, 10).join(', ')}${unverified.length > 10 ? ' and others' : ''} could not be verified: no policy file names the bot's public keys, or a newer version of Keyturn wrote it. Until it is, a request there counts as unfinished and an exemption as none.`,
  ];
}

/** Issues that Keyturn cannot tell apart from somebody else's any more. */
function unmarkedIn({ issues }: Seen): string[] {
  return issues
    .filter(({ body }) => readMarker(body) === undefined)
    .filter((issue) => !hasLabel(issue, brokenLabel) && !isOfBulk(issue))
    .slice(0, 10)
    .map(
      ({ number }) =>
        `#${number} has the label keyturn but names no finding: restore the hidden last line of its text, or take the label off.`,
    );
}

/** The issue that stands for each user now, by user id. */
function linksAfter(
  tracked: ReadonlyMap<string, TrackedIssues>,
  actions: readonly ReportedAction[],
): ReadonlyMap<string, IssueLink> {
  const links = new Map<string, IssueLink>();
  for (const [userId, { kept }] of tracked) {
    if (kept) links.set(userId, linkTo(kept.issue));
  }
  for (const action of actions.filter(({ kind }) => kind !== 'broken')) {
    const link = action.kind === 'duplicate' ? action.kept : action.issue;
    if (link) links.set(action.subject.userId, link);
  }
  return links;
}

/** A live read knows better than the scan's evidence, unless it said nothing. */
function findingsIn(
  { compliance, evidence, issues, holds }: Seen,
  { live }: Decisions,
  actions: readonly ReportedAction[],
  now: Date,
): ReportedFinding[] {
  const { rule, nonCompliantUserIds } = compliance;
  const tracked = trackIssues(issues, rule.accountId, holds);
  const links = linksAfter(tracked, actions);
  return nonCompliantUserIds
    .flatMap((userId) => {
      const answer = live.get(userId);
      const best = answer && answer.kind !== 'unreadable' ? answer : evidence.get(userId);
      return findingOf(best, rule.maxAccessKeyAge, now) ?? [];
    })
    .toSorted(byOldestKey)
    .map((finding) => {
      const { userId } = finding.user;
      const issue = links.get(userId);
      const kept = tracked.get(userId)?.kept?.issue;
      const keyIds = finding.overAge.map(({ id }) => id);
      const exemptions = kept ? exemptionsOf(holdOf(kept, holds), keyIds, now) : [];
      return { finding, exemptions, ...(issue && { issue }) };
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

/** A bulk request is the bot's own business. */
function isOfBulk(issue: IssueRecord): boolean {
  return hasLabel(issue, bulkLabel) || readBulkMarker(issue.body) !== undefined;
}
