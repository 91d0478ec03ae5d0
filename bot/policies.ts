import { readFile } from 'node:fs/promises';
import { KeyturnError } from '../shared/errors.ts';
import type { GitHubClient } from '../shared/github/octokit.ts';
import { type RepositoryName, readFileOnDefaultBranch } from '../shared/github/repository.ts';
import { parsePolicy } from '../shared/policy/parse-policy.ts';
import type { Policy } from '../shared/policy/schema.ts';
import type { Policies } from '../shared/remediation/ports.ts';
import { createFreshCache } from './fresh-cache.ts';

const repositoryPath = '.github/keyturn.yml';
/** Milliseconds. One decision reads the policy a few times; the next one has to see what was merged meanwhile. */
const shelfLife = 5_000;

/** Where the policy's text comes from, and how to name that place to people. */
export interface PolicySource {
  readonly name: string;
  /** Undefined: there is no such file. */
  readonly read: () => Promise<string | undefined>;
}

export function repositoryPolicy(github: GitHubClient, repository: RepositoryName): PolicySource {
  return {
    name: `${repositoryPath} on the default branch of ${repository.owner}/${repository.repo}`,
    read: () => readFileOnDefaultBranch(github, repository, repositoryPath),
  };
}

export function filePolicy(path: string): PolicySource {
  return {
    name: path,
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch (cause) {
        throw new KeyturnError('policy-unreadable', `KEYTURN_POLICY names ${path}, which cannot be read.`, {
          cause,
        });
      }
    },
  };
}

/**
 * The policy as it stands now. One that cannot be read or used is an error each time: nothing is decided by an older one.
 */
export function currentPolicy(source: PolicySource, now: () => Date): Policies {
  const read = createFreshCache(shelfLife, now, (_: 'policy') => readPolicy(source));
  return { read: () => read('policy') };
}

async function readPolicy({ name, read }: PolicySource): Promise<Policy> {
  const text = await read();
  if (text === undefined) throw new KeyturnError('policy-absent', `There is no ${name}.`);
  const parsed = parsePolicy(text);
  if (parsed.ok) return parsed.policy;
  const problems = parsed.problems.map(
    ({ line, path, message }) => `line ${line}: ${path || 'the file'} ${message}`,
  );
  throw new KeyturnError('policy-invalid', `${name} cannot be used: ${problems.join('; ')}.`);
}
