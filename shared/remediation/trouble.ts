import { KeyturnError } from '../errors.ts';
import type { RequestState } from '../trail/state.ts';
import type { TrailIssue, World } from './ports.ts';
import { attempt, briefly } from './show.ts';
import { threadKey } from './thread-key.ts';

/** The part of the world that it takes to tell. */
type Thread = Pick<World, 'conversation' | 'log'>;

/** What people wait for, in the thread of its card: users of a bulk request share one, and each has outages of their own. */
export interface Waiting {
  readonly request: Pick<RequestState, 'requested'>;
  readonly issue: TrailIssue;
}

const trouble = 'trouble-';
const recovery = 'recovered-';

/**
 * Tells the thread, once for each outage, that what was approved cannot go on for now. Which outages it was told of, the
 * thread itself knows, so that it is one outage to the next process, too. Errors that nobody foresaw are for the log.
 */
export async function tellTrouble(world: Thread, waiting: Waiting, error: unknown): Promise<void> {
  if (!(error instanceof KeyturnError)) return;
  await attempt(world, `tell of trouble on issue #${waiting.issue.number}`, async () => {
    const { troubles, recoveries } = await countOutages(world, waiting);
    if (troubles > recoveries) return;
    const readable = `${error.fact} What was approved is gone on with: it is tried again, until it has ended and was verified.`;
    await tell(world, waiting, `${trouble}${troubles + 1}`, readable);
  });
}

/** Tells the thread that it goes on, when it was told that it did not. */
export async function tellRecovery(world: Thread, waiting: Waiting): Promise<void> {
  await attempt(world, `tell of the end of trouble on issue #${waiting.issue.number}`, async () => {
    const { troubles, recoveries } = await countOutages(world, waiting);
    if (troubles <= recoveries) return;
    await tell(world, waiting, `${recovery}${troubles}`, 'The trouble is over: what was approved goes on.');
  });
}

async function tell(
  world: Thread,
  { request, issue }: Waiting,
  name: string,
  readable: string,
): Promise<void> {
  const key = threadKey(request, issue.number, name);
  const notice = { key, events: [], readable, ...briefly(request) };
  await world.conversation.notify(request.requested.data.card, notice, issue);
}

async function countOutages(
  world: Thread,
  { request, issue }: Waiting,
): Promise<{ troubles: number; recoveries: number }> {
  const told = [...(await world.conversation.readNotices(request.requested.data.card))];
  const count = (kind: string) =>
    told.filter((key) => key.startsWith(threadKey(request, issue.number, kind))).length;
  return { troubles: count(trouble), recoveries: count(recovery) };
}
