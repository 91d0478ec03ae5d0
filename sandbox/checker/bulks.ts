import { type Approvable, lacking, mayStop, takeApproval, wrongWish } from './approvals.ts';
import type { Claim, Plan } from './claims.ts';
import { digestDue } from './digest.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Law } from './observed.ts';

/** One request for many users of an account, as the trail of its own issue tells it. */
export interface Bulk extends Approvable {
  readonly id: string;
  readonly issue: number;
  readonly accountId: string;
  readonly users: NonNullable<Plan['users']>;
  readonly card: string;
  readonly toldBy: Set<string>;
  end?: 'denied' | 'voided';
  started?: {
    /** GitHub's time. */
    readonly createdAt: Date;
    /** Of the envelope that completed the quorum: what the users' requests refer to. */
    readonly hash: string;
  };
  /** GitHub's time. */
  stoppedAt?: Date;
  finished?: Claim['data'];
}

export interface BulkReading {
  /** Undefined: the issue is none of a bulk request, or its request was never recorded. */
  readonly bulk: Bulk | undefined;
  readonly problems: readonly string[];
}

/** Goes through the trail of a bulk request from its beginning, and names everything that ought not to stand there. */
export function readBulk(ledger: Ledger, law: Law): BulkReading {
  const problems: string[] = [];
  const note = ({ type, requestId }: Claim, problem: string | undefined) => {
    if (problem) problems.push(`#${ledger.issue.number}, ${type} ${requestId}: ${problem}`);
  };
  let bulk: Bulk | undefined;
  for (const entry of ledger.entries) {
    for (const claim of entry.claims) {
      if (claim.type === 'bulk-requested' && !bulk) {
        bulk = wishIn(claim, entry, ledger);
        note(claim, wrongBulk(bulk, claim, ledger, law));
      } else {
        note(claim, take(bulk, claim, entry, law));
        bulk?.toldBy.add(entry.shortHash);
      }
    }
  }
  return { bulk, problems };
}

function wishIn({ actor, requestId, data }: Claim, { hash }: Entry, ledger: Ledger): Bulk | undefined {
  const { plan, quorum, card, digest, expiresAt } = data;
  if (plan?.kind !== 'bulk' || !plan.users || !quorum || !card || !digest || !expiresAt) return undefined;
  return {
    id: requestId,
    issue: ledger.issue.number,
    accountId: ledger.about?.accountId ?? '',
    users: plan.users,
    requester: actor.id,
    takes: 'strict',
    card: card.ts,
    expiresAt: new Date(expiresAt),
    quorum,
    digest,
    recordedIn: hash,
    approvedBy: new Set(),
    toldBy: new Set(),
  };
}

function wrongBulk(bulk: Bulk | undefined, claim: Claim, ledger: Ledger, law: Law): string | undefined {
  if (!bulk) return 'it lacks what a bulk request says';
  if (bulk.digest !== digestDue(claim, ledger, law)) return 'its digest is that of another plan';
  const ids = new Set(bulk.users.map(({ userId }) => userId));
  return ids.size < bulk.users.length ? 'it lists somebody twice' : wrongWish(bulk, law);
}

/** Takes one event down; returns what is wrong with it. */
function take(bulk: Bulk | undefined, claim: Claim, entry: Entry, law: Law): string | undefined {
  if (!bulk || claim.requestId !== bulk.id) return 'the issue is of another bulk request, or of none';
  switch (claim.type) {
    case 'approved':
      return isPending(bulk) ? takeApproval(bulk, claim, entry, law) : undefined;
    case 'denied':
    case 'voided':
    case 'bulk-started':
      return isPending(bulk) ? decide(bulk, claim.type, entry, law) : 'it is decided already';
    case 'bulk-stopped':
      return takeStop(bulk, claim, entry, law);
    case 'bulk-finished':
      if (!bulk.started || bulk.finished) return 'it was not started, or has finished before';
      bulk.finished = claim.data;
      return undefined;
    default:
      return 'it belongs on the issue of one user';
  }
}

function decide(
  bulk: Bulk,
  decision: 'denied' | 'voided' | 'bulk-started',
  entry: Entry,
  law: Law,
): string | undefined {
  if (decision !== 'bulk-started') {
    bulk.end = decision;
    return undefined;
  }
  const { createdAt, hash } = entry;
  bulk.started = { createdAt, hash };
  return lacking(bulk, entry, law);
}

function takeStop(bulk: Bulk, { actor }: Claim, { createdAt }: Entry, law: Law): string | undefined {
  if (!bulk.started || bulk.stoppedAt || bulk.finished) return 'there is nothing to stop';
  bulk.stoppedAt = createdAt;
  return mayStop(bulk, actor.id, law) ? undefined : `${actor.id} may not stop it`;
}

function isPending({ end, started }: Bulk): boolean {
  return end === undefined && started === undefined;
}

/** What it has come to, in the word that its card shows. */
export function statusOf(bulk: Bulk, now: Date): string {
  if (bulk.finished) return 'finished';
  if (bulk.stoppedAt) return 'stopped';
  if (bulk.started) return 'started';
  return bulk.end ?? (now < bulk.expiresAt ? 'pending' : 'expired');
}
