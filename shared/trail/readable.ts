import type { BulkReference } from './bulk-events.ts';
import { readableBulk } from './bulk-readable.ts';
import type { EventOf, TrailEvent } from './events.ts';
import { inert, inertList, inertPerson } from './inert.ts';
import type { Plan } from './plan.ts';
import { minuteOf } from './text.ts';

/** What people read above an envelope: its events as Markdown. The envelope, not this text, is what counts. */
export function readableText(events: readonly TrailEvent[]): string {
  return events.map((event) => linesOf(event).join('\n')).join('\n\n');
}

/** A plan as a list of what would be done, in Markdown. */
function readablePlan(plan: Plan): string[] {
  switch (plan.kind) {
    case 'runbook':
      return [
        `- runs ${inert(plan.document.name)}, version ${inert(plan.document.version)}, in ${inert(plan.region)}`,
        `- deactivates ${inertList(plan.deactivates)}`,
        `- leaves ${inertList(activeBeyond(plan.keys, plan.updates))} Active`,
        plan.deletesLoginProfile
          ? '- **deletes the console password, which cannot be undone**'
          : '- leaves the console password alone',
      ];
    case 'strict':
      return [
        `- deactivates ${inertList(plan.deactivates)}, used or not`,
        `- leaves ${inertList(activeBeyond(plan.keys, plan.deactivates))} Active`,
      ];
    case 'undo':
      return [
        `- reactivates ${inertList(plan.reactivates)}, which request ${inert(plan.undoes)} deactivated`,
      ];
    case 'exempt':
      return [`- exempts ${inertList(plan.keyIds)} until ${minuteOf(plan.until)}`];
  }
}

function linesOf(event: TrailEvent): string[] {
  const by = `by ${inertPerson(event.actor)}`;
  const request = `request ${inert(event.requestId)}`;
  switch (event.type) {
    case 'requested':
      return requestedLines(event, by);
    case 'approved':
      return [`**Approved** ${by}: ${request}${inBulk(event.data.bulk)}.`];
    case 'denied':
      return [`**Denied** ${by}: ${request}. Reason: ${inert(event.data.reason)}`];
    case 'voided':
      return [
        `**Void**: ${request} was approved, but its plan is not what would run now. Nothing was done.`,
        `- ${inert(event.data.why)}`,
        ...event.data.changes.map((change) => `- ${inert(change)}`),
      ];
    case 'started':
      return [
        `**Started** (${event.data.mode}): ${request}, meant to change ${inertList(event.data.keyIds)}.`,
      ];
    case 'finished':
      return finishedLines(event, request);
    case 'verified':
      return verifiedLines(event, request);
    case 'exempted': {
      const { keyIds, until, reason } = event.data;
      return [`**Exempted** until ${minuteOf(until)}: ${inertList(keyIds)}. Reason: ${inert(reason)}`];
    }
    case 'reactivated':
      return [
        `**Reactivated by somebody else**: ${inertList(event.data.keyIds)}, deactivated by ${request}.`,
      ];
    default:
      return readableBulk(event);
  }
}

function requestedLines({ requestId, data }: EventOf<'requested'>, by: string): string[] {
  const { plan, userName, reason, quorum, digest, expiresAt } = data;
  return [
    `**Requested** (${plan.kind}) for ${inert(userName)} ${by}. Reason: ${inert(reason)}`,
    ...readablePlan(plan),
    '',
    `It takes ${quorum.count} of ${inertList(quorum.approvers)} and expires ${minuteOf(expiresAt)}.`,
    `Request ${inert(requestId)}, plan ${inert(digest.slice(0, 12))}${inBulk(data.bulk)}.`,
  ];
}

/** Where the approvals of a user's request are, when they were given for many users at once. */
function inBulk(bulk: BulkReference | undefined): string {
  return bulk
    ? `, in the bulk request of #${bulk.issue} (envelope ${inert(bulk.approval.slice(0, 12))})`
    : '';
}

function finishedLines({ data }: EventOf<'finished'>, request: string): string[] {
  const { ended, executionId, automationStatus, error, output } = data;
  return [
    `**Finished** (${ended}): ${request}.`,
    ...(executionId ? [`- automation execution ${inert(executionId)}`] : []),
    ...(automationStatus ? [`- its status ${inert(automationStatus)}`] : []),
    ...(error ? [`- error: ${inert(error)}`] : []),
    ...(output ? [`- output: ${inert(output)}`] : []),
  ];
}

function verifiedLines({ data }: EventOf<'verified'>, request: string): string[] {
  const { result, keys, loginProfile, asPredicted, differences } = data;
  return [
    `**Verified: ${result}**, ${asPredicted ? 'as predicted' : 'NOT as predicted'}: ${request}.`,
    ...keys.map(({ id, outcome, why }) => `- ${inert(id)}: ${outcome}${why ? `, ${inert(why)}` : ''}`),
    `- console password: ${loginProfile}`,
    ...differences.map((difference) => `- **difference**: ${inert(difference)}`),
  ];
}

function activeBeyond(
  keys: readonly { readonly id: string; readonly status: string }[],
  changed: readonly string[],
): string[] {
  return keys.filter(({ id, status }) => status === 'Active' && !changed.includes(id)).map(({ id }) => id);
}
