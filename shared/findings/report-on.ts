import { readBulkMarker } from '../trail/bulk-marker.ts';
import { brokenLabel, bulkLabel, hasLabel } from '../trail/labels.ts';
import { linkTo } from './apply.ts';
import type { Conclusion, Judged } from './conclude.ts';
import type { Terms } from './examine.ts';
import { byOldestKey, findingOf } from './finding.ts';
import type { FirstLook } from './first-look.ts';
import { exemptionsOf, hasHint, holdOf } from './hold.ts';
import { readMarker } from './marker.ts';
import type { IssueRecord } from './ports.ts';
import type { IssueLink, ReportedAction, ReportedFinding, ScanReport } from './report.ts';
import { agesOf } from './settings.ts';
import { type TrackedIssues, trackIssues } from './tracked-issues.ts';

/** What a report needs besides what was decided and done. */
export interface Seen extends Pick<ScanReport, 'scope' | 'unreadableAccounts' | 'warnings'> {
  readonly first: FirstLook;
}

/** Puts together what a scan saw, decided and did. */
export function reportOn(
  { scope, first, unreadableAccounts, warnings }: Seen,
  { accounts, applied, deferred }: Conclusion,
  terms: Pick<Terms, 'settings' | 'now'>,
): ScanReport {
  const actions = applied.flatMap((one) => one.actions);
  const failures = applied.flatMap((one) => one.failures);
  const ofAccount = Map.groupBy(actions, ({ subject }) => subject.accountId);
  const isWhole = accounts.every(({ decisions }) => decisions.wholeSight) && unreadableAccounts.length === 0;
  const counts = [
    ...accounts.map(({ sight }) => sight.compliance.nonCompliantUserIds.length),
    ...unreadableAccounts.map(({ nonCompliant }) => nonCompliant),
  ];
  return {
    scope,
    scannedAt: terms.now,
    nonCompliant: counts.reduce((sum, count) => sum + count, 0),
    complete: isWhole && failures.length === 0,
    evaluated: accounts.every(({ sight }) => sight.compliance.evaluated),
    findings: accounts
      .flatMap((one) => findingsIn(one, ofAccount.get(one.sight.compliance.rule.accountId) ?? [], terms))
      .toSorted((a, b) => byOldestKey(a.finding, b.finding)),
    actions,
    unreadableAccounts,
    unreadable: accounts.flatMap(unreadableIn),
    failures,
    withheld: accounts.flatMap(({ decisions }) => decisions.withheld.map(({ issue }) => linkTo(issue))),
    // Openings are tried oldest key first, and what is beyond the limit is younger than all of them.
    deferred: [...applied.flatMap((one) => one.deferred), ...deferred],
    warnings: [...warnings, ...unverifiedIn(first), ...unmarkedIn(first)],
  };
}

/** Hints that had to be believed. */
function unverifiedIn({ hinted, holds }: FirstLook): string[] {
  const unverified = hinted.filter(hasHint).filter(({ number }) => !holds.has(number));
  if (unverified.length === 0) return [];
  const numbers = unverified.map(({ number }) => `#${number}`);
  return [
    `The trail of ${numbers.slice(0, 10).join(', ')}${numbers.length > 10 ? ' and others' : ''} could not be verified: no policy file names the bot's public keys, or a newer version of Keyturn wrote it. Until it is, a request there counts as unfinished and an exemption as none.`,
  ];
}

/** Issues that Keyturn cannot tell apart from somebody else's any more. */
function unmarkedIn({ listed }: FirstLook): string[] {
  return listed
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
  { sight, decisions }: Judged,
  actions: readonly ReportedAction[],
  { settings, now }: Pick<Terms, 'settings' | 'now'>,
): ReportedFinding[] {
  const { compliance, evidence, issues, holds } = sight;
  const { rule, nonCompliantUserIds } = compliance;
  const tracked = trackIssues(issues, rule.accountId, holds);
  const links = linksAfter(tracked, actions);
  return nonCompliantUserIds.flatMap((userId) => {
    const answer = decisions.live.get(userId);
    const best = answer && answer.kind !== 'unreadable' ? answer : evidence.get(userId);
    const finding = findingOf(best, rule.maxAccessKeyAge, now);
    if (finding === undefined) return [];
    const issue = links.get(userId);
    const kept = tracked.get(userId)?.kept?.issue;
    const keyIds = finding.overAge.map(({ id }) => id);
    const exemptions = kept ? exemptionsOf(holdOf(kept, holds), keyIds, now) : [];
    return [{ finding, ages: agesOf(rule, settings), exemptions, ...(issue && { issue }) }];
  });
}

function unreadableIn({ sight, decisions }: Judged): ScanReport['unreadable'] {
  const { rule, nonCompliantUserIds } = sight.compliance;
  const { accountId } = rule;
  const scanned = nonCompliantUserIds.map((userId) => [userId, sight.evidence.get(userId)] as const);
  return [...scanned, ...decisions.live].flatMap(([userId, one]) => {
    if (one !== undefined && one.kind !== 'unreadable') return [];
    const reason = one?.reason ?? 'nothing was read about this user.';
    return [{ subject: { accountId, userId }, reason }];
  });
}

/** A bulk request is the bot's own business. */
function isOfBulk(issue: IssueRecord): boolean {
  return hasLabel(issue, bulkLabel) || readBulkMarker(issue.body) !== undefined;
}
