import type { Evidence, RememberedUser } from '../keys/evidence.ts';
import type { UserSnapshot } from '../keys/user-snapshot.ts';
import type { Step } from './action.ts';
import { holdOf, type IssueHold } from './hold.ts';
import type { IssueRecord } from './ports.ts';
import { trackIssues } from './tracked-issues.ts';

/**
 * What the markers of the kept issues remember, by user id. Nothing of a user with an exemption: whether all keys over
 * age are exempt is not for a marker to say.
 */
export function rememberedUsers(
  issues: readonly IssueRecord[],
  accountId: string,
  holds: ReadonlyMap<number, IssueHold>,
): ReadonlyMap<string, RememberedUser> {
  const entries = [...trackIssues(issues, accountId, holds)].flatMap(([userId, { kept }]) => {
    if (kept?.marker.remembered === undefined || holdOf(kept.issue, holds).exemptions.length > 0) return [];
    return [[userId, kept.marker.remembered] as const];
  });
  return new Map(entries);
}

/**
 * Users about whom something would be written that a marker told, and whom nothing else makes IAM be asked about: it is
 * before that is written.
 */
export function usersToAskAgain(
  steps: readonly Step[],
  evidence: ReadonlyMap<string, Evidence>,
): readonly string[] {
  const userIds = steps.filter(({ kind }) => kind === 'update').map(({ subject }) => subject.userId);
  return userIds.filter((userId) => {
    const known = evidence.get(userId);
    return known?.kind === 'user' && known.source === 'memory';
  });
}

/** What is known once IAM has answered: what a marker remembered counts only as far as it names the same keys. */
export function confirmedBy(live: Evidence | undefined, known: Evidence): Evidence {
  if (known.kind !== 'user' || known.source !== 'memory' || live?.kind !== 'user') return known;
  return keysOf(known.user) === keysOf(live.user) ? { ...known, source: 'report' } : live;
}

/** Ids and creation dates (IAM gives whole seconds), in no order. */
function keysOf({ accessKeys }: UserSnapshot): string {
  const keys = accessKeys.map(({ id, createdAt }) => `${id} ${createdAt.toISOString().slice(0, 19)}`);
  return keys.toSorted().join('\n');
}
