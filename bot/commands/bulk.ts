import { refuse } from '../../shared/remediation/refusal.ts';
import { requestBulk } from '../../shared/remediation/request-bulk.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import type { Message } from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';
import { accountChoice } from '../blocks/account-choice.ts';
import { answer } from '../blocks/answer.ts';
import { bulkStatusLines } from '../blocks/bulk-status.ts';
import type { Bot } from '../bot.ts';
import { requestIdOf } from '../request-id.ts';
import type { Visit } from '../visit.ts';
import type { Command } from './grammar.ts';

/**
 * `/keys remediate --all-unused`: in the one account that has findings, or in the one that was named; with several it is
 * asked which.
 *
 * @throws KeyturnError also when it is refused
 */
export async function bulk(bot: Bot, visit: Visit, command: Command, text: string): Promise<Message> {
  if (command.account !== undefined) return chooseBulkAccount(bot, visit, command);
  const open = (await bot.findings.all()).filter(({ state }) => state === 'open');
  const accounts = [...new Set(open.map(({ finding }) => finding.accountId))].sort();
  const [account] = accounts;
  if (account === undefined) throw refuse('nothing-to-do', 'No finding is open.').error;
  if (accounts.length > 1) return accountChoice(accounts, text);
  return chooseBulkAccount(bot, visit, { ...command, account });
}

/** The same when the account is known. */
export async function chooseBulkAccount(
  bot: Bot,
  { person, delivery }: Pick<Visit, 'person' | 'delivery'>,
  { account = '', reason = '' }: Command,
): Promise<Message> {
  const requestId = requestIdOf(delivery);
  const result = await requestBulk(bot.world, { requestId, accountId: account, requester: person, reason });
  if (result.kind === 'refused') throw result.error;
  bot.bulks.follow(result.issue);
  return answer(
    md`*Requested*: the card is in the channel, and the request on ${issueLink(result.issue)}.`,
    ...bulkStatusLines(result),
  );
}
