import type { GitHubStandIn } from '../../sandbox/github/start.ts';
import { connectGitHub, type GitHubAccess, type GitHubClient } from '../../shared/github/octokit.ts';
import { unpaced } from '../../shared/github/pace.ts';
import { parseRepositoryName } from '../../shared/github/repository.ts';

export const name = parseRepositoryName('octo-org/keys');

/** Octokit at the stand-in, as the Action unless `access` says otherwise; nothing waits. */
export function connect(github: GitHubStandIn, access: Partial<GitHubAccess> = {}): GitHubClient {
  return connectGitHub({
    baseUrl: github.url,
    token: github.token,
    pace: unpaced,
    sleep: async () => {},
    ...access,
  });
}

export const routes = {
  repository: 'GET /repos/{owner}/{repo}',
  listIssues: 'GET /repos/{owner}/{repo}/issues',
  openIssue: 'POST /repos/{owner}/{repo}/issues',
  readIssue: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
  changeIssue: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
  addLabels: 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
  listComments: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  comment: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
};
