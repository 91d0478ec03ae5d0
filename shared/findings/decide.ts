import type { Evidence } from '../keys/evidence.ts';
import type { Action, Confirmation } from './action.ts';
import { messageOf } from './apply.ts';
import type { ScanContext } from './draft-action.ts';
import type { Finding } from './finding.ts';
import { limits } from './limits.ts';
import type { ScanPlan } from './plan.ts';
import type { Compliance, UserReader } from './ports.ts';
import { settle } from './settle.ts';

/** The plan with nothing left to confirm. */
export interface Decisions {
  readonly actions: readonly Action[];
  /** Closings that are not done because something could not be read. */
  readonly withheld: readonly Closing[];
  readonly deferred: readonly Finding[];
  /** What the live reads said, by user id. */
  readonly live: ReadonlyMap<string, Evidence>;
  /** Whether every user could be read. */
  readonly wholeSight: boolean;
}

/** What the plan was made from. */
interface Seen {
  readonly compliance: Compliance;
  readonly evidence: ReadonlyMap<string, Evidence>;
}

/** Asks IAM where a decision hangs on it, and withholds all closings when anybody could not be read. */
export async function decide(
  plan: ScanPlan,
  { compliance, evidence }: Seen,
  users: UserReader,
  context: ScanContext,
): Promise<Decisions> {
  const confirmations = plan.steps.filter((step) => step.kind === 'confirm');
  const planned = plan.steps.filter((step) => step.kind !== 'confirm');
  const answers = await readLive(confirmations, users, context);
  const settled = answers.map(({ confirmation, live }) => settle(confirmation, live, context));
  const actions = [...planned, ...settled];
  const scanned = compliance.nonCompliantUserIds.map((userId) => evidence.get(userId));
  const wholeSight = [...scanned, ...answers.map(({ live }) => live)].every(isReadable);
  return {
    actions: wholeSight ? actions : actions.filter((action) => !closes(action)),
    withheld: wholeSight ? [] : actions.filter(closes),
    deferred: plan.deferred,
    live: new Map(answers.map(({ confirmation, live }) => [confirmation.subject.userId, live])),
    wholeSight,
  };
}

type Closing = Extract<Action, { readonly kind: 'close' | 'duplicate' }>;

interface Answer {
  readonly confirmation: Confirmation;
  readonly live: Evidence;
}

async function readLive(
  confirmations: readonly Confirmation[],
  users: UserReader,
  context: ScanContext,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < confirmations.length; start += limits.liveReadsAtOnce) {
    const some = confirmations.slice(start, start + limits.liveReadsAtOnce);
    answers.push(...(await Promise.all(some.map((one) => readOne(one, users, context)))));
  }
  return answers;
}

/** A read that fails as a whole says nothing about the user, like one that IAM refuses. */
async function readOne(
  confirmation: Confirmation,
  users: UserReader,
  { rule }: ScanContext,
): Promise<Answer> {
  const { subject, userName } = confirmation;
  try {
    return { confirmation, live: await users.readUserLive(rule, subject.userId, userName) };
  } catch (error) {
    return { confirmation, live: { kind: 'unreadable', ...subject, reason: messageOf(error) } };
  }
}

function isReadable(evidence: Evidence | undefined): boolean {
  return evidence !== undefined && evidence.kind !== 'unreadable';
}

function closes(action: Action): action is Closing {
  return action.kind === 'close' || action.kind === 'duplicate';
}
