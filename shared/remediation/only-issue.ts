import { brokenLabel, hasLabel } from '../trail/labels.ts';
import type { Finding, TrailIssue, World } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';

/** The one issue of a finding: with two of them nobody could say which trail counts. */
export async function findOnlyIssue(
  world: World,
  finding: Finding,
): Promise<{ readonly kind: 'found'; readonly issue: TrailIssue } | Refused> {
  const all = await world.issues.listFor(finding);
  const [issue, ...others] = all.filter((candidate) => !hasLabel(candidate, brokenLabel));
  if (!issue) return refuse('issue-absent', 'There is no issue for this user.');
  if (others.length > 0) {
    const numbers = [issue, ...others].map(({ number }) => `#${number}`).join(' and ');
    return refuse('issue-twice', `Several issues are about this user: ${numbers}.`);
  }
  return { kind: 'found', issue };
}
