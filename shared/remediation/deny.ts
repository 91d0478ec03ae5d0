import { proseLimit } from '../trail/bounds.ts';
import type { Actor, TrailEvent } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import type { RequestState } from '../trail/state.ts';
import { clip } from '../trail/text.ts';
import { ballotOf } from './approve.ts';
import { refuseDenier } from './cast-ballot.ts';
import { findPending } from './pending.ts';
import type { TrailIssue, World } from './ports.ts';
import { record } from './record.ts';
import { type Refused, refuse } from './refusal.ts';
import { refuseGuest } from './rights.ts';
import { show } from './show.ts';

export interface DenyInput {
  readonly issue: number;
  readonly requestId: string;
  readonly denier: Actor;
  /** Untrusted; cut to 500 characters. */
  readonly reason: string;
}

export type DenyResult =
  | { readonly kind: 'denied'; readonly issue: TrailIssue; readonly request: RequestState }
  | Refused;

/**
 * Somebody denies a request. A denial harms nobody, so one right is enough.
 *
 * @throws KeyturnError when GitHub or Slack fail, or the trail is broken
 */
export async function deny(world: World, input: DenyInput): Promise<DenyResult> {
  const issue = await world.issues.read(input.issue);
  return world.locks.run(`issue ${issue.number}`, () => denyOn(world, issue, input));
}

async function denyOn(world: World, issue: TrailIssue, input: DenyInput): Promise<DenyResult> {
  const policy = await world.policies.read();
  const guest = await refuseGuest(world, input.denier.id);
  if (guest) return guest;
  const { requestId, denier } = input;
  const event: TrailEvent = {
    type: 'denied',
    actor: denier,
    requestId,
    data: { reason: clip(input.reason, proseLimit) },
  };
  const recording = await record<Refused>(world, policy, issue, async ({ state }) => {
    const found = findPending(state, requestId);
    if (found.kind === 'refused') return { kind: 'leave', result: found };
    const refusal = await refuseDenier(world, policy, ballotOf(found.request), denier.id);
    if (refusal) return { kind: 'leave', result: refusal };
    return { kind: 'record', events: [event], readable: readableText([event]) };
  });
  if (recording.kind === 'left') return recording.result;
  const request = recording.finding.state.requests.get(requestId);
  if (request?.status !== 'denied')
    return refuse('request-over', 'The request expired before it was denied.');
  await show(world, recording.finding, request);
  return { kind: 'denied', issue, request };
}
