import type { TrailIssue } from '../shared/remediation/ports.ts';
import type { StartedRequest } from '../shared/remediation/step.ts';
import { tellTrouble } from '../shared/remediation/trouble.ts';
import type { Bot } from './bot.ts';

/** The part of the bot that it takes. */
export type Worker = Pick<Bot, 'journal' | 'tasks'> & {
  readonly watch: Pick<Bot['watch'], 'follow'>;
  readonly world: Pick<Bot['world'], 'conversation' | 'log'>;
};

/** Carries out what was started, in the background, and tells the thread when that does not go smoothly. */
export function carryOn(bot: Worker, issue: TrailIssue, request: StartedRequest): void {
  const { journal, tasks, watch } = bot;
  const task = `carry out request ${request.id}`;
  tasks.run(
    () =>
      journal.under({ task, issue: issue.number }, async () => {
        const failed = await watch.follow(issue, request);
        if (failed) await tellTrouble(bot.world, { request, issue }, failed.error);
      }),
    (error) => journal.failed(task, error),
  );
}
