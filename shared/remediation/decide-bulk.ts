import { quorumFor } from '../policy/approvals.ts';
import type { Policy } from '../policy/schema.ts';
import { proseLimit } from '../trail/bounds.ts';
import type { BulkPlan } from '../trail/bulk-plan.ts';
import type { BulkState } from '../trail/bulk-state.ts';
import type { Actor, TrailEvent } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import { clip } from '../trail/text.ts';
import type { Decision } from './append.ts';
import { bot } from './bot-actor.ts';
import type { BulkIssue } from './bulk-ports.ts';
import { type BulkTrail, recordBulk } from './bulk-trail.ts';
import { castBallot, refuseDenier, type Votable } from './cast-ballot.ts';
import { refuseBulkOverLimit } from './daily-limit.ts';
import { bulkDigestOf } from './digest.ts';
import { whatBecame } from './pending.ts';
import type { World } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';
import { refuseBallot, refuseGuest } from './rights.ts';
import { showBulk } from './show-bulk.ts';
import { readRunbookBasis } from './survey.ts';

/** Somebody decides about a bulk request. */
export interface BulkDecisionInput {
  readonly issue: number;
  readonly requestId: string;
  readonly person: Actor;
}

export type BulkDecisionResult =
  /** Recorded. Its status tells what it came to. */
  { readonly kind: 'decided'; readonly issue: BulkIssue; readonly bulk: BulkState } | Refused;

type Pending = Extract<BulkState, { status: 'pending' }>;
type Decide = (policy: Policy, found: BulkTrail) => Promise<Decision<Refused>>;

/**
 * Somebody approves. The approval that completes the quorum checks everybody's rights again, that the runbook and the
 * ages are those of the plan, and the daily limit; each user's own plan is checked when their turn comes.
 *
 * @param digest the one that was on the approver's screen
 * @throws KeyturnError when AWS, GitHub or Slack fail, or the trail is broken
 */
export function approveBulk(
  world: World,
  input: BulkDecisionInput & { readonly digest: string },
): Promise<BulkDecisionResult> {
  // Whoever waits for `starts`, where all trails are counted, must not keep a Stop waiting: so this lock is the outer one.
  return world.locks.run('starts', () =>
    decide(world, input, 'read', (policy, found) => decideApproval(world, policy, found, input)),
  );
}

async function decideApproval(
  world: World,
  policy: Policy,
  found: BulkTrail,
  { digest, person, requestId }: BulkDecisionInput & { readonly digest: string },
): Promise<Decision<Refused>> {
  const pending = findPendingBulk(found, requestId);
  if (pending.kind === 'refused') return leave(pending);
  const { bulk } = pending;
  if (bulk.requested.data.digest !== digest) {
    return leave(refuse('request-outdated', 'What was on the screen is not what was requested.'));
  }
  const ballot = await castBallot(world, policy, bulkBallotOf(bulk), person.id);
  if (ballot.kind === 'refused') return leave(refuseBallot(ballot.reason));
  const approved: TrailEvent = { type: 'approved', actor: person, requestId, data: { digest } };
  const start = ballot.kind === 'allowed' ? await decideBulkStart(world, policy, found, bulk) : undefined;
  if (start?.kind === 'refused') return leave(start);
  // All trails were read for the limit, and what is sealed too late would read as if it had started.
  if (world.clock.now() >= bulk.expiresAt) return leave(expired());
  return recordAll(start ? [approved, start.event] : [approved]);
}

/** Somebody denies it; any one right is enough. */
export function denyBulk(
  world: World,
  input: BulkDecisionInput & { readonly reason: string },
): Promise<BulkDecisionResult> {
  const { person, requestId } = input;
  const reason = clip(input.reason, proseLimit);
  return decide(world, input, 'readMarked', async (policy, found) => {
    const pending = findPendingBulk(found, requestId);
    if (pending.kind === 'refused') return leave(pending);
    const refusal = await refuseDenier(world, policy, bulkBallotOf(pending.bulk), person.id);
    return refusal
      ? leave(refusal)
      : recordAll([{ type: 'denied', actor: person, requestId, data: { reason } }]);
  });
}

