import type { Execution, RunbookPlace, World } from './ports.ts';
import { placeName } from './run-runbook.ts';

/** How far AWS's clock may be behind, in milliseconds. */
const slack = 5 * 60_000;

/**
 * Reads many executions at once: the pages of all that started since the oldest wanted one, 50 a request, until every
 * one is found. So a hundred that run at the same time cost two requests and not a hundred.
 */
export async function readExecutions(
  world: World,
  place: RunbookPlace,
  ids: ReadonlySet<string>,
  oldestStart: Date,
): Promise<ReadonlyMap<string, Execution>> {
  const since = new Date(oldestStart.getTime() - slack);
  const found = new Map<string, Execution>();
  let nextToken: string | undefined;
  do {
    await world.listPacer.turn(placeName(place));
    const page = await world.runbooks.listSince(place, since, nextToken);
    for (const execution of page.executions) {
      if (ids.has(execution.id)) found.set(execution.id, execution);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.size < ids.size);
  return found;
}
