import { countedDeactivations, keyHistory } from './key-history.ts';
import type { FindingState, IgnoredEvent, Recorded, RequestState } from './state.ts';
import { admit, advance, isOpen, type Step } from './transitions.ts';

/**
 * What the events of one trail come to at `now`. Pure, and it never throws: an event that means nothing where it stands
 * (an approval after the denial, a second request while one is open) is left out and named with the reason. Expiry and
 * the end of an exemption follow from the clock; nobody has to write them.
 */
export function fold(events: readonly Recorded[], now: Date): FindingState {
  const requests = new Map<string, RequestState>();
  const held: Recorded[] = [];
  const ignored: IgnoredEvent[] = [];
  for (const event of events) {
    const step = stepOf(event, requests);
    if (typeof step === 'string') {
      ignored.push({ event, reason: step });
      continue;
    }
    requests.set(step.id, step);
    held.push(event);
  }
  const seen = [...requests.values()].map((request) => asOf(request, now));
  return {
    requests: new Map(seen.map((request) => [request.id, request])),
    open: seen.findLast((request) => isOpen(request, now)),
    ...keyHistory(held, now),
    deactivations: seen.flatMap(countedDeactivations),
    lastOutcome: held.findLast((event) => event.type === 'verified'),
    ignored,
  };
}

function stepOf(event: Recorded, requests: ReadonlyMap<string, RequestState>): Step {
  switch (event.type) {
    case 'requested':
      return admit(event, requests.values());
    case 'bulk-requested':
    case 'bulk-started':
    case 'bulk-stopped':
    case 'bulk-finished':
      return 'it belongs to a bulk request, which has an issue of its own';
    default:
      return advance(requests.get(event.requestId), event);
  }
}

function asOf(request: RequestState, now: Date): RequestState {
  const isOver = request.status === 'pending' && now >= request.expiresAt;
  return isOver ? { ...request, status: 'expired' } : request;
}
