import type { RespondFn } from '@slack/bolt';
import type { Message } from '../shared/slack/message.ts';
import type { Bot } from './bot.ts';
import { askingSlack } from './slack-error.ts';
import type { Tell } from './visit.ts';

/** Where somebody is, and how Slack lets them be answered there. */
export interface Place {
  readonly personId: string;
  readonly channelId: string | undefined;
  /** By the response URL: works in every conversation, five times in half an hour. */
  readonly respond: RespondFn;
}

/** Answers so that this person alone sees it; without the response URL when that does not work. */
export function ephemeral(bot: Bot, place: Place): Tell {
  return (message) => reply(bot, place, message, false);
}

/** The same, in the place of the message whose button was pressed. */
export function replacing(bot: Bot, place: Place): Tell {
  return (message) => reply(bot, place, message, true);
}

async function reply(bot: Bot, place: Place, message: Message, isReplacing: boolean): Promise<void> {
  const { personId: user, channelId: channel, respond } = place;
  try {
    await respond({ ...message, response_type: 'ephemeral', replace_original: isReplacing });
  } catch (error) {
    bot.journal.warn('the response URL did not work', error);
    if (channel === undefined) throw error;
    await askingSlack('show an answer', () => bot.slack.chat.postEphemeral({ ...message, channel, user }));
  }
}
