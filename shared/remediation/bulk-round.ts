import { KeyturnError } from '../errors.ts';
import { inParallel } from '../parallel.ts';
import type { Policy } from '../policy/schema.ts';
import { type BulkUser, countedIn } from '../trail/bulk-plan.ts';
import type { BulkState } from '../trail/bulk-state.ts';
import { readableText } from '../trail/readable.ts';
import { beginUser, type UnderWay } from './begin-user.ts';
import { bot } from './bot-actor.ts';
import { type BulkCourse, usersAtATime } from './bulk-course.ts';
import { startHashOf } from './bulk-reference.ts';
import { finishedData, leftBy } from './bulk-standing.ts';
import { type BulkTrail, recordBulk } from './bulk-trail.ts';
import type { World } from './ports.ts';
import { attempt } from './show.ts';
import { readRunbookBasis } from './survey.ts';
import type { Watch } from './watch.ts';

/** A bulk request that was approved and has not ended. */
export interface BulkUnderWay extends BulkTrail {
  readonly bulk: Extract<BulkState, { status: 'started' | 'stopped' }>;
}

export function isUnderWay(found: BulkTrail): found is BulkUnderWay {
  const { bulk, trail } = found;
  return trail.state === 'intact' && (bulk?.status === 'started' || bulk?.status === 'stopped');
}

/** One that nobody has stopped. */
export interface Startable extends BulkTrail {
  readonly bulk: Extract<BulkState, { status: 'started' }>;
}

/** Begins these users, a few at the same time; what fails is tried again in the next round. Resolves to why, if it did. */
export async function beginUsers(
  world: World,
  watch: Pick<Watch, 'follow'>,
  { course, policy, found }: { course: BulkCourse; policy: Policy; found: Startable },
  users: readonly BulkUser[],
): Promise<string | undefined> {
  const { issue, bulk } = found;
  const approval = startHashOf(found);
  if (approval === undefined) return undefined;
  const failures: string[] = [];
  const trying = (task: string, work: () => Promise<void>) =>
    attempt(world, task, () =>
      work().catch((error: unknown) => {
        if (error instanceof KeyturnError) failures.push(error.fact);
        throw error;
      }),
    );
  await trying(`begin users of bulk request #${issue.number}`, async () => {
    const basis = await readRunbookBasis(world, policy, issue.accountId);
    const reference = { issue: issue.number, requestId: bulk.id, approval };
    // What was approved stays approved: who has to approve from now on is for the next request.
    const terms = { policy, basis, quorum: bulk.requested.data.quorum };
    const underWay: UnderWay = { issue, bulk, reference, terms };
    await inParallel(users, usersAtATime, (user) =>
      trying(`begin issue #${user.issue}`, () => beginOne(world, watch, course, underWay, user)),
    );
  });
  return failures[0];
}

async function beginOne(
  world: World,
  watch: Pick<Watch, 'follow'>,
  course: BulkCourse,
  underWay: UnderWay,
  user: BulkUser,
): Promise<void> {
  const begun = await beginUser(world, underWay, user).catch((error: unknown) => {
    const standing = leftBy(error);
    if (!standing) throw error;
    return { kind: 'standing' as const, standing };
  });
  const now = world.clock.now();
  if (begun.kind === 'standing') {
    course.set(user.userId, begun.standing, now);
    return;
  }
  const { issue, request } = begun;
  course.set(user.userId, { kind: 'running', startedAt: request.started.at }, now);
  await watch.follow(issue, request);
}

/** Records what came of all users. @param bar why those who wait are not begun any more */
export async function finishBulk(
  world: World,
  policy: Policy,
  course: BulkCourse,
  { issue, bulk: { id, requested } }: BulkUnderWay,
  bar: string | undefined,
): Promise<BulkTrail> {
  const data = finishedData(requested.data.plan.users, course.standings, bar);
  const events = [{ type: 'bulk-finished' as const, actor: bot, requestId: id, data }];
  const { found } = await recordBulk<void>(world, policy, issue, async ({ bulk }) =>
    bulk?.status === 'started' || bulk?.status === 'stopped'
      ? { kind: 'record', events, readable: readableText(events) }
      : { kind: 'leave', result: undefined },
  );
  return found;
}

/** Whoever lowers the daily limit below what was approved wants nothing more to be started. */
export function holdOf({ limits }: Policy, { requested }: BulkState): string | undefined {
  const wanted = countedIn(requested.data.plan.users);
  const limit = limits.keysDeactivatedPerDay;
  if (wanted <= limit) return undefined;
  return `The policy allows ${limit} keys and passwords a day now, and the bulk request is for ${wanted}`;
}
