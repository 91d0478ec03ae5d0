import { KeyturnError } from '../errors.ts';
import type { Comments } from '../remediation/ports.ts';
import type { TrailComment } from '../trail/comment.ts';
import { refuseClockOff } from './clock-check.ts';
import { listComments } from './comment-list.ts';
import { translated } from './github-error.ts';
import type { GitHubClient } from './octokit.ts';
import type { RepositoryName } from './repository.ts';

/** Milliseconds in which a comment is written or not at all: one that is 15 minutes younger than its envelope breaks the trail. */
const patience = 5 * 60_000;

export interface TrailCommentsOptions {
  /**
   * The clock of whoever seals: nothing is read, and so nothing decided, while it is not GitHub's. Absent: nothing will
   * be sealed.
   */
  readonly now?: () => Date;
  /** Milliseconds in which a comment is written or not at all. */
  readonly writeWithin?: number;
}

/** GitHub's comments as the pages of trails. */
export class GitHubTrailComments implements Comments {
  readonly #github: GitHubClient;
  readonly #repository: RepositoryName;
  readonly #options: TrailCommentsOptions;

  constructor(github: GitHubClient, repository: RepositoryName, options: TrailCommentsOptions = {}) {
    this.#github = github;
    this.#repository = repository;
    this.#options = options;
  }

  list(issue: number): Promise<readonly TrailComment[]> {
    return translated(`read the comments of issue #${issue}`, async () => {
      const { now } = this.#options;
      const onDate = (date: string | undefined) => now && refuseClockOff(date, now());
      const comments = await listComments(this.#github, this.#repository, issue, undefined, onDate);
      return comments.map(({ id, body, createdAt, updatedAt }) => ({ id, body, createdAt, updatedAt }));
    });
  }

  append(issue: number, body: string): Promise<void> {
    const signal = AbortSignal.timeout(this.#options.writeWithin ?? patience);
    return translated(`comment on issue #${issue}`, async () => {
      const place = { ...this.#repository, issue_number: issue };
      const request = this.#github.rest.issues.createComment({ ...place, body, request: { signal } });
      await Promise.race([request, rejectAt(signal, issue)]);
    });
  }
}

/** For a request that waits in the queue, for the rest of the hour at worst: when its turn comes it is not sent. */
function rejectAt(deadline: AbortSignal, issue: number): Promise<never> {
  const fact = `GitHub's limits left no room for a comment on issue #${issue} in time.`;
  return new Promise((_resolve, reject) => {
    deadline.addEventListener('abort', () => reject(new KeyturnError('github-rate-limit', fact)));
  });
}
