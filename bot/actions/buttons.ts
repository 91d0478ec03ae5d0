import { readFindingTrail } from '../../shared/remediation/finding-trail.ts';
import { refuse } from '../../shared/remediation/refusal.ts';
import type { Message } from '../../shared/slack/message.ts';
import { plain } from '../../shared/slack/mrkdwn.ts';
import { answer } from '../blocks/answer.ts';
import type { Bot } from '../bot.ts';
import { ask } from '../commands/ask.ts';
import { parseCommand } from '../commands/grammar.ts';
import { list } from '../commands/list.ts';
import { runOn } from '../commands/run-command.ts';
import { show } from '../commands/show.ts';
import { type Click, readValue } from './click.ts';

/** Review, in a list or in the digest of a scan: as `/keys show`. */
export async function review(bot: Bot, { value }: Click): Promise<Message> {
  return show(bot, await bot.world.issues.read(readValue('finding', value).issue));
}

/** Turns a page of the list, in its place. */
export async function turnPage(bot: Bot, { value, replace }: Click): Promise<undefined> {
  const { account, page } = readValue('page', value);
  await replace(await list(bot, account, page));
}

/** One of several users of one name: goes on with the command that was typed. */
export async function choose(bot: Bot, click: Click): Promise<Message> {
  const { issue, text } = readValue('choice', click.value);
  const parsed = parseCommand(text);
  if (!parsed.ok) return answer(plain(parsed.problem));
  return runOn(bot, click, await bot.world.issues.read(issue), parsed.command);
}

/** The buttons below a finding that ask for a remediation. */
export function remediate(kind: 'runbook' | 'strict') {
  return async (bot: Bot, click: Click): Promise<Message> => {
    const issue = await bot.world.issues.read(readValue('finding', click.value).issue);
    return ask(bot, click, issue.finding, { kind });
  };
}

/** What comes after a runbook that left a key Active: strict, if the trail has that request. */
export async function requestStrict(bot: Bot, click: Click): Promise<Message> {
  const { issue: number, requestId } = readValue('request', click.value);
  const { world } = bot;
  const [policy, issue] = await Promise.all([world.policies.read(), world.issues.read(number)]);
  const { state } = await readFindingTrail(world, policy, issue);
  if (!state.requests.has(requestId)) {
    throw refuse('request-unknown', 'The trail of the issue has no such request.').error;
  }
  return ask(bot, click, issue.finding, { kind: 'strict' }, 'A key was left Active by the runbook.');
}
