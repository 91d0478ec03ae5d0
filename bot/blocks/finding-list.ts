import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { actionIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { countFindings, findingRow } from '../../shared/slack/finding-row.ts';
import { limits } from '../../shared/slack/limits.ts';
import {
  actions,
  type Block,
  button,
  context,
  type Message,
  message,
  section,
} from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';

/** A finding that has an issue. */
export interface OpenFinding {
  readonly issue: TrailIssue;
  /** Of the oldest Active key, as far as it is known. */
  readonly oldestKeyAt?: Date;
}

export interface FindingListInput {
  /** All of them, in any order. */
  readonly findings: readonly OpenFinding[];
  /** From 0; one beyond the end shows the last. */
  readonly page: number;
  /** 12 digits, when the list is of one account. */
  readonly account?: string;
  readonly now: Date;
}

/** Findings, the oldest key first, with a Review button each and buttons to turn the page. */
export function findingList({ findings, page, account, now }: FindingListInput): Message {
  const where = account === undefined ? md`` : md` in account ${account}`;
  if (findings.length === 0) {
    return message(md`No finding is open`, [
      section(md`✅ *No finding is open*${where}. That is what the last scan saw.`),
    ]);
  }
  const pages = Math.ceil(findings.length / limits.findingsOnPage);
  const at = Math.min(page, pages - 1);
  const first = at * limits.findingsOnPage;
  const shown = findings.toSorted(byAge).slice(first, first + limits.findingsOnPage);
  const title = md`*Open: ${countFindings(findings.length)}*${where}, oldest key first`;
  return message(title, [
    section(title),
    ...shown.map((finding) => findingRow({ ...finding, subject: finding.issue }, now)),
    context(md`${first + 1} to ${first + shown.length} of ${findings.length}`),
    pageButtons(at, pages, account),
  ]);
}

function byAge(one: OpenFinding, other: OpenFinding): number {
  const bornAt = ({ oldestKeyAt }: OpenFinding) => oldestKeyAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return bornAt(one) - bornAt(other) || one.issue.number - other.issue.number;
}

function pageButtons(page: number, pages: number, account: string | undefined): Block | undefined {
  const turn = (to: number, label: string) =>
    button({
      label,
      actionId: `${actionIds.listPage}_${to}`,
      value: encodeValue('page', { page: to, ...(account !== undefined && { account }) }),
    });
  const buttons = [
    ...(page > 0 ? [turn(page - 1, '◀ Older')] : []),
    ...(page < pages - 1 ? [turn(page + 1, 'Newer ▶')] : []),
  ];
  return buttons.length > 0 ? actions(...buttons) : undefined;
}
