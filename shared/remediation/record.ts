import type { Policy } from '../policy/schema.ts';
import { appendTo, type Decision } from './append.ts';
import { brokenTrail } from './broken-trail.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import type { TrailIssue, World } from './ports.ts';

export type Recording<Result> =
  | { readonly kind: 'recorded'; readonly finding: FindingTrail }
  | { readonly kind: 'left'; readonly result: Result; readonly finding: FindingTrail };

/**
 * Decides on a finding's trail and records the decision, or leaves it.
 *
 * @throws KeyturnError `trail-broken`; `record-unconfirmed` when the comment does not appear; GitHub's refusal
 */
export async function record<Result>(
  world: World,
  policy: Policy,
  issue: TrailIssue,
  decide: (finding: FindingTrail) => Promise<Decision<Result>>,
): Promise<Recording<Result>> {
  const ledger = {
    number: issue.number,
    read: () => readFindingTrail(world, policy, issue),
    broken: brokenTrail.bind(undefined, world),
  };
  const { read: finding, ...appended } = await appendTo(world, ledger, decide);
  return { ...appended, finding };
}
