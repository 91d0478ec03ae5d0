import type { Deactivation, Exemption, Recorded, RecordedOf, RequestState } from './state.ts';
import { deactivatedBy } from './transitions.ts';

interface KeyHistory {
  readonly exemptions: ReadonlyMap<string, Exemption>;
  readonly deactivated: ReadonlyMap<string, Deactivation>;
  readonly reactivated: ReadonlyMap<string, RecordedOf<'reactivated'>>;
}

/** What the events that hold, in order, say about each key; an exemption that is over by `now` is none. */
export function keyHistory(events: readonly Recorded[], now: Date): KeyHistory {
  const latest = new Map<string, Exemption>();
  for (const exemption of events.flatMap(exemptionsOf)) latest.set(exemption.keyId, exemption);
  const deactivated = new Map<string, Deactivation>();
  const reactivated = new Map<string, RecordedOf<'reactivated'>>();
  for (const event of events) {
    for (const keyId of keysReactivatedBy(event)) {
      deactivated.delete(keyId);
      if (event.type === 'reactivated') reactivated.set(keyId, event);
    }
    for (const keyId of keysThatAre('deactivated', event)) {
      deactivated.set(keyId, { keyId, requestId: event.requestId, at: event.at });
      reactivated.delete(keyId);
    }
  }
  const current = [...latest].filter(([, { until }]) => now < until);
  return { exemptions: new Map(current), deactivated, reactivated };
}

/**
 * What one request counts against the daily cap, on the day of its start: the keys that it has deactivated, and until
 * that is verified all that it may deactivate.
 */
export function countedDeactivations(request: RequestState): Deactivation[] {
  if (!('started' in request)) return [];
  const { at, data } = request.started;
  const keyIds = request.status === 'verified' ? deactivatedBy(request) : pendingDeactivations(request, data);
  return keyIds.map((keyId) => ({ keyId, requestId: request.id, at }));
}

function pendingDeactivations(
  request: RequestState,
  { mode, keyIds }: RecordedOf<'started'>['data'],
): readonly string[] {
  const wasNotStarted = request.status === 'finished' && request.finished.data.ended === 'not started';
  return mode === 'undo' || wasNotStarted ? [] : keyIds;
}

function exemptionsOf(event: Recorded): Exemption[] {
  if (event.type !== 'exempted') return [];
  const { keyIds, reason, until } = event.data;
  return keyIds.map((keyId) => ({ keyId, until: new Date(until), reason, requestId: event.requestId }));
}

/** Whether by an undo or by somebody else. */
function keysReactivatedBy(event: Recorded): readonly string[] {
  return event.type === 'reactivated' ? event.data.keyIds : keysThatAre('reactivated', event);
}

function keysThatAre(outcome: 'deactivated' | 'reactivated', event: Recorded): string[] {
  if (event.type !== 'verified') return [];
  return event.data.keys.filter((key) => key.outcome === outcome).map(({ id }) => id);
}
