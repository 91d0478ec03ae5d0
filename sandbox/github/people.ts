/**
 * `write`: push access. `read`: may open issues and comment, and GitHub drops labels and assignees without a word.
 * `no-issues`: a workflow token without the permission `issues`. `none`: does not see a private repository.
 */
export type Access = 'write' | 'read' | 'no-issues' | 'none';

export interface Person {
  readonly login: string;
  readonly access: Access;
  readonly token: string;
}

/** Who writes as the Action, with `GITHUB_TOKEN`. */
export const actionLogin = 'github-actions[bot]';
/** Who writes as the bot. */
export const botLogin = 'keyturn[bot]';

const accessByLogin: Readonly<Record<string, Access>> = {
  [actionLogin]: 'write',
  [botLogin]: 'write',
  alice: 'write',
  mallory: 'write',
  rita: 'read',
  wanda: 'no-issues',
  olga: 'none',
};

/** The people of a stand-in by login; `more` adds to them or changes their access. */
export function peopleOf(more: Readonly<Record<string, Access>> = {}): ReadonlyMap<string, Person> {
  const entries = Object.entries({ ...accessByLogin, ...more });
  return new Map(
    entries.map(([login, access]) => [
      login,
      { login, access, token: `ghs_${login.replaceAll(/[^a-z0-9]/gi, '')}0000000000000000` },
    ]),
  );
}
