import type { RequestState } from '../trail/state.ts';
import type { Card, Execution, RunbookPlace, TrailIssue } from './ports.ts';

export type StartedRequest = Extract<RequestState, { status: 'started' }>;

/** How a remediation ended, as `finished` records it. */
export interface Ending {
  readonly kind: 'ended';
  readonly ended: 'success' | 'failed' | 'not started';
  readonly execution?: Execution;
  /** For people. */
  readonly error?: string;
}

/** An automation execution that has not ended. */
export interface Running {
  readonly kind: 'running';
  readonly issue: TrailIssue;
  /** As the trail showed it: if it shows it no more, what was started is reported all the same. */
  readonly request: StartedRequest;
  readonly card: Card;
  readonly place: RunbookPlace;
  /** Absent: not found yet. */
  readonly executionId?: string;
  /** AWS said that it knows the token, so there is an execution somewhere. */
  readonly isTokenUsed?: true;
  /** AutomationExecutionStatus, as the thread was told last. */
  readonly status?: string;
  /** Since when every look at it has failed, and whether the thread was told. */
  readonly failing?: { readonly since: Date; readonly isTold: boolean };
}

/** One start that is gone on with. */
export interface Pursuit extends Pick<Running, 'request' | 'isTokenUsed'> {
  /** Its execution, when the row has just been read. */
  readonly execution?: Execution;
}

/** How long after it was recorded a start is carried out. */
const startable = 3_600_000;

/** Whether it is too late to begin: what was approved was approved for then, and plans change with time. */
export function isTooOld({ started }: StartedRequest, now: Date): boolean {
  return now.getTime() - started.at.getTime() >= startable;
}
