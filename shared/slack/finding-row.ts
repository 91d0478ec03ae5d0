import { countOf } from '../keys/written-moments.ts';
import type { TrailIssue } from '../remediation/ports.ts';
import { exemptLabel, pendingLabel, reactivatedLabel } from '../trail/labels.ts';
import { actionIds, encodeValue } from './action-ids.ts';
import { issueLink } from './issue-link.ts';
import { limits } from './limits.ts';
import { type Block, button, section } from './message.ts';
import { code, join, type Mrkdwn, md, plain } from './mrkdwn.ts';
import { phraseAge } from './phrase-age.ts';

/** One finding in a list. */
export interface ListedFinding {
  readonly subject: Pick<TrailIssue, 'finding' | 'userName' | 'labels'>;
  /** Absent: it is yet to be opened, so there is nothing to review. */
  readonly issue?: Pick<TrailIssue, 'number' | 'url'>;
  /** Of the oldest Active key, as far as it is known. */
  readonly oldestKeyAt?: Date;
}

/** One line about a finding, with a button that shows it. */
export function findingRow({ subject, issue, oldestKeyAt }: ListedFinding, now: Date): Block {
  const { userName, finding } = subject;
  const name = code(userName ?? finding.userId, limits.name);
  const facts = [
    md`${name} in ${finding.accountId}`,
    ...(oldestKeyAt ? [md`key ${phraseAge(oldestKeyAt, now)}`] : []),
    ...hintsOf(subject),
    ...(issue ? [issueLink(issue)] : []),
  ];
  const row = section(join(facts, ' · '));
  if (!issue) return row;
  const value = encodeValue('finding', { issue: issue.number });
  return { ...row, accessory: button({ label: 'Review', actionId: actionIds.review, value }) };
}

/** What the issue's labels say; the trail may know better. */
function hintsOf({ labels }: ListedFinding['subject']): Mrkdwn[] {
  return [
    ...(labels.includes(pendingLabel) ? [md`⏳ a request is open`] : []),
    ...(labels.includes(exemptLabel) ? [md`⏸️ exempt`] : []),
    ...(labels.includes(reactivatedLabel) ? [md`⚠️ Active again`] : []),
  ];
}

/** "1 finding", "12 findings" */
export function countFindings(count: number): Mrkdwn {
  return plain(countOf(count, 'finding'));
}
