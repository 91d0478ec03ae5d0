import { keysIn, passwordsIn } from '../shared/trail/bulk-plan.ts';
import type { BulkHistory } from '../shared/trail/bulk-state.ts';
import type { BulkEventType, EventOf } from '../shared/trail/events.ts';
import type { FindingState, Recorded, RequestState } from '../shared/trail/state.ts';
import type { Subject } from '../shared/trail/subject.ts';
import { explainBreak, type Trail } from '../shared/trail/trail.ts';

/** One issue after its audit. Without `read` its body names no finding, so that nothing could be verified. */
export interface AuditedIssue {
  readonly number: number;
  readonly url: string;
  readonly read:
    | {
        readonly subject: Subject;
        readonly trail: Trail;
        readonly state: FindingState;
        /** On the issue of a bulk request. */
        readonly bulk?: BulkHistory;
      }
    | undefined;
  /** By request id, what is wrong with approvals that are said to be those of a bulk request. */
  readonly faults?: ReadonlyMap<string, string>;
}

export function isSound({ read, faults }: AuditedIssue): boolean {
  return read?.trail.state === 'intact' && faults === undefined;
}

/** The audit as a table for a terminal. Text of people is stripped of whatever a terminal would obey. */
export function auditTable(issues: readonly AuditedIssue[]): string {
  if (issues.length === 0) return 'There is no issue with the label keyturn.\n';
  return `${issues.flatMap((issue) => [...issueLines(issue), '']).join('\n')}`;
}

/** The audit as JSON: events whole, dates in ISO-8601 UTC. */
export function auditJson(issues: readonly AuditedIssue[]): string {
  return `${JSON.stringify(issues.map(jsonOf), null, 2)}\n`;
}

function issueLines({ number, url, read, faults }: AuditedIssue): string[] {
  if (!read) return [`#${number} BROKEN: its body names no finding any more. ${url}`];
  const { subject, trail, state, bulk } = read;
  const about = `${bulk ? 'bulk request' : subject.userId} in account ${subject.accountId}`;
  const size = `${trail.envelopes.length} envelopes, ${trail.events.length} events`;
  const verdict = trail.state === 'broken' ? `BROKEN: ${explainBreak(trail)}` : 'verified';
  return [
    `#${number} ${about}: ${verdict} (${size}) ${url}`,
    ...columns(trail.events.map((event) => row(event, bulk ?? state))),
    ...[...state.requests.values()].map((request) => requestLine(request, faults)),
    ...(bulk?.bulk ? [`  bulk request ${bulk.bulk.id}: ${bulk.bulk.status}`] : []),
    ...trail.strays.map(
      ({ commentId, why }) => `  comment ${commentId} holds an envelope that does not count: ${why}`,
    ),
  ];
}

function requestLine({ id, status, requested }: RequestState, faults: AuditedIssue['faults']): string {
  const { bulk } = requested.data;
  if (!bulk) return `  request ${id}: ${status}`;
  const fault = faults?.get(id);
  const verdict = fault === undefined ? 'verified there' : `NOT THERE: ${fault}`;
  return `  request ${id}: ${status}, approved in bulk on #${bulk.issue}: ${verdict}`;
}

function row(event: Recorded, { ignored }: Pick<FindingState, 'ignored'>): string[] {
  const reason = ignored.find((one) => one.event === event)?.reason;
  const { actor, at, seq, type, requestId, shortHash, commentId } = event;
  const by = actor.kind === 'bot' ? 'Keyturn' : `${plain(actor.name)} (${actor.id})`;
  const detail = reason ? `IGNORED: ${reason}` : plain(detailOf(event));
  const where = [requestId.slice(0, 8), shortHash, String(commentId)];
  return [String(seq), `${at.toISOString().slice(0, 19)}Z`, type, by, ...where, detail];
}

function detailOf(event: Recorded): string {
  switch (event.type) {
    case 'requested':
      return `${event.data.plan.kind} for ${event.data.userName}: ${event.data.reason}`;
    case 'approved':
      return `plan ${event.data.digest.slice(0, 12)}`;
    case 'denied':
      return event.data.reason;
    case 'voided':
      return [event.data.why, ...event.data.changes].join('; ');
    case 'started':
      return `${event.data.mode}: ${event.data.keyIds.join(', ')}`;
    case 'finished':
      return [event.data.ended, event.data.automationStatus, event.data.executionId, event.data.error]
        .filter((part) => part !== undefined)
        .join(', ');
    case 'verified':
      return [
        event.data.result,
        event.data.asPredicted ? 'as predicted' : 'NOT as predicted',
        ...event.data.keys.map(({ id, outcome }) => `${id} ${outcome}`),
        ...event.data.differences,
      ].join('; ');
    case 'exempted':
      return `${event.data.keyIds.join(', ')} until ${event.data.until}: ${event.data.reason}`;
    case 'reactivated':
      return event.data.keyIds.join(', ');
    default:
      return bulkDetailOf(event);
  }
}

function bulkDetailOf(event: EventOf<BulkEventType>): string {
  switch (event.type) {
    case 'bulk-requested': {
      const { plan, reason } = event.data;
      return `${keysIn(plan)} keys and ${passwordsIn(plan)} passwords of ${plan.users.length} users: ${reason}`;
    }
    case 'bulk-started':
      return 'each user is a request of their own';
    case 'bulk-stopped':
      return 'nothing more is started';
    case 'bulk-finished': {
      const { counts, notStarted } = event.data;
      const { asPredicted, differs, unrecorded } = counts;
      return `as predicted ${asPredicted}, NOT as predicted ${differs}, unrecorded ${unrecorded}, not started ${notStarted.length}`;
    }
  }
}

function columns(rows: readonly string[][]): string[] {
  const titles = ['seq', 'sealed at', 'event', 'by', 'request', 'hash', 'comment', 'what'];
  if (rows.length === 0) return [];
  const widths = titles.map((title, index) =>
    Math.max(title.length, ...rows.map((cells) => cells[index]?.length ?? 0)),
  );
  return [titles, ...rows].map(
    (cells) =>
      `  ${cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd()}`,
  );
}

function plain(untrusted: string): string {
  return untrusted.replace(/\s+/gu, ' ').replace(/\p{C}/gu, '\uFFFD');
}

function jsonOf({ number, url, read, faults }: AuditedIssue): object {
  if (!read)
    return { issue: number, url, state: 'broken', explanation: 'The body names no finding any more.' };
  const { subject, trail, state, bulk } = read;
  const { strays } = trail;
  const { ignored } = bulk ?? state;
  return {
    issue: number,
    url,
    subject,
    state: trail.state,
    ...(trail.state === 'broken' && {
      reason: trail.reason,
      explanation: explainBreak(trail),
      atSeq: trail.atSeq,
      atCommentId: trail.atCommentId,
    }),
    events: trail.events.map((event) => ({
      ...event,
      ignored: ignored.find((one) => one.event === event)?.reason,
    })),
    requests: [...state.requests.values()].map(({ id, status, missing, requested }) => ({
      id,
      status,
      missing,
      bulk: requested.data.bulk,
      fault: faults?.get(id),
    })),
    ...(bulk && { bulk: { id: bulk.bulk?.id, status: bulk.bulk?.status } }),
    strays: strays.map(({ commentId, why }) => ({ commentId, why })),
  };
}
