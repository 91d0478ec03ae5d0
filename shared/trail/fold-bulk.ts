import { addApproval, whilePending } from './approval-rules.ts';
import type { BulkHistory, BulkState } from './bulk-state.ts';
import type { IgnoredEvent, Recorded, RecordedOf } from './state.ts';

/** The bulk request as it is after an event, or why the event means nothing. */
type Step = BulkState | string;

type Decision = Exclude<Recorded, { type: 'bulk-requested' }>;

/**
 * What the events on a bulk request's issue come to at `now`. As pure and as total as `fold`. An issue has one bulk
 * request, the first; an event of a single user's request means nothing here.
 */
export function foldBulk(events: readonly Recorded[], now: Date): BulkHistory {
  let bulk: BulkState | undefined;
  const ignored: IgnoredEvent[] = [];
  for (const event of events) {
    const step = event.type === 'bulk-requested' ? admit(event, bulk) : advance(bulk, event);
    if (typeof step === 'string') ignored.push({ event, reason: step });
    else bulk = step;
  }
  return { bulk: bulk && asOf(bulk, now), ignored };
}

function admit(requested: RecordedOf<'bulk-requested'>, before: BulkState | undefined): Step {
  if (before) return 'this issue has its bulk request already';
  const { requestId: id, data } = requested;
  const expiresAt = new Date(data.expiresAt);
  return { id, requested, expiresAt, approvals: [], missing: data.quorum.count, status: 'pending' };
}

function advance(bulk: BulkState | undefined, event: Decision): Step {
  if (!bulk || event.requestId !== bulk.id) return 'there is no such bulk request';
  switch (event.type) {
    case 'approved':
      return whilePending(bulk, event.at, (pending) => addApproval(pending, event));
    case 'denied':
      return whilePending(bulk, event.at, (pending) => ({ ...pending, status: 'denied', denied: event }));
    case 'voided':
      return whilePending(bulk, event.at, (pending) => ({ ...pending, status: 'voided', voided: event }));
    case 'bulk-started':
      return whilePending(bulk, event.at, (pending) =>
        pending.missing > 0
          ? 'the quorum is not complete'
          : { ...pending, status: 'started', started: event },
      );
    case 'bulk-stopped':
      if (bulk.status !== 'started') return `the bulk request is ${bulk.status}, not started`;
      return { ...bulk, status: 'stopped', stopped: event };
    case 'bulk-finished':
      if (bulk.status !== 'started' && bulk.status !== 'stopped') {
        return `the bulk request is ${bulk.status}, not started`;
      }
      return { ...bulk, status: 'finished', finished: event };
    default:
      return 'it belongs to the request of one user';
  }
}

function asOf(bulk: BulkState, now: Date): BulkState {
  const isOver = bulk.status === 'pending' && now >= bulk.expiresAt;
  return isOver ? { ...bulk, status: 'expired' } : bulk;
}
