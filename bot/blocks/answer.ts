import type { KeyturnError } from '../../shared/errors.ts';
import { context, type Message, message, section } from '../../shared/slack/message.ts';
import { type Mrkdwn, md } from '../../shared/slack/mrkdwn.ts';
import { fact, remedy } from './modal.ts';

/** A short answer for one person. */
export function answer(...lines: readonly [Mrkdwn, ...Mrkdwn[]]): Message {
  return message(lines[0], [section(...lines)]);
}

/** A refusal or a failure: what happened and why, then what to do. */
export function errorAnswer(error: KeyturnError): Message {
  return message(md`✋ ${fact(error)}`, [section(md`✋ ${fact(error)}`), context(remedy(error))]);
}

/** A failure of our own: whoever runs the bot finds it in the logs by this id. */
export function unexpectedAnswer(logId: string): Message {
  return answer(
    md`✋ Something went wrong that nobody foresaw, so it is not known whether this was done.`,
    md`The issue has what was recorded; the bot's log has the cause under ${logId}.`,
  );
}
