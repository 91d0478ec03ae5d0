const hour = 3_600_000;
/** What one user costs: a comment for the start and one for the outcome. */
const commentsEach = 2;

/** Users who were begun at one moment, and whose comments GitHub has counted since. */
export interface Spent {
  readonly at: Date;
  readonly users: number;
}

export interface Allowance {
  /** How many more users may begin now. */
  readonly users: number;
  /** When that grows, if it is none. */
  readonly nextAt?: Date;
}

/**
 * How many users may begin without more comments in an hour than that. A comment that GitHub's limit keeps back too long
 * would not be written at all, and the limit is everybody's: what people ask for one by one needs room, too.
 *
 * @param commentsPerHour undefined: any number
 */
export function allowanceOf(
  commentsPerHour: number | undefined,
  spent: readonly Spent[],
  now: Date,
): Allowance {
  if (commentsPerHour === undefined) return { users: Number.POSITIVE_INFINITY };
  const most = Math.max(1, Math.floor(commentsPerHour / commentsEach));
  const recent = spent
    .filter(({ at }) => now.getTime() - at.getTime() < hour)
    .toSorted((one, other) => +one.at - +other.at);
  const free = most - recent.reduce((sum, { users }) => sum + users, 0);
  const [oldest] = recent;
  if (free > 0 || !oldest) return { users: Math.max(free, 0) };
  return { users: 0, nextAt: new Date(oldest.at.getTime() + hour) };
}
