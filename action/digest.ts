import type { ReportedFinding, ScanReport } from '../shared/findings/report.ts';
import type { ListedFinding } from '../shared/slack/finding-row.ts';
import type { Message } from '../shared/slack/message.ts';
import { newFindings } from '../shared/slack/new-findings.ts';

/** What this scan has to tell in Slack; undefined when it opened and reopened no issue. */
export function digest(report: ScanReport): Message | undefined {
  const { findings, deferred, complete, scannedAt } = report;
  const opened = usersOf(report, 'open');
  const reopened = usersOf(report, 'reopen');
  const fresh = findings.filter(
    ({ finding }) => opened.has(finding.user.userId) || reopened.has(finding.user.userId),
  );
  const news = {
    fresh: fresh.map(listed),
    back: fresh.filter(({ finding }) => reopened.has(finding.user.userId)).length,
    inAll: findings.length,
    deferred: deferred.length,
    complete,
  };
  return newFindings(news, scannedAt);
}

/** Users whose issue this scan opened or reopened, but for those whom a scan at the same time was first to tell. */
function usersOf({ actions }: ScanReport, kind: 'open' | 'reopen'): ReadonlySet<string> {
  const duplicates = actions.flatMap((action) => (action.kind === 'duplicate' ? (action.issue ?? []) : []));
  const isDuplicate = (number: number | undefined) => duplicates.some((issue) => issue.number === number);
  return new Set(
    actions
      .filter((action) => action.kind === kind && !isDuplicate(action.issue?.number))
      .map(({ subject }) => subject.userId),
  );
}

function listed({ finding, issue }: ReportedFinding): ListedFinding {
  const { user, overAge } = finding;
  const { accountId, userId, userName } = user;
  return {
    subject: { finding: { accountId, userId }, userName, labels: [] },
    ...(issue && { issue }),
    oldestKeyAt: overAge[0].createdAt,
  };
}
