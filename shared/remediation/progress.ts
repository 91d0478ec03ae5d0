import { clip } from '../trail/text.ts';
import { closeWatch } from './polling-pause.ts';
import type { Notice, World } from './ports.ts';
import { attempt, briefly } from './show.ts';
import type { Running } from './step.ts';
import { threadKey } from './thread-key.ts';

/** Tells the thread a status that it has not heard yet; how the run ended, the outcome tells. */
export async function tellStatus(world: World, running: Running, status: string): Promise<Running> {
  const { executionId, status: known, request } = running;
  if (executionId === undefined || status === known) return running;
  if (request.requested.data.bulk) return { ...running, status };
  let told = running;
  await attempt(world, `tell the status of request ${request.id}`, async () => {
    const name = clip(status, 64);
    const readable = `The automation execution is ${name}.`;
    await tellOnce(world, running, { key: `status-${executionId}-${name}`, readable, isProgress: true });
    told = { ...running, status };
  });
  return told;
}

export async function tellStillRunning(world: World, running: Running): Promise<void> {
  await attempt(world, `tell that request ${running.request.id} still runs`, async () => {
    const minutes = closeWatch / 60_000;
    const readable = `The automation execution is still running after ${minutes} minutes. It is watched more slowly now, until it ends.`;
    await tellOnce(world, running, { key: 'still-running', readable });
  });
}

async function tellOnce(
  world: World,
  { card, issue, request }: Running,
  notice: Omit<Notice, 'events'>,
): Promise<void> {
  const key = threadKey(request, issue.number, notice.key);
  const told = await world.conversation.readNotices(card);
  if (told.has(key)) return;
  await world.conversation.notify(card, { ...notice, key, events: [], ...briefly(request) }, issue);
}
