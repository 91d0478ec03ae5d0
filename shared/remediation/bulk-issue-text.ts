import type { BulkPlan } from '../trail/bulk-plan.ts';
import { inert } from '../trail/inert.ts';
import { clip } from '../trail/text.ts';
import type { LeftOut } from './bulk-ports.ts';

/** Users that are named as left out: the text has to fit into an issue. */
const mostNamed = 150;
/** Longest reason that is shown, in characters. */
const longestWhy = 120;

export function bulkTitle(accountId: string, { users }: Pick<BulkPlan, 'users'>): string {
  return `Bulk remediation: ${users.length} users in account ${accountId}`;
}

/** What people read on the issue of a bulk request: who is in it, who is not, and why. The comments decide. */
export function bulkText({ users }: Pick<BulkPlan, 'users'>, leftOut: readonly LeftOut[]): string {
  const named = leftOut.slice(0, mostNamed);
  return [
    "Somebody asked to run AWS's runbook for every user whose credentials are unused. What was decided stands in the comments, sealed; what comes of each user stands on the user's own issue.",
    '',
    `**In it: ${users.length}**`,
    ...users.map(
      ({ userName, issue, keys, deletesLoginProfile }) =>
        `- ${inert(userName)} #${issue}: deactivates ${keys} keys${deletesLoginProfile ? ', **deletes the console password**' : ''}`,
    ),
    '',
    `**Left out: ${leftOut.length}**`,
    ...named.map(
      ({ userId, userName, issue, why }) =>
        `- ${inert(userName ?? userId)} #${issue}: ${inert(clip(why, longestWhy))}`,
    ),
    ...(leftOut.length > named.length ? [`- and ${leftOut.length - named.length} more`] : []),
  ].join('\n');
}
