import type { Account } from './account.ts';
import { carryOut } from './automation-run.ts';
import type { World } from './world.ts';

export const documentName = 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials';

export type ExecutionStatus = 'Pending' | 'InProgress' | 'Success' | 'TimedOut' | 'Cancelled' | 'Failed';

export interface Execution {
  readonly id: string;
  readonly account: Account;
  readonly region: string;
  readonly documentVersion: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly tags: ReadonlyMap<string, string>;
  readonly executedBy: string;
  readonly clientToken: string | undefined;
  readonly startedAt: Date;
  endedAt: Date | undefined;
  status: ExecutionStatus;
  /** The script's answer, as JSON; `undefined` until it has succeeded. */
  output: string | undefined;
  failure: string | undefined;
}

/** Cuts the next runs short after so many writes to IAM, as a time-out or somebody's cancel does. */
export interface Interruption {
  readonly afterWrites: number;
  readonly status: 'TimedOut' | 'Cancelled' | 'Failed';
}

/** Systems Manager's automations. They advance with the world's clock, when anybody looks. */
export class AutomationService {
  /** Content hash by document version; a test may change one, as AWS may publish another document. */
  readonly documentHashes = new Map([
    ['1', 'b6c1d0f1f5f6a1f7d2b1c8de1f93ac6f1cf9a2a7d9d6a2b6b4f0b4ad3c4e1f22'],
  ]);
  readonly executions: Execution[] = [];
  /** What the scripts have asked of AWS under their role, as `service:Operation`. */
  readonly called = new Set<string>();
  /** How long a run stays Pending, then InProgress. */
  pendingMs = 1000;
  inProgressMs = 2000;
  interruption: Interruption | undefined;

  get latestVersion(): string {
    return String(Math.max(...this.documentHashes.keys().map(Number)));
  }

  /** Brings every execution to where it is at this moment, in the order in which they end. */
  advance(world: World): void {
    const now = world.now();
    for (const execution of this.executions) {
      if (execution.endedAt) continue;
      const endsAt = new Date(execution.startedAt.getTime() + this.pendingMs + this.inProgressMs);
      if (endsAt <= now) carryOut(world, execution, endsAt);
      else if (now.getTime() - execution.startedAt.getTime() >= this.pendingMs)
        execution.status = 'InProgress';
    }
  }
}
