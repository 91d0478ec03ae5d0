import { keysIn, passwordsIn } from './bulk-plan.ts';
import type { BulkEventType, EventOf } from './events.ts';
import { inert, inertList, inertPerson } from './inert.ts';
import { minuteOf } from './text.ts';

/** The events of a bulk request as Markdown. Every user is named; what does not fit into a comment is cut at its end. */
export function readableBulk(event: EventOf<BulkEventType>): string[] {
  const by = `by ${inertPerson(event.actor)}`;
  const request = `bulk request ${inert(event.requestId)}`;
  switch (event.type) {
    case 'bulk-requested':
      return requestedLines(event, by);
    case 'bulk-started':
      return [`**Started**: ${request}. Each user is a request on their own issue now.`];
    case 'bulk-stopped':
      return [`**Stopped** ${by}: ${request}. Nothing more is started; what runs is seen to its end.`];
    case 'bulk-finished':
      return finishedLines(event, request);
  }
}

function requestedLines({ requestId, data }: EventOf<'bulk-requested'>, by: string): string[] {
  const { plan, reason, quorum, digest, expiresAt, leftOut } = data;
  const { document, region, users } = plan;
  return [
    `**Requested** (bulk) ${by}. Reason: ${inert(reason)}`,
    `- runs ${inert(document.name)}, version ${inert(document.version)}, in ${inert(region)}, for ${users.length} users`,
    `- deactivates ${keysIn(plan)} keys`,
    passwordsIn(plan) > 0
      ? `- **deletes ${passwordsIn(plan)} console passwords, which cannot be undone**`
      : '- leaves all console passwords alone',
    `- leaves ${leftOut} users with a finding out`,
    '',
    `It takes ${quorum.count} of ${inertList(quorum.approvers)} and expires ${minuteOf(expiresAt)}.`,
    `Bulk request ${inert(requestId)}, plan ${inert(digest.slice(0, 12))}.`,
    '',
    ...users.map(
      ({ userName, issue, keys, deletesLoginProfile }) =>
        `- ${inert(userName)} #${issue}: ${keys} keys${deletesLoginProfile ? ', **the console password**' : ''}`,
    ),
  ];
}

function finishedLines({ data }: EventOf<'bulk-finished'>, request: string): string[] {
  const { counts, notStarted } = data;
  return [
    `**Finished**: ${request}.`,
    `- as predicted: ${counts.asPredicted}`,
    `- NOT as predicted: ${counts.differs}`,
    ...(counts.unrecorded > 0 ? [`- on a trail that broke or is gone: ${counts.unrecorded}`] : []),
    `- not started: ${notStarted.length}`,
    ...notStarted.map(({ userId, why }) => `  - ${inert(userId)}: ${inert(why)}`),
  ];
}
