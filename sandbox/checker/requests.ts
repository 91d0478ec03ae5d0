import type { Claim, Entry, Ledger, Plan } from './ledger.ts';
import type { Law } from './observed.ts';

/** One request, as the trail tells it and as the checker judges it. */
export interface Request {
  readonly id: string;
  readonly issue: number;
  readonly userId: string;
  readonly requester: string;
  readonly plan: Plan;
  readonly card: string;
  readonly expiresAt: Date;
  readonly quorum: {
    readonly approvers: readonly string[];
    readonly count: number;
    readonly selfApproval: boolean;
  };
  readonly digest: string;
  readonly approvedBy: Set<string>;
  /** Every envelope that tells of it after its own, by short hash. */
  readonly toldBy: Set<string>;
  end?: 'denied' | 'voided' | 'exempted';
  /** GitHub's time of the comment. */
  startedAt?: Date;
  startedKeys: readonly string[];
  finished?: string;
  outcomes?: readonly { readonly id: string; readonly outcome: string }[];
  /** With an exemption: until when. */
  until?: Date;
}

export interface Reading {
  readonly requests: ReadonlyMap<string, Request>;
  readonly problems: readonly string[];
}

/** Goes through a trail from its beginning, and names everything that ought not to stand there. */
export function readRequests({ issue, entries }: Ledger, userId: string, law: Law): Reading {
  const requests = new Map<string, Request>();
  const problems: string[] = [];
  for (const entry of entries) {
    for (const claim of entry.claims) {
      const problem = take(requests, claim, entry, { law, issue: issue.number, userId });
      if (problem) problems.push(`#${issue.number}, ${claim.type} ${claim.requestId}: ${problem}`);
      if (claim.type !== 'requested') requests.get(claim.requestId)?.toldBy.add(entry.shortHash);
    }
  }
  return { requests, problems };
}

interface Place {
  readonly law: Law;
  readonly issue: number;
  readonly userId: string;
}

/** Takes one claim down; returns what is wrong with it. */
function take(requests: Map<string, Request>, claim: Claim, entry: Entry, place: Place): string | undefined {
  if (claim.type === 'requested') return takeRequest(requests, claim, place);
  const request = requests.get(claim.requestId);
  if (!request) return 'there is no such request';
  switch (claim.type) {
    case 'approved':
      return takeApproval(request, claim, entry, place.law);
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
      if (!request.finished || request.outcomes) return 'it has not finished, or was verified before';
      request.outcomes = claim.data.keys ?? [];
      return undefined;
    default:
      return undefined;
  }
}

function takeRequest(
  requests: Map<string, Request>,
  { actor, requestId, data }: Claim,
  { law, issue, userId }: Place,
): string | undefined {
  const { plan, quorum, card, digest, expiresAt } = data;
  if (!plan || !quorum || !card || !digest || !expiresAt) return 'it lacks what a request says';
  if (requests.has(requestId)) return 'it was requested before';
  requests.set(requestId, {
    id: requestId,
    issue,
    userId,
    requester: actor.id,
    plan,
    card: card.ts,
    expiresAt: new Date(expiresAt),
    quorum,
    digest,
    approvedBy: new Set(),
    toldBy: new Set(),
    startedKeys: [],
  });
  if (quorum.count < law.quorums[plan.kind].count) return 'it asks for fewer people than the policy';
  return law.members.includes(actor.id) ? undefined : `${actor.id} may request nothing`;
}

/** A second approval of one person, or one that comes late, is no approval: it is not counted, and does no harm. */
function takeApproval(request: Request, { actor, data }: Claim, { at }: Entry, law: Law): string | undefined {
  if (!isPending(request) || at >= request.expiresAt) return undefined;
  if (actor.kind !== 'slack' || !law.members.includes(actor.id)) return `${actor.id} may approve nothing`;
  if (actor.id === request.requester && !law.selfApproval) return 'the requester approved';
  if (data.digest !== request.digest) return 'another plan was approved';
  const entitled = [request.quorum.approvers, law.quorums[request.plan.kind].approvers];
  if (!entitled.every((list) => isNamed(list, actor.id, law))) return `${actor.id} is no approver`;
  request.approvedBy.add(actor.id);
  return undefined;
}

function takeStart(request: Request, claim: Claim, entry: Entry, law: Law): string | undefined {
  if (!isPending(request)) return 'it is decided already';
  request.startedAt = entry.createdAt;
  request.startedKeys = claim.data.keyIds ?? [];
  const { deactivates, reactivates } = request.plan;
  return lacking(request, entry, law) ?? beyond(claim, deactivates ?? reactivates);
}

/** What keeps this request from being carried out. */
function lacking(
  { approvedBy, quorum, plan, expiresAt }: Request,
  { at }: Entry,
  law: Law,
): string | undefined {
  if (at >= expiresAt) return 'it had expired';
  const needed = Math.max(quorum.count, law.quorums[plan.kind].count);
  return approvedBy.size < needed ? `${approvedBy.size} people approved of ${needed}` : undefined;
}

function beyond({ data }: Claim, planned: readonly string[] = []): string | undefined {
  const more = (data.keyIds ?? []).filter((id) => !planned.includes(id));
  return more.length > 0 ? `${more.join(', ')} was not approved` : undefined;
}

function isPending({ end, startedAt }: Request): boolean {
  return end === undefined && startedAt === undefined;
}

function isNamed(list: readonly string[], person: string, { groups }: Law): boolean {
  return list.some((name) => name === person || groups[name]?.includes(person));
}

/** Whether it stands in the way of another request now. */
export function isOpen(request: Request, now: Date): boolean {
  if (request.startedAt) return !request.outcomes && request.finished !== 'not started';
  return request.end === undefined && now < request.expiresAt;
}
