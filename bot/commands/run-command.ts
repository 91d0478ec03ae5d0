import type { TrailIssue } from '../../shared/remediation/ports.ts';
import type { Message } from '../../shared/slack/message.ts';
import { choice } from '../blocks/choice.ts';
import { help } from '../blocks/help.ts';
import type { Bot } from '../bot.ts';
import type { Visit } from '../visit.ts';
import { ask } from './ask.ts';
import { bulk } from './bulk.ts';
import { exempt } from './exempt.ts';
import type { Command } from './grammar.ts';
import { list } from './list.ts';
import { show } from './show.ts';
import { findTarget } from './target.ts';
import { whoami } from './whoami.ts';

/**
 * Does what was typed. `text` is what the command was read from: it comes back with the button that chooses one of
 * several users.
 *
 * @throws KeyturnError also when what was asked for is refused
 */
export async function runCommand(bot: Bot, visit: Visit, command: Command, text: string): Promise<Message> {
  switch (command.name) {
    case 'help':
      return help();
    case 'list':
      return list(bot, command.account, 0);
    case 'pending':
      return bot.pending();
    case 'whoami':
      return whoami(bot, visit.person.id);
    default: {
      if (command.all) return bulk(bot, visit, command, text);
      const target = await findTarget(bot, command);
      if (target.kind === 'several') return choice(command.user ?? '', target.issues, text);
      return runOn(bot, visit, target.issue, command);
    }
  }
}

/** Does what was typed to the one user who is meant. */
export async function runOn(bot: Bot, visit: Visit, issue: TrailIssue, command: Command): Promise<Message> {
  const { name, strict, reason } = command;
  switch (name) {
    case 'remediate':
      return ask(bot, visit, issue.finding, { kind: strict ? 'strict' : 'runbook' }, reason);
    case 'exempt':
      return exempt(bot, visit, issue, command);
    case 'undo':
      return ask(bot, visit, issue.finding, { kind: 'undo' }, reason);
    default:
      return show(bot, issue);
  }
}
