import type { BulkReference } from './bulk-events.ts';
import type { Actor } from './events.ts';
import type { RecordedOf } from './state.ts';

/** What an approval is given for, whether one user is meant or many. */
interface Approvable {
  readonly requested: {
    readonly seq: number;
    readonly actor: Actor;
    readonly data: {
      readonly digest: string;
      readonly quorum: { readonly count: number; readonly selfApproval: boolean };
      readonly bulk?: BulkReference;
    };
  };
  readonly approvals: readonly RecordedOf<'approved'>[];
}

/** What can be pending, whether one user is meant or many. */
interface Decidable {
  readonly status: string;
  readonly expiresAt: Date;
}

type Pending<State> = Extract<State, { status: 'pending' }>;

/** What a decision at that moment makes of it; why there is nothing to decide any more, when there is not. */
export function whilePending<State extends Decidable>(
  state: State,
  at: Date,
  decide: (pending: Pending<State>) => State | string,
): State | string {
  if (!isPending(state)) return `it is already ${state.status}`;
  return at < state.expiresAt ? decide(state) : 'it has expired';
}

function isPending<State extends Decidable>(state: State): state is Pending<State> {
  return state.status === 'pending';
}

/** With one more approval, and how many are missing then; why it counts for nothing, when it does not. */
export function addApproval<Pending extends Approvable>(pending: Pending, event: RecordedOf<'approved'>) {
  const refusal = refuseApproval(pending, event);
  if (refusal !== undefined) return refusal;
  const approvals = [...pending.approvals, event];
  const { count } = pending.requested.data.quorum;
  return { ...pending, approvals, missing: Math.max(count - approvals.length, 0) };
}

/** Why an approval counts for nothing; undefined: it counts. */
function refuseApproval(
  { requested, approvals }: Approvable,
  { actor, data, seq }: RecordedOf<'approved'>,
): string | undefined {
  const { digest, quorum, bulk } = requested.data;
  if (actor.kind !== 'slack') return 'only a person can approve';
  if (data.digest !== digest) return 'another plan was approved';
  if (!isSameReference(data.bulk, bulk)) return 'it was approved elsewhere';
  // The approvals of a bulk request come with the request of each user: nobody adds one later.
  if (bulk && seq !== requested.seq) return 'the approvals of a bulk request come with the request';
  if (approvals.some((approval) => approval.actor.id === actor.id)) return 'this person approved before';
  if (actor.id === requested.actor.id && !quorum.selfApproval) return 'the requester may not approve';
  return undefined;
}

export function isSameReference(one: BulkReference | undefined, other: BulkReference | undefined): boolean {
  return (
    one?.issue === other?.issue && one?.requestId === other?.requestId && one?.approval === other?.approval
  );
}
