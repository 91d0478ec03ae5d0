import { tmpdir } from 'node:os';
import { z } from 'zod';
import { KeyturnError } from '../shared/errors.ts';
import { parseRepositoryName, type RepositoryName } from '../shared/github/repository.ts';

/** The variables that GitHub's runner sets and Keyturn reads; those that a step may lack are optional. */
const runnerSchema = z.object({
  GITHUB_REPOSITORY: z.string('is not set'),
  GITHUB_API_URL: z.url('is no address').default('https://api.github.com'),
  GITHUB_WORKSPACE: z.string().exactOptional(),
  GITHUB_RUN_ID: z.string().regex(/^\d+$/, 'is no number').exactOptional(),
  RUNNER_TEMP: z.string().exactOptional(),
  AWS_REGION: z.string().exactOptional(),
});

/** Where this run takes place. */
export interface Runner {
  readonly repository: RepositoryName;
  readonly apiUrl: string;
  /** Folder of the checkout, if the job made one. */
  readonly workspace?: string;
  readonly runId?: string;
  /** Folder for files that live as long as the job. */
  readonly temp: string;
  /** The region that the AWS SDK and its tools go by. */
  readonly awsRegion?: string;
}

/**
 * Reads GitHub's default variables. An empty one counts as not set.
 *
 * @throws {KeyturnError} `runner-invalid` naming all that is wrong; `github-repository-invalid`.
 */
export function readRunner(variables: Readonly<Record<string, string | undefined>>): Runner {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value));
  const parsed = runnerSchema.safeParse(set);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new KeyturnError('runner-invalid', `GitHub's variables cannot be used: ${wrong.join('; ')}.`);
  }
  const { data } = parsed;
  return {
    repository: parseRepositoryName(data.GITHUB_REPOSITORY),
    apiUrl: data.GITHUB_API_URL,
    temp: data.RUNNER_TEMP ?? tmpdir(),
    ...(data.GITHUB_WORKSPACE && { workspace: data.GITHUB_WORKSPACE }),
    ...(data.GITHUB_RUN_ID && { runId: data.GITHUB_RUN_ID }),
    ...(data.AWS_REGION && { awsRegion: data.AWS_REGION }),
  };
}
