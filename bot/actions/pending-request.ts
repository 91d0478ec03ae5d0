import type { Policy } from '../../shared/policy/schema.ts';
import { brokenTrail } from '../../shared/remediation/broken-trail.ts';
import { readFindingTrail } from '../../shared/remediation/finding-trail.ts';
import { findPending, type PendingRequest } from '../../shared/remediation/pending.ts';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import type { RequestRef } from '../../shared/slack/action-ids.ts';
import type { Bot } from '../bot.ts';

/** The request that a button names, as the trail has it now. */
export interface Decidable {
  readonly policy: Policy;
  readonly issue: TrailIssue;
  readonly request: PendingRequest;
}

/** @throws KeyturnError when the trail has no such request, or it cannot be decided any more */
export async function readPendingRequest({ world }: Bot, ref: RequestRef): Promise<Decidable> {
  const [policy, issue] = await Promise.all([world.policies.read(), world.issues.read(ref.issue)]);
  const finding = await readFindingTrail(world, policy, issue);
  const { trail, state } = finding;
  if (trail.state === 'broken') throw await brokenTrail(world, finding, trail);
  const found = findPending(state, ref.requestId);
  if (found.kind === 'refused') throw found.error;
  return { policy, issue, request: found.request };
}