/** Somebody stops it: from then on nobody is begun. Whoever might deny it may stop it. */
export function stopBulk(world: World, input: BulkDecisionInput): Promise<BulkDecisionResult> {
  const { person, requestId } = input;
  return decide(world, input, 'readMarked', async (policy, { bulk }) => {
    if (bulk?.id !== requestId) return leave(unknownBulk());
    if (bulk.status !== 'started') {
      return leave(refuse('request-over', `The bulk request is ${bulk.status}: nothing is being started.`));
    }
    const refusal = await refuseDenier(world, policy, bulkBallotOf(bulk), person.id);
    return refusal
      ? leave(refusal)
      : recordAll([{ type: 'bulk-stopped', actor: person, requestId, data: {} }]);
  });
}

/** The bulk request if it can still be decided. */
export function findPendingBulk(
  { bulk }: Pick<BulkTrail, 'bulk'>,
  requestId: string,
): { readonly kind: 'pending'; readonly bulk: Pending } | Refused {
  if (bulk?.id !== requestId) return unknownBulk();
  if (bulk.status === 'pending') return { kind: 'pending', bulk };
  const status = bulk.status === 'stopped' ? 'started' : bulk.status;
  return refuse('request-over', `The bulk request ${whatBecame[status]}.`);
}

/** Strict's people decide about many users at once. */
export function bulkBallotOf({ requested, approvals }: BulkState): Votable {
  return { kind: 'strict', quorum: requested.data.quorum, requester: requested.actor.id, approvals };
}

/** Rights are read within the lock: whoever waited has those of the moment of their turn. */
async function decide(
  world: World,
  { issue: number, person }: BulkDecisionInput,
  read: 'read' | 'readMarked',
  decision: Decide,
): Promise<BulkDecisionResult> {
  const issue = await world.bulkIssues[read](number);
  return world.locks.run(`issue ${number}`, async () => {
    const policy = await world.policies.read();
    const guest = await refuseGuest(world, person.id);
    if (guest) return guest;
    const recording = await recordBulk(world, policy, issue, (found) => decision(policy, found));
    if (recording.kind === 'left') return recording.result;
    const { bulk } = recording.found;
    if (!bulk || !isLastDeed(bulk, person)) return expired();
    await showBulk(world, recording.found);
    return { kind: 'decided', issue, bulk };
  });
}

/** An event that was sealed too late means nothing. */
function isLastDeed(bulk: BulkState, { id }: Actor): boolean {
  switch (bulk.status) {
    case 'denied':
      return bulk.denied.actor.id === id;
    case 'stopped':
      return bulk.stopped.actor.id === id;
    // Somebody else may have recorded the end between a Stop and the look at it.
    case 'finished':
      return [...bulk.approvals, ...(bulk.stopped ? [bulk.stopped] : [])].some(
        ({ actor }) => actor.id === id,
      );
    default:
      return bulk.approvals.some(({ actor }) => actor.id === id);
  }
}

async function decideBulkStart(
  world: World,
  policy: Policy,
  { subject, issue }: BulkTrail,
  { id: requestId, requested }: Pending,
): Promise<{ readonly kind: 'decided'; readonly event: TrailEvent } | Refused> {
  const { plan, digest } = requested.data;
  const basis = await readRunbookBasis(world, policy, issue.accountId);
  const now: BulkPlan = { ...plan, ...basis, ages: { ...basis.ages }, document: { ...basis.document } };
  const act = { actor: bot, requestId };
  if (bulkDigestOf({ subject, plan: now, quorum: quorumFor(policy, 'strict') }) !== digest) {
    const why = 'The runbook, its role, the ages or who has to approve are not those that were approved.';
    return { kind: 'decided', event: { ...act, type: 'voided', data: { why, changes: [] } } };
  }
  const overLimit = await refuseBulkOverLimit(world, policy, plan);
  return overLimit ?? { kind: 'decided', event: { ...act, type: 'bulk-started', data: {} } };
}

function expired(): Refused {
  return refuse('request-over', 'The bulk request expired while it was decided.');
}

function unknownBulk(): Refused {
  return refuse('request-unknown', 'The trail of the issue has no such bulk request.');
}

function leave(result: Refused): Decision<Refused> {
  return { kind: 'leave', result };
}

function recordAll(events: TrailEvent[]): Decision<Refused> {
  return { kind: 'record', events, readable: readableText(events) };
}
