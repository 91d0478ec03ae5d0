import { automationPhase } from './automation-status.ts';
import { carryOut } from './carry-out.ts';
import { closeWatch } from './polling-pause.ts';
import type { Execution, RunbookPlace, World } from './ports.ts';
import { readExecutions } from './read-executions.ts';
import { attempt } from './show.ts';
import type { Running } from './step.ts';

/** How long AWS's list may lag behind a start before the execution is looked for by its tag, in milliseconds. */
const listLag = 60_000;

/**
 * Looks at the executions that run in one place, all at once, and goes on with those that ended. Returns what has to be
 * looked at again.
 */
export async function poll(
  world: World,
  place: RunbookPlace,
  running: readonly Running[],
): Promise<Running[]> {
  const rows = await readRows(world, place, running);
  const left: Running[] = [];
  for (const one of running) {
    const row = one.executionId === undefined ? undefined : rows.get(one.executionId);
    const next = await goOn(world, one, row);
    if (next) left.push(next);
  }
  return left;
}

async function readRows(
  world: World,
  place: RunbookPlace,
  running: readonly Running[],
): Promise<ReadonlyMap<string, Execution>> {
  const ids = new Set(running.flatMap(({ executionId }) => executionId ?? []));
  if (ids.size === 0) return new Map();
  const oldest = Math.min(...running.map(({ startedAt }) => startedAt.getTime()));
  return readExecutions(world, place, ids, new Date(oldest));
}

async function goOn(
  world: World,
  running: Running,
  row: Execution | undefined,
): Promise<Running | undefined> {
  const age = world.clock.now().getTime() - running.startedAt.getTime();
  const isListed = row !== undefined && automationPhase(row.status) === 'running';
  const isTooEarly = !row && running.executionId !== undefined && age < listLag;
  if (isListed || isTooEarly) {
    if (age > closeWatch) await tellStillRunning(world, running);
    return running;
  }
  let next: Running | undefined = running;
  await attempt(world, `go on with issue #${running.issue.number}`, async () => {
    next = await carryOut(world, running.issue, row);
  });
  return next;
}

async function tellStillRunning(world: World, { requestId, card, issue }: Running): Promise<void> {
  await attempt(world, `tell that request ${requestId} still runs`, async () => {
    const key = 'still-running';
    const told = await world.conversation.readNotices(card);
    if (told.has(key)) return;
    const minutes = closeWatch / 60_000;
    const readable = `The automation execution is still running after ${minutes} minutes. It is watched more slowly now, until it ends.`;
    await world.conversation.notify(card, { key, events: [], readable }, issue);
  });
}
