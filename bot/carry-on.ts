import { KeyturnError } from '../shared/errors.ts';
import type { TrailIssue } from '../shared/remediation/ports.ts';
import type { RequestState } from '../shared/trail/state.ts';
import type { Bot } from './bot.ts';

/** The part of the bot that it takes. */
export type Worker = Pick<Bot, 'journal' | 'tasks'> & {
  readonly watch: Pick<Bot['watch'], 'follow'>;
  readonly world: Pick<Bot['world'], 'conversation'>;
};

/** Carries out what was started, in the background, and tells the thread when that does not go smoothly. */
export function carryOn(bot: Worker, issue: TrailIssue, request: RequestState): void {
  const { journal, tasks, watch } = bot;
  const task = `carry out request ${request.id}`;
  tasks.run(
    () =>
      journal.under({ task, issue: issue.number }, async () => {
        const [failure] = await journal.failuresOf(() => watch.follow(issue));
        if (failure instanceof KeyturnError) await tellTrouble(bot, issue, request, failure);
      }),
    (error) => journal.failed(task, error),
  );
}

/** Once for each kind of trouble: the thread names it, the log counts it. */
async function tellTrouble(
  { world }: Worker,
  issue: TrailIssue,
  { requested }: RequestState,
  { code, fact }: KeyturnError,
): Promise<void> {
  const readable = `${fact} What was approved is gone on with: it is tried again within a minute, until it has ended and was verified.`;
  await world.conversation.notify(
    requested.data.card,
    { key: `trouble-${code}`, events: [], readable },
    issue,
  );
}
