/** What a bulk request needs of the world besides what every remediation needs. Types only. */
import type { BulkPlan } from '../trail/bulk-plan.ts';
import type { BulkState } from '../trail/bulk-state.ts';
import type { Actor } from '../trail/events.ts';
import type { Card } from './ports.ts';

/** The issue of a bulk request: about one account and no user. */
export interface BulkIssue {
  readonly number: number;
  readonly url: string;
  /** From the marker in its body: anybody who may write to the repository can change it. */
  readonly accountId: string;
  /** What it was opened for; so a hint, too. */
  readonly requestId: string;
  readonly state: 'open' | 'closed';
  readonly updatedAt: Date;
}

export interface NewBulkIssue {
  readonly accountId: string;
  readonly requestId: string;
  readonly title: string;
  /** Markdown, without the marker. */
  readonly text: string;
}

export interface BulkIssues {
  /** Of any state, that were updated at or after `since`. */
  listSince(since: Date): Promise<readonly BulkIssue[]>;
  /** Rejects when no list shows it or nothing can be recorded on it: then it must not be gone on with. */
  read(number: number): Promise<BulkIssue>;
  /** The same by its hidden line alone: whoever takes a label from it must not keep others from stopping it. */
  readMarked(number: number): Promise<BulkIssue>;
  /** Opens it once: whoever asks again for the same request gets the same issue. */
  open(issue: NewBulkIssue): Promise<BulkIssue>;
  /** Closes it; nothing when it is closed. */
  close(number: number, reason: 'completed' | 'not_planned'): Promise<void>;
}

/** A user with a finding who is not in the plan. */
export interface LeftOut {
  readonly userId: string;
  readonly userName: string | undefined;
  readonly issue: number;
  /** For people. */
  readonly why: string;
}

/** What is shown before anything is recorded. */
export interface BulkDraft {
  readonly requestId: string;
  readonly issue: BulkIssue;
  readonly plan: BulkPlan;
  readonly leftOut: readonly LeftOut[];
  readonly requester: Actor;
  readonly reason: string;
  readonly expiresAt: Date;
}

/** How far the users of a bulk request are. */
export interface BulkProgress {
  readonly waiting: number;
  readonly running: number;
  readonly asPredicted: number;
  readonly differs: number;
  readonly unrecorded: number;
  /** Not started, and not to be started any more. */
  readonly left: number;
  /** When the next of those who wait may begin, while GitHub's limit holds them up. */
  readonly nextAt?: Date;
  /** Why nobody is begun at the moment, or any more. */
  readonly held?: string;
}

export interface BulkView {
  readonly bulk: BulkState;
  readonly progress?: BulkProgress;
}

/** Slack, as a view of a bulk request. Its thread is read and written like that of any request. */
export interface BulkBoard {
  /** Posts the card without buttons, and the list of users as a file. */
  post(draft: BulkDraft): Promise<Card>;
  /** Renders the card anew. `withdrawn`: it was never recorded. May be repeated. */
  show(card: Card, view: BulkView | 'withdrawn', issue: BulkIssue): Promise<void>;
}
