import { countOf } from '../../shared/keys/written-moments.ts';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { actionIds, encodeValue } from './action-ids.ts';
import { phraseAge } from './evidence.ts';
import { limits } from './limits.ts';
import { actions, type Block, button, context, type Message, message, section } from './message.ts';
import { code, join, type Mrkdwn, md, plain } from './mrkdwn.ts';
import { issueLink } from './request-card.ts';

/** One open finding in a list. */
export interface ListedFinding {
  readonly issue: TrailIssue;
  /** Of the oldest Active key, as far as it is known. */
  readonly oldestKeyAt?: Date;
}

export interface FindingListInput {
  /** All of them, in any order. */
  readonly findings: readonly ListedFinding[];
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
    ...shown.map((finding) => findingRow(finding, now)),
    context(md`${first + 1} to ${first + shown.length} of ${findings.length}`),
    pageButtons(at, pages, account),
  ]);
}

/** One line about a finding, with a button that shows it. */
export function findingRow({ issue, oldestKeyAt }: ListedFinding, now: Date): Block {
  const facts = [
    ...(oldestKeyAt ? [md`key ${phraseAge(oldestKeyAt, now)}`] : []),
    ...hintsOf(issue),
    issueLink(issue),
  ];
  const { userName, finding } = issue;
  return {
    ...section(
      md`${code(userName ?? finding.userId, limits.name)} in ${finding.accountId} · ${join(facts, ' · ')}`,
    ),
    accessory: button({
      label: 'Review',
      actionId: actionIds.review,
      value: encodeValue('finding', { issue: issue.number }),
    }),
  };
}

/** What the issue's labels say; the trail may know better. */
function hintsOf({ labels }: TrailIssue): Mrkdwn[] {
  return [
    ...(labels.includes('keyturn:pending') ? [md`⏳ a request is open`] : []),
    ...(labels.includes('keyturn:exempt') ? [md`⏸️ exempt`] : []),
    ...(labels.includes('reactivated') ? [md`⚠️ Active again`] : []),
  ];
}

function byAge(one: ListedFinding, other: ListedFinding): number {
  const bornAt = ({ oldestKeyAt }: ListedFinding) => oldestKeyAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
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

/** "1 finding", "12 findings" */
export function countFindings(count: number): Mrkdwn {
  return plain(countOf(count, 'finding'));
}
