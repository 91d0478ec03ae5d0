import { inParallel, usersAtOnce } from '../parallel.ts';
import { automationPhase } from './automation-status.ts';
import { carryOut } from './carry-out.ts';
import { closeWatch } from './polling-pause.ts';
import type { Execution, RunbookPlace, World } from './ports.ts';
import { tellStatus, tellStillRunning } from './progress.ts';
import { readExecutions } from './read-executions.ts';
import { placeName } from './run-runbook.ts';
import type { Running } from './step.ts';
import { tellRecovery, tellTrouble } from './trouble.ts';

/** How long AWS's list may lag behind a start before the execution is looked for by its tag, in milliseconds. */
const listLag = 60_000;
/** How long it has to fail before the thread is told, in milliseconds: most trouble is over by then. */
const patience = 60_000;

/**
 * Looks at the executions that run in one place, all at once, and goes on with those that ended, some at a time, since each
 * waits for IAM to agree with itself. Returns what has to be
 * looked at again. Never rejects.
 *
 * @param stopping once it is aborted nothing further is gone on with
 */
export async function poll(
  world: World,
  place: RunbookPlace,
  running: readonly Running[],
  stopping?: AbortSignal,
): Promise<Running[]> {
  let rows: ReadonlyMap<string, Execution>;
  try {
    rows = await readRows(world, place, running);
  } catch (error) {
    world.log.failed(`look at executions in ${placeName(place)}`, error);
    return Promise.all(running.map((one) => stillFailing(world, one, error)));
  }
  const left = await inParallel(running, usersAtOnce, async (one) => {
    if (stopping?.aborted) return one;
    return goOn(world, one, one.executionId === undefined ? undefined : rows.get(one.executionId));
  });
  return left.filter((one) => one !== undefined);
}

async function readRows(
  world: World,
  place: RunbookPlace,
  running: readonly Running[],
): Promise<ReadonlyMap<string, Execution>> {
  const ids = new Set(running.flatMap(({ executionId }) => executionId ?? []));
  if (ids.size === 0) return new Map();
  const oldest = Math.min(...running.map(({ request }) => request.started.at.getTime()));
  return readExecutions(world, place, ids, new Date(oldest));
}

async function goOn(
  world: World,
  running: Running,
  row: Execution | undefined,
): Promise<Running | undefined> {
  const age = world.clock.now().getTime() - running.request.started.at.getTime();
  const isListed = row !== undefined && automationPhase(row.status) === 'running';
  const isTooEarly = !row && running.executionId !== undefined && age < listLag;
  if (isListed || isTooEarly) {
    const next = await working(world, running);
    if (age > closeWatch) await tellStillRunning(world, next);
    return row ? tellStatus(world, next, row.status) : next;
  }
  try {
    const next = await carryOut(world, running.issue, { ...running, ...(row && { execution: row }) });
    return next && working(world, { ...running, ...next });
  } catch (error) {
    world.log.failed(`go on with issue #${running.issue.number}`, error);
    return stillFailing(world, running, error);
  }
}

async function stillFailing(world: World, running: Running, error: unknown): Promise<Running> {
  const now = world.clock.now();
  const { since = now, isTold = false } = running.failing ?? {};
  const isLong = now.getTime() - since.getTime() >= patience;
  if (isLong && !isTold) await tellTrouble(world, running, error);
  return { ...running, failing: { since, isTold: isTold || isLong } };
}

async function working(world: World, { failing, ...running }: Running): Promise<Running> {
  if (failing?.isTold) await tellRecovery(world, running);
  return running;
}
