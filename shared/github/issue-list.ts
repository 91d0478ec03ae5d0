import type { IssueRecord } from '../findings/ports.ts';
import { keyturnLabel } from '../trail/labels.ts';
import { parseIssues } from './issue-answer.ts';
import type { GitHubClient } from './octokit.ts';
import type { RepositoryName } from './repository.ts';

/**
 * All issues with the label `keyturn` (or all of these labels), of any state, by number, 100 a request; with `since`, those updated at or after
 * it (GitHub compares whole seconds). Oldest first: an issue that is opened meanwhile moves no other to a page that
 * was read already.
 */
export async function listKeyturnIssues(
  github: GitHubClient,
  repository: RepositoryName,
  since?: Date,
  labels: readonly string[] = [keyturnLabel],
): Promise<IssueRecord[]> {
  const answer = await github.paginate(github.rest.issues.listForRepo, {
    ...repository,
    labels: labels.join(','),
    state: 'all',
    sort: 'created',
    direction: 'asc',
    per_page: 100,
    ...(since && { since: since.toISOString() }),
  });
  return parseIssues(answer);
}
