import type { Policy } from '../policy/schema.ts';
import type { Actor, TrailEvent } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import type { RequestState } from '../trail/state.ts';
import type { Decision } from './append.ts';
import { castBallot, type Votable } from './cast-ballot.ts';
import type { FindingTrail } from './finding-trail.ts';
import { findOnlyIssue } from './only-issue.ts';
import { findPending, type PendingRequest } from './pending.ts';
import type { TrailIssue, World } from './ports.ts';
import { record } from './record.ts';
import { type Refused, refuse } from './refusal.ts';
import { refuseBallot, refuseGuest } from './rights.ts';
import { show } from './show.ts';
import { decideStart } from './start.ts';

export interface ApproveInput {
  readonly issue: number;
  readonly requestId: string;
  /** The digest that was on the approver's screen. */
  readonly digest: string;
  readonly approver: Actor;
}

export type ApproveResult =
  /** Recorded. Its status tells what it came to: pending (more people are needed), started, voided or exempted. */
  { readonly kind: 'approved'; readonly issue: TrailIssue; readonly request: RequestState } | Refused;

const expired = () => refuse('request-over', 'The request expired while it was approved.');

/**
 * Somebody approves. Rights are those of this moment; the approval that completes the quorum checks everybody's again,
 * and the plan against AWS, and records approval and start (or that the plan is void) in one comment.
 *
 * A result of status `started` has to be carried out next (carryOut); whoever dies before is replaced by the watch.
 *
 * @throws KeyturnError when AWS, GitHub or Slack fail, or the trail is broken
 */
export async function approve(world: World, input: ApproveInput): Promise<ApproveResult> {
  const issue = await world.issues.read(input.issue);
  const only = await findOnlyIssue(world, issue.finding);
  if (only.kind === 'refused') return only;
  // The daily limit is counted from all trails: two quorums that complete at once must not both fit under it.
  return world.locks.run(`issue ${issue.number}`, () =>
    world.locks.run('starts', () => approveOn(world, issue, input)),
  );
}

/** Rights are read here, within the locks: whoever waited has those of the moment of their turn. */
async function approveOn(world: World, issue: TrailIssue, input: ApproveInput): Promise<ApproveResult> {
  const { requestId } = input;
  const policy = await world.policies.read();
  const guest = await refuseGuest(world, input.approver.id);
  if (guest) return guest;
  const recording = await record(world, policy, issue, (finding) => decide(world, policy, finding, input));
  if (recording.kind === 'left') return recording.result;
  const request = recording.finding.state.requests.get(requestId);
  const counts = request?.approvals.some(({ actor }) => actor.id === input.approver.id);
  if (!request || !counts) return expired();
  await show(world, recording.finding, request);
  return { kind: 'approved', issue, request };
}

async function decide(
  world: World,
  policy: Policy,
  finding: FindingTrail,
  input: ApproveInput,
): Promise<Decision<Refused>> {
  const found = findPending(finding.state, input.requestId);
  if (found.kind === 'refused') return leave(found);
  const { request } = found;
  if (request.requested.data.digest !== input.digest) {
    return leave(refuse('request-outdated', 'What was on the screen is not what was requested.'));
  }
  const ballot = await castBallot(world, policy, ballotOf(request), input.approver.id);
  if (ballot.kind === 'refused') return leave(refuseBallot(ballot.reason));
  const approved: TrailEvent = {
    type: 'approved',
    actor: input.approver,
    requestId: input.requestId,
    data: { digest: input.digest },
  };
  const start = ballot.kind === 'allowed' ? await decideStart(world, policy, finding, request) : undefined;
  if (start?.kind === 'refused') return leave(start);
  // All this reading takes its time, and what is sealed too late would read as if it counted.
  if (world.clock.now() >= request.expiresAt) return leave(expired());
  return recordAll(start ? [approved, start.event] : [approved]);
}

/** The request as something to vote on. */
export function ballotOf({ requested, approvals }: PendingRequest): Votable {
  const { plan, quorum } = requested.data;
  return { kind: plan.kind, quorum, requester: requested.actor.id, approvals };
}

function leave(result: Refused): Decision<Refused> {
  return { kind: 'leave', result };
}

function recordAll(events: TrailEvent[]): Decision<Refused> {
  return { kind: 'record', events, readable: readableText(events) };
}
