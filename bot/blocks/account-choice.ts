import { actionIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { limits } from '../../shared/slack/limits.ts';
import { button, context, type Message, message, section } from '../../shared/slack/message.ts';
import { md, shortLine } from '../../shared/slack/mrkdwn.ts';
import { longestText } from './choice.ts';

/** Findings stand in several accounts: which one? `text` is what was typed after `/keys`. */
export function accountChoice(accounts: readonly string[], text: string): Message {
  const title = md`Findings are open in ${accounts.length} accounts. Which one?`;
  const shown = accounts.slice(0, limits.accountsInChoice);
  return message(title, [
    section(title),
    ...shown.map((account) => ({
      ...section(md`${account}`),
      accessory: button({
        label: 'This one',
        actionId: actionIds.chooseAccount,
        value: encodeValue('account', { account, text: shortLine(text, longestText) }),
      }),
    })),
    shown.length < accounts.length
      ? context(md`and ${accounts.length - shown.length} more: type the account`)
      : undefined,
  ]);
}
