import { context, type Message, message, section } from '../../shared/slack/message.ts';
import { code, type Mrkdwn, md, plain } from '../../shared/slack/mrkdwn.ts';
import { forms, type Subcommand, usages } from '../commands/grammar.ts';

/** `/keys help`, from the grammar itself. */
export function help(): Message {
  const lines = Object.keys(forms).filter(isSubcommand).flatMap(usages).map(line);
  return message(md`What can be typed after /keys`, [
    section(md`*Keyturn retires old access keys; it takes two to turn the key.*`),
    section(...lines),
    context(md`Everything is an answer to you alone, except requests and what becomes of them.`),
  ]);
}

function line({ words, says }: ReturnType<typeof usages>[number]): Mrkdwn {
  return md`${code(words)} — ${plain(says)}`;
}

function isSubcommand(name: string): name is Subcommand {
  return Object.hasOwn(forms, name);
}
