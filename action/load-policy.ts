import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { KeyturnError } from '../shared/errors.ts';
import { type PolicyProblem, parsePolicy } from '../shared/policy/parse-policy.ts';
import type { Policy } from '../shared/policy/schema.ts';
import { inputSchema } from './inputs.ts';

export interface PolicyPlace {
  /** Path inside the repository. */
  readonly path: string;
  /** Folder of the checkout, if there may be one. */
  readonly workspace: string | undefined;
  /** The file's text on the default branch; undefined when it is not there. */
  readonly readFromDefaultBranch: (path: string) => Promise<string | undefined>;
  /** Told each problem, to be shown at its line. */
  readonly onProblem: (problem: PolicyProblem, path: string) => void;
}

const defaultPath = inputSchema.shape['policy-file'].parse(undefined);

/**
 * Reads the policy file: the checkout's, else the default branch's. Undefined when the default path has none;
 * a path that somebody chose must exist.
 *
 * @throws {KeyturnError} `policy-absent`, `policy-invalid`.
 */
export async function loadPolicy(place: PolicyPlace): Promise<Policy | undefined> {
  const { path, workspace, readFromDefaultBranch, onProblem } = place;
  const text = (await readFromCheckout(workspace, path)) ?? (await readFromDefaultBranch(path));
  if (text === undefined) {
    if (path === defaultPath) return undefined;
    throw policyAbsent(path);
  }
  const parsed = parsePolicy(text);
  if (parsed.ok) return parsed.policy;
  for (const problem of parsed.problems) onProblem(problem, path);
  throw new KeyturnError(
    'policy-invalid',
    `${path} cannot be used:\n${parsed.problems.map(line).join('\n')}`,
  );
}

export function policyAbsent(path: string): KeyturnError {
  return new KeyturnError('policy-absent', `There is no ${path} in the checkout or on the default branch.`);
}

/** One problem in words, such as "approvals.strict.count asks for 2 people … Lower the count." */
export function describeProblem({ path, message, remedy }: PolicyProblem): string {
  return `${path || 'The file'} ${message}${/[.!?]$/.test(message) ? '' : '.'} ${remedy}`;
}

function line(problem: PolicyProblem): string {
  return `- line ${problem.line}: ${describeProblem(problem)}`;
}

async function readFromCheckout(workspace: string | undefined, path: string): Promise<string | undefined> {
  if (workspace === undefined) return undefined;
  try {
    return await readFile(join(workspace, path), 'utf8');
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new KeyturnError('policy-unreadable', `${path} of the checkout cannot be read (${String(code)}).`, {
      cause: error,
    });
  }
}
