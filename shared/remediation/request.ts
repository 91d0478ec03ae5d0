import { quorumFor } from '../policy/approvals.ts';
import type { Policy } from '../policy/schema.ts';
import { proseLimit } from '../trail/bounds.ts';
import type { Actor, EventOf } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import type { RequestState } from '../trail/state.ts';
import { clip } from '../trail/text.ts';
import { refuseInvalid } from './append.ts';
import { brokenTrail } from './broken-trail.ts';
import type { Wish } from './build-plan.ts';
import { expiryOf } from './expiry.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import { findOnlyIssue } from './only-issue.ts';
import type { Card, Draft, Finding, TrailIssue, World } from './ports.ts';
import { record } from './record.ts';
import { type Refused, refuse } from './refusal.ts';
import { refuseRequester } from './rights.ts';
import { attempt, show } from './show.ts';
import { type Survey, survey } from './survey.ts';

export interface RequestInput {
  /** A UUID made of what Slack repeats when it retries: the same command is the same request. */
  readonly requestId: string;
  readonly finding: Finding;
  readonly wish: Wish;
  readonly requester: Actor;
  /** Untrusted; cut to 500 characters. */
  readonly reason: string;
}

export type RequestResult =
  | { readonly kind: 'requested'; readonly issue: TrailIssue; readonly request: RequestState }
  | Refused;

/**
 * Somebody asks for a remediation, an undo or an exemption. The plan is made from a live snapshot and shown on a card
 * without buttons; when it is recorded the buttons appear. So every request has a thread, also after a restart.
 *
 * @throws KeyturnError when AWS, GitHub or Slack fail; then nothing is recorded, or it is and a repetition finds it
 */
export async function request(world: World, input: RequestInput): Promise<RequestResult> {
  const found = await findOnlyIssue(world, input.finding);
  if (found.kind === 'refused') return found;
  return world.locks.run(`issue ${found.issue.number}`, async () => {
    const policy = await world.policies.read();
    const quorum = quorumFor(policy, input.wish.kind);
    const refusal = await refuseRequester(world, policy, quorum, input.requester.id);
    return refusal ?? requestOn(world, policy, found.issue, input);
  });
}

async function requestOn(
  world: World,
  policy: Policy,
  issue: TrailIssue,
  input: RequestInput,
): Promise<RequestResult> {
  const finding = await readFindingTrail(world, policy, issue);
  if (finding.trail.state === 'broken') throw await brokenTrail(world, finding, finding.trail);
  const before = already(finding, input.requestId);
  if (before?.kind === 'requested') await show(world, finding, before.request);
  if (before) return before;
  if (input.wish.kind === 'exempt' && input.reason.trim() === '') {
    return refuse('exemption-invalid', 'An exemption needs a reason.');
  }
  const surveyed = await survey(world, policy, finding, input.wish);
  if (surveyed.kind === 'refused') return surveyed;
  const expiry = expiryOf(surveyed.planChangesAt, policy.approvals.expireAfterHours, world.clock.now());
  if (expiry.kind === 'too-late') {
    return refuse(
      'plan-changes-soon',
      `At ${expiry.planChangesAt.toISOString()} the plan becomes another one by itself, and that is less than an hour away.`,
    );
  }
  const draft: Draft = {
    requestId: input.requestId,
    issue,
    user: surveyed.user,
    plan: surveyed.approvable.plan,
    requester: input.requester,
    reason: clip(input.reason, proseLimit),
    expiresAt: expiry.at,
  };
  refuseInvalid(requestedEvent(draft, surveyed, placeholder));
  const card = await world.conversation.post(draft);
  try {
    return await recordRequest(world, policy, draft, surveyed, card);
  } catch (error) {
    // If it was recorded all the same, the watch shows the card as it should be.
    await withdraw(world, draft, card);
    throw error;
  }
}

/** Stands for the card while there is none. */
const placeholder: Card = { channel: 'C0', ts: '0.0' };

async function withdraw(world: World, { requestId, issue }: Draft, card: Card): Promise<void> {
  await attempt(world, `withdraw the card of request ${requestId}`, () =>
    world.conversation.show(card, 'withdrawn', issue),
  );
}

async function recordRequest(
  world: World,
  policy: Policy,
  draft: Draft,
  surveyed: Survey,
  card: Card,
): Promise<RequestResult> {
  const { issue, requestId } = draft;
  const events = [requestedEvent(draft, surveyed, card)];
  const recording = await record<Exclude<ReturnType<typeof already>, undefined>>(
    world,
    policy,
    issue,
    async (finding) => {
      const result = already(finding, requestId);
      if (result) return { kind: 'leave', result };
      return { kind: 'record', events, readable: readableText(events) };
    },
  );
  const recorded = recording.finding.state.requests.get(requestId);
  if (recording.kind === 'recorded' && recorded) {
    await show(world, recording.finding, recorded);
    return { kind: 'requested', issue, request: recorded };
  }
  await withdraw(world, draft, card);
  // A clock that was set back may seal it into the time of another request: then it means nothing.
  return recording.kind === 'left'
    ? recording.result
    : refuse('request-open', 'Another request for this user was open at that moment.');
}

/** What the trail already says about this request, or about another that is in its way. */
function already({ state, issue }: FindingTrail, requestId: string): RequestResult | undefined {
  const same = state.requests.get(requestId);
  if (same) return { kind: 'requested', issue, request: same };
  if (!state.open) return undefined;
  return refuse('request-open', `Another request for this user is ${state.open.status}.`);
}

/** The request as an event that a trail can hold. */
export function requestedEvent(
  draft: Draft,
  { approvable, digest }: Survey,
  card: Card,
): EventOf<'requested'> {
  const { userName, arn, plan, quorum } = approvable;
  return {
    type: 'requested',
    actor: draft.requester,
    requestId: draft.requestId,
    data: {
      userName,
      arn,
      plan,
      digest,
      reason: draft.reason,
      quorum: { ...quorum, approvers: [...quorum.approvers] },
      expiresAt: draft.expiresAt.toISOString(),
      card: { ...card },
    },
  };
}
