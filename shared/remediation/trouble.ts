import { KeyturnError } from '../errors.ts';
import type { Card, TrailIssue, World } from './ports.ts';
import { attempt } from './show.ts';

/** The part of the world that it takes to tell. */
type Thread = Pick<World, 'conversation' | 'log'>;

/** Where the people are who wait for something. */
export interface Waiting {
  readonly card: Card;
  readonly issue: TrailIssue;
}

const trouble = 'trouble-';
const recovery = 'recovered-';

/**
 * Tells the thread, once for each outage, that what was approved cannot go on for now. Which outages it was told of, the
 * thread itself knows, so that it is one outage to the next process, too. Errors that nobody foresaw are for the log.
 */
export async function tellTrouble(world: Thread, { card, issue }: Waiting, error: unknown): Promise<void> {
  if (!(error instanceof KeyturnError)) return;
  await attempt(world, `tell of trouble on issue #${issue.number}`, async () => {
    const { troubles, recoveries } = await countOutages(world, card);
    if (troubles > recoveries) return;
    const readable = `${error.fact} What was approved is gone on with: it is tried again, until it has ended and was verified.`;
    const key = `${trouble}${troubles + 1}`;
    await world.conversation.notify(card, { key, events: [], readable }, issue);
  });
}

/** Tells the thread that it goes on, when it was told that it did not. */
export async function tellRecovery(world: Thread, { card, issue }: Waiting): Promise<void> {
  await attempt(world, `tell of the end of trouble on issue #${issue.number}`, async () => {
    const { troubles, recoveries } = await countOutages(world, card);
    if (troubles <= recoveries) return;
    const readable = 'The trouble is over: what was approved goes on.';
    await world.conversation.notify(card, { key: `${recovery}${troubles}`, events: [], readable }, issue);
  });
}

async function countOutages(world: Thread, card: Card): Promise<{ troubles: number; recoveries: number }> {
  const told = [...(await world.conversation.readNotices(card))];
  const count = (kind: string) => told.filter((key) => key.startsWith(kind)).length;
  return { troubles: count(trouble), recoveries: count(recovery) };
}
