import { randomUUID } from 'node:crypto';
import { KeyturnError } from '../shared/errors.ts';
import { refuseGuest } from '../shared/remediation/rights.ts';
import type { Message } from '../shared/slack/message.ts';
import type { Actor } from '../shared/trail/events.ts';
import { clip } from '../shared/trail/text.ts';
import { errorAnswer, unexpectedAnswer } from './blocks/answer.ts';
import type { Bot } from './bot.ts';

/** How to answer one person. */
export type Tell = (message: Message) => Promise<void>;

/** The part of the bot that it takes to attend to somebody. */
export type Host = Pick<Bot, 'world' | 'deliveries' | 'tasks' | 'journal' | 'teamId'>;

/** Somebody asked for something, by a command, a button or a modal. */
export interface Visit {
  readonly person: Actor;
  /** The workspace that Slack names; absent: none. */
  readonly teamId: string | undefined;
  /** What it is about, for the log. */
  readonly task: string;
  /** The same when Slack delivers again, and for nothing else. */
  readonly delivery: string;
  readonly tell: Tell;
}

export function actorOf(id: string, name: string | undefined): Actor {
  return { kind: 'slack', id, name: clip(name ?? id, 100) };
}

/**
 * Does the work after Slack has its answer, and tells the person what came of it; whatever goes wrong is told, too. A
 * repeated delivery does nothing.
 *
 * @param first what cannot wait until it is known who asks; it must show and do nothing
 */
export function attend(
  bot: Host,
  visit: Visit,
  work: () => Promise<Message | undefined>,
  first: () => Promise<void> = async () => undefined,
): void {
  if (!bot.deliveries.isNew(visit.delivery)) return;
  const { person, task, tell } = visit;
  const logId = randomUUID();
  bot.tasks.run(
    () =>
      bot.journal.under({ logId, task, person: person.id }, async () => {
        const message = await outcomeOf(bot, visit, [first, work], logId);
        if (message) await tell(message);
      }),
    (error) => bot.journal.failed(`answer ${person.id} (${task})`, error),
  );
}

async function outcomeOf(
  bot: Host,
  visit: Visit,
  [first, work]: readonly [() => Promise<void>, () => Promise<Message | undefined>],
  logId: string,
): Promise<Message | undefined> {
  try {
    await first();
    await refuseStranger(bot, visit);
    return await work();
  } catch (error) {
    if (!(error instanceof KeyturnError)) {
      bot.journal.failed(visit.task, error);
      return unexpectedAnswer(logId);
    }
    bot.journal.warn(`${visit.task}: refused`, error);
    return errorAnswer(error);
  }
}

/** @throws KeyturnError unless it is a full member of the bot's own workspace */
async function refuseStranger(bot: Host, { person, teamId }: Visit): Promise<void> {
  if (teamId !== bot.teamId) {
    throw new KeyturnError('member-restricted', 'This app serves the people of another workspace.');
  }
  const guest = await refuseGuest(bot.world, person.id);
  if (guest) throw guest.error;
}
