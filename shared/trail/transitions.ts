import { addApproval, whilePending } from './approval-rules.ts';
import type { BulkEventType } from './events.ts';
import type { Plan } from './plan.ts';
import type { Recorded, RecordedOf, RequestState } from './state.ts';

/** The request as it is after an event, or why the event means nothing. */
export type Step = RequestState | string;

type Pending = Extract<RequestState, { status: 'pending' }>;

/** A new request; `known` are those before it. */
export function admit(requested: RecordedOf<'requested'>, known: Iterable<RequestState>): Step {
  const { requestId, at, data } = requested;
  for (const other of known) {
    if (other.id === requestId) return 'this request was made before';
    if (isOpen(other, at)) return 'another request is open';
  }
  const expiresAt = new Date(data.expiresAt);
  return {
    id: requestId,
    requested,
    expiresAt,
    approvals: [],
    missing: data.quorum.count,
    status: 'pending',
  };
}

/** What any other event makes of its request. */
export function advance(
  request: RequestState | undefined,
  event: Exclude<Recorded, { type: 'requested' | BulkEventType }>,
): Step {
  if (!request) return 'there is no such request';
  switch (event.type) {
    case 'approved':
      return whilePending(request, event.at, (pending) => addApproval(pending, event));
    case 'denied':
      return whilePending(request, event.at, (pending) => ({ ...pending, status: 'denied', denied: event }));
    case 'voided':
      return whilePending(request, event.at, (pending) => ({ ...pending, status: 'voided', voided: event }));
    case 'started':
      return whilePending(request, event.at, (pending) => start(pending, event));
    case 'exempted':
      return whilePending(request, event.at, (pending) => exempt(pending, event));
    case 'finished':
      if (request.status !== 'started') return `the request is ${request.status}, not started`;
      return { ...request, status: 'finished', finished: event };
    case 'verified':
      if (request.status !== 'finished') return `the request is ${request.status}, not finished`;
      return { ...request, status: 'verified', verified: event };
    case 'reactivated':
      return event.data.keyIds.every((id) => deactivatedBy(request).includes(id))
        ? request
        : 'the request deactivated no such key';
  }
}

/** Whether the request stands in the way of another at this moment. */
export function isOpen(request: RequestState, at: Date): boolean {
  if (request.status === 'finished') return request.finished.data.ended !== 'not started';
  return request.status === 'started' || (request.status === 'pending' && at < request.expiresAt);
}

/** The keys that a verified request has deactivated. */
export function deactivatedBy(request: RequestState): string[] {
  if (request.status !== 'verified') return [];
  return request.verified.data.keys.filter(({ outcome }) => outcome === 'deactivated').map(({ id }) => id);
}

/** The keys whose status a plan would change, or set anew. */
function keysIn(plan: Plan): readonly string[] {
  switch (plan.kind) {
    case 'runbook':
      return plan.updates;
    case 'strict':
      return plan.deactivates;
    case 'undo':
      return plan.reactivates;
    case 'exempt':
      return plan.keyIds;
  }
}

function start(pending: Pending, event: RecordedOf<'started'>): Step {
  const { plan } = pending.requested.data;
  const { mode, keyIds } = event.data;
  if (pending.missing > 0) return 'the quorum is not complete';
  if (mode !== plan.kind || !isWithin(keyIds, plan)) return 'something else was approved';
  return { ...pending, status: 'started', started: event };
}

function exempt(pending: Pending, event: RecordedOf<'exempted'>): Step {
  const { plan } = pending.requested.data;
  const { keyIds, until } = event.data;
  if (pending.missing > 0) return 'the quorum is not complete';
  if (plan.kind !== 'exempt' || plan.until !== until || !isWithin(keyIds, plan)) {
    return 'something else was approved';
  }
  return { ...pending, status: 'exempted', exempted: event };
}

function isWithin(keyIds: readonly string[], plan: Plan): boolean {
  const planned = keysIn(plan);
  return keyIds.every((id) => planned.includes(id));
}
