import { planStrict } from '../../shared/keys/plan-strict.ts';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { refuse } from '../../shared/remediation/refusal.ts';
import type { Message } from '../../shared/slack/message.ts';
import type { Bot } from '../bot.ts';
import type { Visit } from '../visit.ts';
import { ask } from './ask.ts';
import type { Command } from './grammar.ts';

const day = 24 * 3_600_000;

/**
 * `/keys exempt`: for the keys that are over age now, and no others.
 *
 * @throws KeyturnError also when there is none
 */
export async function exempt(
  bot: Bot,
  visit: Visit,
  { finding, userName }: TrailIssue,
  { days = 0, reason }: Command,
): Promise<Message> {
  const { users, rules, clock } = bot.world;
  const [user, { maxAccessKeyAge }] = await Promise.all([
    users.readUser(finding, userName),
    rules.readRule(finding.accountId),
  ]);
  if (!user) throw refuse('user-gone', 'IAM has no such user any more.').error;
  const now = clock.now();
  const keyIds = planStrict(user, maxAccessKeyAge, now).deactivates;
  if (keyIds.length === 0) {
    throw refuse('nothing-to-do', `${user.userName} has no Active key older than ${maxAccessKeyAge} days.`)
      .error;
  }
  const until = new Date(now.getTime() + days * day);
  return ask(bot, visit, finding, { kind: 'exempt', keyIds, until }, reason);
}
