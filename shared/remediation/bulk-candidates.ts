import { KeyturnError } from '../errors.ts';
import { inParallel, usersAtOnce } from '../parallel.ts';
import { maxBulkUsers } from '../trail/bounds.ts';
import type { BulkUser } from '../trail/bulk-plan.ts';
import { brokenLabel, hasLabel } from '../trail/labels.ts';
import { minuteOf } from '../trail/text.ts';
import type { LeftOut } from './bulk-ports.ts';
import { readFindingTrail } from './finding-trail.ts';
import { type BulkTerms, type Judged, judgeUser } from './judge-user.ts';
import type { TrailIssue, World } from './ports.ts';

/** Who would be part of a bulk request now, and who would not. */
export interface Candidates {
  readonly users: readonly BulkUser[];
  readonly leftOut: readonly LeftOut[];
  /** When the first of their plans is too old to be approved. */
  readonly expiresAt: Date | undefined;
}

/** How long a plan has to last to be part of a bulk request, in hours: all have to be approved while the first holds. */
const lasting = 8;

/**
 * Looks at the users of the account with an open issue, the oldest key first, a few at a time; at as many as it takes to
 * fill a bulk request.
 */
export async function findCandidates(world: World, terms: BulkTerms, accountId: string): Promise<Candidates> {
  const issues = (await world.issues.listSince(new Date(0)))
    .filter(({ finding, state }) => finding.accountId === accountId && state === 'open')
    .filter((issue) => !hasLabel(issue, brokenLabel))
    .toSorted(byOldestKey);
  const twice = new Set(issues.map(({ finding }) => finding.userId).filter(isRepeated));
  let ready = 0;
  const looked = await inParallel(issues, usersAtOnce, async (issue): Promise<Looked> => {
    if (ready >= maxBulkUsers) return { kind: 'out', issue, why: tooMany };
    const one = await look(world, terms, issue, twice.has(issue.finding.userId));
    if (one.kind === 'in') ready += 1;
    return one;
  });
  const able = looked.filter((one) => one.kind === 'in');
  const taken = able.slice(0, maxBulkUsers);
  const late = able.slice(maxBulkUsers).map(({ issue }) => ({ issue, why: tooMany }));
  return {
    users: taken.map(({ user }) => user),
    leftOut: [...looked.filter((one) => one.kind === 'out'), ...late].map(leftOutOf),
    expiresAt: taken.map(({ expiresAt }) => expiresAt).toSorted((one, other) => +one - +other)[0],
  };
}

const tooMany = `not looked at: a bulk request holds ${maxBulkUsers} users, and it is the next one's turn`;

type Looked =
  | {
      readonly kind: 'in';
      readonly issue: TrailIssue;
      readonly user: BulkUser;
      readonly expiresAt: Date;
    }
  | { readonly kind: 'out'; readonly issue: TrailIssue; readonly why: string };

async function look(world: World, terms: BulkTerms, issue: TrailIssue, isTwice: boolean): Promise<Looked> {
  if (isTwice) return { kind: 'out', issue, why: 'several issues are about this user' };
  const judged = await tryToJudge(world, terms, issue);
  if (judged.kind === 'out') return { kind: 'out', issue, why: judged.why };
  const { survey, keys, deletesLoginProfile, expiresAt } = judged;
  const { planChangesAt } = survey;
  const hours = Math.min(lasting, terms.policy.approvals.expireAfterHours);
  if (planChangesAt && expiresAt.getTime() < world.clock.now().getTime() + hours * 3_600_000) {
    return {
      kind: 'out',
      issue,
      why: `too soon, at ${minuteOf(planChangesAt)}, the plan becomes another one by itself`,
    };
  }
  const { userName } = survey.approvable;
  const { userId } = issue.finding;
  const user = { userId, userName, issue: issue.number, digest: survey.digest, keys, deletesLoginProfile };
  return { kind: 'in', issue, user, expiresAt };
}

/** What AWS will not say of one user keeps none of the others out. */
async function tryToJudge(world: World, terms: BulkTerms, issue: TrailIssue): Promise<Judged> {
  try {
    return await judgeUser(world, terms, await readFindingTrail(world, terms.policy, issue));
  } catch (error) {
    if (error instanceof KeyturnError) return { kind: 'out', why: error.fact };
    throw error;
  }
}

function byOldestKey(one: TrailIssue, other: TrailIssue): number {
  const age = ({ oldestKeyAt }: TrailIssue) => oldestKeyAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return age(one) - age(other) || one.number - other.number;
}

function isRepeated(id: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(id) !== at;
}

function leftOutOf({ issue, why }: { readonly issue: TrailIssue; readonly why: string }): LeftOut {
  const { finding, userName, number } = issue;
  return { userId: finding.userId, userName, issue: number, why };
}
