import type { UserSnapshot } from '../keys/user-snapshot.ts';
import type { Policy } from '../policy/schema.ts';
import { proseLimit } from '../trail/bounds.ts';
import type { EventOf, TrailEvent } from '../trail/events.ts';
import { clip } from '../trail/text.ts';
import { bot } from './bot-actor.ts';
import { wishOf } from './build-plan.ts';
import { clientTokenOf } from './client-token.ts';
import { clipNotes } from './clip-notes.ts';
import { refuseOverLimit } from './daily-limit.ts';
import type { Approvable } from './digest.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { PendingRequest } from './pending.ts';
import { planChanges } from './plan-changes.ts';
import type { World } from './ports.ts';
import type { Refused } from './refusal.ts';
import { type Survey, survey } from './survey.ts';

/**
 * What the completed quorum comes to: `started` (for an exemption, `exempted`) when the plan that would run now is the
 * approved one to the digest, else `voided`. Refused: the daily limit is reached; the request stays as it is.
 */
export async function decideStart(
  world: World,
  policy: Policy,
  finding: FindingTrail,
  request: PendingRequest,
): Promise<{ readonly kind: 'decided'; readonly event: TrailEvent } | Refused> {
  const { data } = request.requested;
  const surveyed = await survey(world, policy, finding, wishOf(data.plan));
  if (surveyed.kind === 'refused') return decided(voidedEvent(request, surveyed.error.fact, []));
  if (surveyed.digest !== data.digest) {
    const before: Approvable = { ...surveyed.approvable, ...data };
    const changes = planChanges(before, surveyed.approvable);
    return decided(voidedEvent(request, 'What would be done now is not what was approved.', changes));
  }
  const overLimit = await refuseOverLimit(world, policy, data.plan);
  return overLimit ?? decided(startEvent(request, surveyed));
}

function decided(event: TrailEvent): { kind: 'decided'; event: TrailEvent } {
  return { kind: 'decided', event };
}

function voidedEvent({ id }: PendingRequest, why: string, changes: readonly string[]): EventOf<'voided'> {
  const data = { why: clip(why, proseLimit), changes: clipNotes(changes) };
  return { type: 'voided', actor: bot, requestId: id, data };
}

/** What is recorded before anything is written to AWS. */
export function startEvent(
  { id, requested }: { readonly id: string; readonly requested: Pick<EventOf<'requested'>, 'data'> },
  { user }: Survey,
): TrailEvent {
  const { plan, reason } = requested.data;
  const event = { actor: bot, requestId: id };
  const before = writeSnapshot(user);
  switch (plan.kind) {
    case 'exempt':
      return { ...event, type: 'exempted', data: { keyIds: plan.keyIds, until: plan.until, reason } };
    case 'undo':
      return { ...event, type: 'started', data: { mode: 'undo', keyIds: plan.reactivates, before } };
    case 'strict':
      return { ...event, type: 'started', data: { mode: 'strict', keyIds: plan.deactivates, before } };
    case 'runbook': {
      const clientToken = clientTokenOf(id);
      return {
        ...event,
        type: 'started',
        data: { mode: 'runbook', keyIds: plan.deactivates, before, clientToken },
      };
    }
  }
}

function writeSnapshot(user: UserSnapshot): EventOf<'started'>['data']['before'] {
  return {
    keys: user.accessKeys.map(({ id, status, createdAt, ...use }) => ({
      id,
      status,
      createdAt: createdAt.toISOString(),
      ...(use.lastUsedAt && { lastUsedAt: use.lastUsedAt.toISOString() }),
      ...(use.lastUsedService && { lastUsedService: clip(use.lastUsedService, 64) }),
      ...(use.lastUsedRegion && { lastUsedRegion: clip(use.lastUsedRegion, 64) }),
    })),
    ...(user.loginProfileCreatedAt && { loginProfileCreatedAt: user.loginProfileCreatedAt.toISOString() }),
    ...(user.passwordLastUsedAt && { passwordLastUsedAt: user.passwordLastUsedAt.toISOString() }),
  };
}
