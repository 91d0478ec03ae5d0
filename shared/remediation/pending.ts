import type { FindingState, RequestState } from '../trail/state.ts';
import { type Refused, refuse } from './refusal.ts';

export type PendingRequest = Extract<RequestState, { status: 'pending' }>;

export const whatBecame: Readonly<Record<Exclude<RequestState['status'], 'pending'>, string>> = {
  expired: 'has expired',
  denied: 'was denied',
  voided: 'is void: its plan had changed',
  started: 'was approved and has started',
  finished: 'was approved and carried out',
  verified: 'was approved and carried out',
  exempted: 'was approved',
};

/** The request if it can still be decided. */
export function findPending(
  state: FindingState,
  requestId: string,
): { readonly kind: 'pending'; readonly request: PendingRequest } | Refused {
  const request = state.requests.get(requestId);
  if (!request) return refuse('request-unknown', 'The trail of the issue has no such request.');
  if (request.status === 'pending') return { kind: 'pending', request };
  return refuse('request-over', `The request ${whatBecame[request.status]}.`);
}
