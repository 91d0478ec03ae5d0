import { messageOf } from '../errors.ts';
import type { Evidence } from '../keys/evidence.ts';
import type { Action, Step } from './action.ts';
import type { ScanContext } from './draft-action.ts';
import { unread } from './plan.ts';
import type { Compliance, UserReader } from './ports.ts';
import { settle } from './settle.ts';

/** The plan for one account with nothing left to confirm. */
export interface Decisions {
  readonly actions: readonly Action[];
  /** Closings that are not done because something could not be read. */
  readonly withheld: readonly Closing[];
  /** What the live reads said, by user id. */
  readonly live: LiveAnswers;
  /** Whether every user could be read. */
  readonly wholeSight: boolean;
}

/** What IAM said of users just now, by user id. */
export type LiveAnswers = ReadonlyMap<string, Evidence>;

/** What the plan was made from. */
interface Seen {
  readonly compliance: Compliance;
  readonly evidence: ReadonlyMap<string, Evidence>;
}

/**
 * Asks IAM about each user on whom a step of the plan hangs. A read that fails as a whole says nothing about any of
 * them, like one that IAM refuses.
 */
export async function askLive(
  steps: readonly Step[],
  users: UserReader,
  { rule }: ScanContext,
): Promise<LiveAnswers> {
  const confirmations = steps.filter((step) => step.kind === 'confirm');
  if (confirmations.length === 0) return new Map();
  try {
    const hints = confirmations.map(({ subject, userName }) => [subject.userId, userName] as const);
    return await users.readUsersLive(rule, new Map(hints));
  } catch (error) {
    const reason = messageOf(error);
    return new Map(
      confirmations.map(({ subject }) => [subject.userId, { kind: 'unreadable', ...subject, reason }]),
    );
  }
}

/** Settles what was asked, and withholds all closings when anybody could not be read. */
export function decide(
  steps: readonly Step[],
  { compliance, evidence }: Seen,
  live: LiveAnswers,
  context: ScanContext,
): Decisions {
  const planned = steps.filter((step) => step.kind !== 'confirm');
  const settled = steps
    .filter((step) => step.kind === 'confirm')
    .map((step) => settle(step, live.get(step.subject.userId) ?? unread(step.subject), context));
  const actions = [...planned, ...settled];
  const scanned = compliance.nonCompliantUserIds.map((userId) => evidence.get(userId));
  const wholeSight = [...scanned, ...live.values()].every(isReadable);
  return {
    actions: wholeSight ? actions : actions.filter((action) => !closes(action)),
    withheld: wholeSight ? [] : actions.filter(closes),
    live,
    wholeSight,
  };
}

type Closing = Extract<Action, { readonly kind: 'close' | 'duplicate' | 'broken' }>;

function isReadable(evidence: Evidence | undefined): boolean {
  return evidence !== undefined && evidence.kind !== 'unreadable';
}

function closes(action: Action): action is Closing {
  return action.kind === 'close' || action.kind === 'duplicate' || action.kind === 'broken';
}
