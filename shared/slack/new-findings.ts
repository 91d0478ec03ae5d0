import { countFindings, findingRow, type ListedFinding } from './finding-row.ts';
import { limits } from './limits.ts';
import { context, type Message, message, section } from './message.ts';
import { join, md } from './mrkdwn.ts';

/** What a scan found that the scan before it had not. */
export interface FindingNews {
  /** In the order in which they are shown. */
  readonly fresh: readonly ListedFinding[];
  /** How many of them had been closed before. */
  readonly back: number;
  /** Findings in all, known ones included. */
  readonly inAll: number;
  /** Findings that get their issue from a later scan. */
  readonly deferred: number;
  /** Whether the scan saw everything. */
  readonly complete: boolean;
}

/** One message about what is new, or nothing when nothing is. */
export function newFindings(news: FindingNews, now: Date): Message | undefined {
  const { fresh, back, inAll, deferred, complete } = news;
  if (fresh.length === 0) return undefined;
  const counts = [
    ...(fresh.length > back ? [md`*${countFindings(fresh.length - back)}* new`] : []),
    ...(back > 0 ? [md`*${countFindings(back)}* back again`] : []),
  ];
  const title = md`🔑 ${join(counts)}; ${inAll} in all`;
  const shown = fresh.slice(0, limits.findingsOnPage);
  const left = fresh.length - shown.length;
  return message(title, [
    section(title),
    ...shown.map((finding) => findingRow(finding, now)),
    left > 0 ? context(md`and ${left} more: /keys list`) : undefined,
    deferred > 0 ? context(md`${deferred} of them wait for the next scan to open their issues`) : undefined,
    complete ? undefined : context(md`⚠️ The scan could not see everything; its job summary says what.`),
  ]);
}
