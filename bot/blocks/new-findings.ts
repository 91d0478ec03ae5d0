import { countFindings, findingRow, type ListedFinding } from './finding-list.ts';
import { limits } from './limits.ts';
import { context, type Message, message, section } from './message.ts';
import { md } from './mrkdwn.ts';

/** What a scan found that no scan before it had: one message, or nothing when there is no news. */
export function newFindings(
  fresh: readonly ListedFinding[],
  openInAll: number,
  now: Date,
): Message | undefined {
  if (fresh.length === 0) return undefined;
  const title = md`🔑 *${countFindings(fresh.length)}* new; ${openInAll} open in all`;
  const shown = fresh.slice(0, limits.findingsOnPage);
  const left = fresh.length - shown.length;
  return message(title, [
    section(title),
    ...shown.map((finding) => findingRow(finding, now)),
    left > 0 ? context(md`and ${left} more: /keys list`) : undefined,
  ]);
}
