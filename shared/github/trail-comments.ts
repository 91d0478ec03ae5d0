import type { Comments } from '../remediation/ports.ts';
import type { TrailComment } from '../trail/comment.ts';
import { listComments } from './comment-list.ts';
import { translated } from './github-error.ts';
import type { GitHubClient } from './octokit.ts';
import type { RepositoryName } from './repository.ts';

/** GitHub's comments as the pages of trails. */
export class GitHubTrailComments implements Comments {
  readonly #github: GitHubClient;
  readonly #repository: RepositoryName;

  constructor(github: GitHubClient, repository: RepositoryName) {
    this.#github = github;
    this.#repository = repository;
  }

  list(issue: number): Promise<readonly TrailComment[]> {
    return translated(`read the comments of issue #${issue}`, async () => {
      const comments = await listComments(this.#github, this.#repository, issue);
      return comments.map(({ id, body, createdAt, updatedAt }) => ({ id, body, createdAt, updatedAt }));
    });
  }

  append(issue: number, body: string): Promise<void> {
    return translated(`comment on issue #${issue}`, async () => {
      await this.#github.rest.issues.createComment({ ...this.#repository, issue_number: issue, body });
    });
  }
}
