import { KeyturnError } from '../errors.ts';
import type { Policy } from '../policy/schema.ts';
import type { BulkHistory, BulkState } from '../trail/bulk-state.ts';
import { foldBulk } from '../trail/fold-bulk.ts';
import { readTrail } from '../trail/read-trail.ts';
import { parsePublicKeys } from '../trail/signature.ts';
import type { Subject } from '../trail/subject.ts';
import { explainBreak, type Trail } from '../trail/trail.ts';
import { appendTo, type Decision } from './append.ts';
import type { BulkIssue } from './bulk-ports.ts';
import type { World } from './ports.ts';

/** The trail of a bulk request's issue as it reads now, and what it comes to. */
export interface BulkTrail extends BulkHistory {
  readonly issue: BulkIssue;
  readonly subject: Subject;
  readonly trail: Trail;
  readonly readAt: Date;
}

export async function readBulkTrail(world: World, policy: Policy, issue: BulkIssue): Promise<BulkTrail> {
  const comments = await world.comments.list(issue.number);
  const { repositoryId } = world;
  const subject: Subject = { repositoryId, issue: issue.number, accountId: issue.accountId };
  const trail = readTrail(comments, subject, parsePublicKeys(policy.trail.publicKeys));
  const readAt = world.clock.now();
  return { issue, subject, trail, ...foldBulk(trail.events, readAt), readAt };
}

/** Whether it waits or is under way. */
export function isOpenBulk({ status }: BulkState): boolean {
  return status === 'pending' || status === 'started' || status === 'stopped';
}

export type BulkRecording<Result> =
  | { readonly kind: 'recorded'; readonly found: BulkTrail }
  | { readonly kind: 'left'; readonly result: Result; readonly found: BulkTrail };

/**
 * Decides on the trail of a bulk request and records the decision, or leaves it.
 *
 * @throws KeyturnError `bulk-trail-broken`; `record-unconfirmed` when the comment does not appear
 */
export async function recordBulk<Result>(
  world: World,
  policy: Policy,
  issue: BulkIssue,
  decide: (found: BulkTrail) => Promise<Decision<Result>>,
): Promise<BulkRecording<Result>> {
  const ledger = {
    number: issue.number,
    read: () => readBulkTrail(world, policy, issue),
    broken: async (found: BulkTrail) => brokenBulk(found),
  };
  const { read: found, ...appended } = await appendTo(world, ledger, decide);
  return { ...appended, found };
}

export function brokenBulk({ issue, trail }: BulkTrail): KeyturnError {
  const why = trail.state === 'broken' ? explainBreak(trail) : 'It holds no bulk request.';
  return new KeyturnError(
    'bulk-trail-broken',
    `The trail of bulk request #${issue.number} is broken. ${why}`,
  );
}
