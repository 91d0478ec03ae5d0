import { type Approvable, lacking, takeApproval, wrongWish } from './approvals.ts';
import type { Claim, Plan } from './claims.ts';
import { digestDue } from './digest.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Law } from './observed.ts';

/** One request, as the trail tells it and as the checker judges it. */
export interface Request extends Approvable {
  readonly id: string;
  readonly issue: number;
  readonly accountId: string;
  readonly userId: string;
  readonly plan: Plan;
  readonly card: string;
  /** Every envelope that its thread has to tell of, by short hash. */
  readonly toldBy: Set<string>;
  end?: 'denied' | 'voided' | 'exempted';
  /** GitHub's time of the comment. */
  startedAt?: Date;
  /** The bot's time of its start, by which it counts for the day. */
  sealedAt?: Date;
  startedKeys: readonly string[];
  finished?: string;
  outcomes?: readonly { readonly id: string; readonly outcome: string }[];
  isAsPredicted?: boolean;
  /** With an exemption: until when. */
  until?: Date;
}

export interface Reading {
  readonly requests: ReadonlyMap<string, Request>;
  readonly problems: readonly string[];
}

/** Goes through a trail from its beginning, and names everything that ought not to stand there. */
export function readRequests(ledger: Ledger, law: Law): Reading {
  const requests = new Map<string, Request>();
  const problems: string[] = [];
  for (const entry of ledger.entries) {
    for (const claim of entry.claims) {
      const problem = take(requests, claim, entry, { law, ledger });
      if (problem) problems.push(`#${ledger.issue.number}, ${claim.type} ${claim.requestId}: ${problem}`);
      const request = requests.get(claim.requestId);
      if (request && isTold(request, claim)) request.toldBy.add(entry.shortHash);
    }
  }
  return { requests, problems };
}

/** The thread that users of a bulk request share tells of each what came of it, and no more. */
function isTold({ bulk }: Request, { type }: Claim): boolean {
  return bulk ? type === 'verified' : type !== 'requested';
}

interface Place {
  readonly law: Law;
  readonly ledger: Ledger;
}

/** Takes one claim down; returns what is wrong with it. */
function take(requests: Map<string, Request>, claim: Claim, entry: Entry, place: Place): string | undefined {
  if (claim.type === 'requested') return takeRequest(requests, claim, entry, place);
  if (claim.type.startsWith('bulk-')) return 'a bulk request has an issue of its own';
  const request = requests.get(claim.requestId);
  if (!request) return 'there is no such request';
  switch (claim.type) {
    case 'approved':
      return isPending(request) ? takeApproval(request, claim, entry, place.law) : undefined;
    case 'denied':
    case 'voided':
      if (!isPending(request)) return 'it is decided already';
      request.end = claim.type;
      return undefined;
    case 'exempted':
      request.end = 'exempted';
      request.until = new Date(claim.data.until ?? 0);
      return lacking(request, entry, place.law) ?? beyond(claim, request.plan.keyIds);
    case 'started':
      return takeStart(request, claim, entry, place.law);
    case 'finished':
      if (!request.startedAt || request.finished) return 'it was not started, or has finished before';
      request.finished = claim.data.ended ?? '';
      return undefined;
    case 'verified':
      return takeOutcome(request, claim);
    default:
      return undefined;
  }
}

function takeRequest(
  requests: Map<string, Request>,
  claim: Claim,
  { hash }: Entry,
  { law, ledger }: Place,
): string | undefined {
  const { actor, requestId, data } = claim;
  const { plan, quorum, card, digest, expiresAt, bulk } = data;
  if (!plan || plan.kind === 'bulk' || !quorum || !card || !digest || !expiresAt)
    return 'it lacks what a request says';
  if (requests.has(requestId)) return 'it was requested before';
  const request: Request = {
    id: requestId,
    issue: ledger.issue.number,
    accountId: ledger.about?.accountId ?? '',
    userId: ledger.about?.userId ?? '',
    requester: actor.id,
    plan,
    // Many users at once are for strict's people, whatever is done to each.
    takes: bulk ? 'strict' : plan.kind,
    card: card.ts,
    expiresAt: new Date(expiresAt),
    quorum,
    digest,
    recordedIn: hash,
    ...(bulk && { bulk }),
    approvedBy: new Set(),
    toldBy: new Set(),
    startedKeys: [],
  };
  requests.set(requestId, request);
  if (digest !== digestDue(claim, ledger, law)) return 'its digest is that of another plan';
  return wrongWish(request, law);
}

function takeStart(request: Request, claim: Claim, entry: Entry, law: Law): string | undefined {
  if (!isPending(request)) return 'it is decided already';
  request.startedAt = entry.createdAt;
  request.sealedAt = entry.at;
  request.startedKeys = claim.data.keyIds ?? [];
  const { deactivates, reactivates } = request.plan;
  return lacking(request, entry, law) ?? beyond(claim, deactivates ?? reactivates);
}

function takeOutcome(request: Request, { data }: Claim): string | undefined {
  if (!request.finished || request.outcomes) return 'it has not finished, or was verified before';
  request.outcomes = data.keys ?? [];
  request.isAsPredicted = data.asPredicted === true;
  return undefined;
}

function beyond({ data }: Claim, planned: readonly string[] = []): string | undefined {
  const more = (data.keyIds ?? []).filter((id) => !planned.includes(id));
  return more.length > 0 ? `${more.join(', ')} was not approved` : undefined;
}

function isPending({ end, startedAt }: Request): boolean {
  return end === undefined && startedAt === undefined;
}

/** Whether it stands in the way of another request now. */
export function isOpen(request: Request, now: Date): boolean {
  if (request.startedAt) return !request.outcomes && request.finished !== 'not started';
  return request.end === undefined && now < request.expiresAt;
}
