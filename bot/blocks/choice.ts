import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { actionIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import { limits } from '../../shared/slack/limits.ts';
import { type Block, button, context, type Message, message, section } from '../../shared/slack/message.ts';
import { type Mrkdwn, md, plain, shortLine } from '../../shared/slack/mrkdwn.ts';

/** Longest command that is kept in a button: JSON may double it. */
export const longestText = 700;

/**
 * One user name in several accounts, or given to several users one after the other: which one? `text` is what was typed
 * after `/keys`.
 */
export function choice(userName: string, issues: readonly TrailIssue[], text: string): Message {
  const title = md`*${userName}* ${whereIs(issues)}. Which one?`;
  const shown = issues.slice(0, limits.accountsInChoice);
  return message(title, [
    section(title),
    ...shown.map((issue) => row(issue, shortLine(text, longestText))),
    shown.length < issues.length
      ? context(md`and ${issues.length - shown.length} more: type the account after the name`)
      : undefined,
  ]);
}

function whereIs(issues: readonly TrailIssue[]): Mrkdwn {
  const accounts = new Set(issues.map(({ finding }) => finding.accountId));
  if (accounts.size > 1 && accounts.size < issues.length)
    return md`has ${issues.length} findings in ${accounts.size} accounts`;
  if (accounts.size > 1) return md`is in ${accounts.size} accounts`;
  return md`is the name of ${issues.length} users of one account`;
}

function row(issue: TrailIssue, text: string): Block {
  return {
    ...section(
      md`${issue.finding.accountId} · ${issue.finding.userId} · ${issueLink(issue)}, ${plain(issue.state)}`,
    ),
    accessory: button({
      label: 'This one',
      actionId: actionIds.choose,
      value: encodeValue('choice', { issue: issue.number, text }),
    }),
  };
}
