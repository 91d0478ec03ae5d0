import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log as FailureLog } from '../shared/remediation/ports.ts';
import type { Log } from './log.ts';

/** Names one piece of work in the log, in all that is done for it. */
export type Labels = Readonly<Record<string, string | number>>;

/** The log, aware of what is being worked on. */
export interface Journal extends FailureLog {
  /** Does the work; every line written meanwhile bears the labels. */
  under<Result>(labels: Labels, work: () => Promise<Result>): Promise<Result>;
  /** Does the work; returns what failed meanwhile although it went on. */
  failuresOf(work: () => Promise<void>): Promise<unknown[]>;
  info(message: string): void;
  warn(message: string, error: unknown): void;
  /** A remediation failed, or ended differently from its plan: what the alarm in infra/bot.yaml looks for. */
  deviated(issue: number): void;
}

interface Scope {
  readonly log: Log;
  readonly failures: unknown[];
}

export function createJournal(log: Log): Journal {
  const scopes = new AsyncLocalStorage<Scope>();
  const here = (): Scope => scopes.getStore() ?? { log, failures: [] };
  return {
    under: (labels, work) => {
      const { log: outer, failures } = here();
      return scopes.run({ log: outer.child(labels), failures }, work);
    },
    async failuresOf(work) {
      const failures: unknown[] = [];
      await scopes.run({ ...here(), failures }, work);
      return failures;
    },
    failed(task, error) {
      here().failures.push(error);
      here().log.error({ task, err: error }, `Could not ${task}`);
    },
    info: (message) => here().log.info(message),
    warn: (message, error) => here().log.warn({ err: error }, message),
    deviated: (issue) =>
      here().log.warn(
        { remediation: 'failed', issue },
        'A remediation failed or ended differently from its plan',
      ),
  };
}
