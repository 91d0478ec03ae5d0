import type { Clock, Issues, LiveUsers, TrailIssue } from '../shared/remediation/ports.ts';
import { brokenLabel } from '../shared/trail/labels.ts';

/** Milliseconds that are looked at twice, because GitHub's clock and lists may lag. */
const overlap = 2 * 60_000;
/** Issues without a remembered name that are looked up in IAM for one question. */
const mostLookups = 20;

/** The issues that findings have, found by what people know: the user's name. */
export interface FindingIndex {
  /** Those that are not labelled as broken, open and closed, by number. */
  all(): Promise<readonly TrailIssue[]>;
  /** Those about users of this name (or this unique id), in one account or in all. */
  named(name: string, account: string | undefined): Promise<readonly TrailIssue[]>;
}

export function createFindingIndex(
  issues: Pick<Issues, 'listSince'>,
  users: Pick<LiveUsers, 'readUser'>,
  clock: Pick<Clock, 'now'>,
): FindingIndex {
  const seen = new Map<number, TrailIssue>();
  let seenUntil = new Date(0);

  async function all(): Promise<readonly TrailIssue[]> {
    const now = clock.now().getTime();
    for (const issue of await issues.listSince(seenUntil)) seen.set(issue.number, issue);
    seenUntil = new Date(now - overlap);
    return [...seen.values()]
      .filter(({ labels }) => !labels.includes(brokenLabel))
      .sort((one, other) => one.number - other.number);
  }

  return {
    all,
    async named(name, account) {
      const known = (await all()).filter(
        ({ finding }) => account === undefined || finding.accountId === account,
      );
      const named = known.filter((issue) => isAbout(issue, name));
      if (named.length > 0) return named;
      // The last scan may have left no name behind.
      const nameless = known.filter(({ userName }) => userName === undefined).slice(0, mostLookups);
      return lookUp(users, nameless, name);
    },
  };
}

/** An account that lets nobody in keeps no user of another one from being found; that nobody was, it leaves open. */
async function lookUp(
  users: Pick<LiveUsers, 'readUser'>,
  nameless: readonly TrailIssue[],
  name: string,
): Promise<TrailIssue[]> {
  const found: TrailIssue[] = [];
  const failures: unknown[] = [];
  for (const issue of nameless) {
    try {
      const user = await users.readUser(issue.finding, name);
      if (user && isSameName(user.userName, name)) found.push({ ...issue, userName: user.userName });
    } catch (error) {
      failures.push(error);
    }
  }
  if (found.length === 0 && failures.length > 0) throw failures[0];
  return found;
}

function isAbout({ userName, finding }: TrailIssue, name: string): boolean {
  return finding.userId === name || (userName !== undefined && isSameName(userName, name));
}

/** IAM does not distinguish upper and lower case in user names. */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
