import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log as FailureLog } from '../shared/remediation/ports.ts';
import type { Log } from './log.ts';

/** Names one piece of work in the log, in all that is done for it. */
export type Labels = Readonly<Record<string, string | number>>;

/** The log, aware of what is being worked on. */
export interface Journal extends FailureLog {
  /** Does the work; every line written meanwhile bears the labels. */
  under<Result>(labels: Labels, work: () => Promise<Result>): Promise<Result>;
  info(message: string): void;
  warn(message: string, error: unknown): void;
  /** A remediation failed, or ended differently from its plan: what the alarm in infra/bot.yaml looks for. */
  deviated(issue: number): void;
}

export function createJournal(log: Log): Journal {
  const scopes = new AsyncLocalStorage<Log>();
  const here = (): Log => scopes.getStore() ?? log;
  return {
    under: (labels, work) => scopes.run(here().child(labels), work),
    failed: (task, error) => here().error({ task, err: error }, `Could not ${task}`),
    info: (message) => here().info(message),
    warn: (message, error) => here().warn({ err: error }, message),
    deviated: (issue) =>
      here().warn(
        { remediation: 'failed', issue },
        'A remediation failed or ended differently from its plan',
      ),
  };
}
