import { parseArgs } from 'node:util';
import { parseRepositoryName, type RepositoryName } from '../shared/github/repository.ts';

export const usage = `Verifies the trails of issues, with the public keys of the policy file.

  npm run audit -- OWNER/REPO#NUMBER [--json] [--policy FILE]
  npm run audit -- OWNER/REPO --all  [--json] [--policy FILE]

--policy  a policy file on this machine; otherwise .github/keyturn.yml of the repository's default branch
GITHUB_TOKEN has to hold a token that may read the repository and its issues; nothing is written.
Exit code: 0 when every trail is intact, 1 when one is broken, 2 when that could not be found out.
`;

export interface AuditCall {
  readonly repository: RepositoryName;
  /** Undefined: every issue with the label `keyturn`. */
  readonly issue: number | undefined;
  readonly json: boolean;
  /** Path on this machine. */
  readonly policy: string | undefined;
}

/** Undefined when the arguments are not as `usage` says. Throws what parseArgs throws for unknown options. */
export function parseAuditArguments(argv: readonly string[]): AuditCall | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { all: { type: 'boolean' }, json: { type: 'boolean' }, policy: { type: 'string' } },
  });
  const [repository = '', number] = positionals[0]?.split('#') ?? [];
  const issue = number === undefined ? undefined : Number(number);
  const isOne = issue !== undefined && Number.isSafeInteger(issue) && issue > 0;
  if (positionals.length !== 1 || (values.all === true ? number !== undefined : !isOne)) return undefined;
  return {
    repository: parseRepositoryName(repository),
    issue,
    json: values.json === true,
    policy: values.policy,
  };
}
