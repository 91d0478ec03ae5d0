import { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import { refuseClockOff } from './clock-check.ts';
import { failureOf, githubError, translated } from './github-error.ts';
import type { GitHubClient } from './octokit.ts';

/** `owner/name`, in two parts. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** Throws a KeyturnError unless it is `owner/name`. */
export function parseRepositoryName(text: string): RepositoryName {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
  if (owner && repo) return { owner, repo };
  throw new KeyturnError('github-repository-invalid', `GITHUB_REPOSITORY is ${JSON.stringify(text)}.`);
}

export interface RepositoryFacts {
  /** Numeric, and the same after a rename or a transfer. */
  readonly id: number;
  /** `owner/name` as GitHub spells it now. */
  readonly fullName: string;
  /** False for public ones alone. */
  readonly private: boolean;
  readonly defaultBranch: string;
  /** The page for people. */
  readonly url: string;
}

const repositorySchema = z
  .object({
    id: z.number(),
    full_name: z.string(),
    private: z.boolean(),
    default_branch: z.string(),
    html_url: z.string(),
  })
  .transform(
    (answer): RepositoryFacts => ({
      id: answer.id,
      fullName: answer.full_name,
      private: answer.private,
      defaultBranch: answer.default_branch,
      url: answer.html_url,
    }),
  );

const fileSchema = z.object({ type: z.literal('file'), encoding: z.literal('base64'), content: z.string() });

/**
 * Rejects with a KeyturnError.
 *
 * @param now for whoever depends on having GitHub's time: `clock-off` when this clock has another
 */
export function readRepository(
  github: GitHubClient,
  name: RepositoryName,
  now?: () => Date,
): Promise<RepositoryFacts> {
  return translated(`describe the repository ${name.owner}/${name.repo}`, async () => {
    const { data, headers } = await github.rest.repos.get({ ...name });
    if (now) refuseClockOff(headers.date, now());
    return repositorySchema.parse(data);
  });
}

/**
 * The text of a file on the default branch, of at most 1 MB; undefined when there is none. GitHub answers 404 for a
 * repository that the token cannot see, too: ask readRepository first.
 */
export async function readFileOnDefaultBranch(
  github: GitHubClient,
  name: RepositoryName,
  path: string,
): Promise<string | undefined> {
  try {
    const { data } = await github.rest.repos.getContent({ ...name, path });
    return Buffer.from(fileSchema.parse(data).content, 'base64').toString('utf8');
  } catch (error) {
    if (failureOf(error)?.status === 404) return undefined;
    throw githubError(error, `read the file ${path} of ${name.owner}/${name.repo}`);
  }
}
