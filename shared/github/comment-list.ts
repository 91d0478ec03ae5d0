import { z } from 'zod';
import type { GitHubClient } from './octokit.ts';
import type { RepositoryName } from './repository.ts';

/** A comment of an issue as GitHub has it. */
export interface IssueComment {
  readonly id: number;
  readonly body: string;
  readonly createdAt: Date;
  /** Later than `createdAt`: somebody has edited it, though its edit history may have been cleared. */
  readonly updatedAt: Date;
  /** Undefined: the account was deleted. */
  readonly author: string | undefined;
}

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const commentSchema = z
  .object({
    id: z.number(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
    created_at: moment,
    updated_at: moment,
  })
  .transform(
    (answer): IssueComment => ({
      id: answer.id,
      body: answer.body ?? '',
      createdAt: answer.created_at,
      updatedAt: answer.updated_at,
      author: answer.user?.login,
    }),
  );

/**
 * All comments of an issue by id, 100 a request; with `since`, those updated at or after it.
 *
 * @param onDate told of each answer's Date
 */
export async function listComments(
  github: GitHubClient,
  repository: RepositoryName,
  issue: number,
  since?: Date,
  onDate?: (date: string | undefined) => void,
): Promise<IssueComment[]> {
  const query = {
    ...repository,
    issue_number: issue,
    per_page: 100,
    ...(since && { since: since.toISOString() }),
  };
  const answer = await github.paginate(github.rest.issues.listComments, query, ({ data, headers }) => {
    onDate?.(headers.date);
    return data;
  });
  return z
    .array(commentSchema)
    .parse(answer)
    .sort((one, other) => one.id - other.id);
}

/** The comment of an issue at this place, counted from 1; undefined when there is none, as at place 0. */
export async function readComment(
  github: GitHubClient,
  repository: RepositoryName,
  issue: number,
  place: number,
): Promise<IssueComment | undefined> {
  if (place < 1) return undefined;
  const { data } = await github.rest.issues.listComments({
    ...repository,
    issue_number: issue,
    per_page: 1,
    page: place,
  });
  return z.array(commentSchema).parse(data)[0];
}
