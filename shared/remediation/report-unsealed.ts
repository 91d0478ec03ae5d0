import type { TrailEvent } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import { finishedEvent } from './finished-event.ts';
import type { TrailIssue, World } from './ports.ts';
import { briefly } from './show.ts';
import type { Ending, StartedRequest } from './step.ts';
import { unrecordedKey } from './thread-key.ts';
import { verify } from './verify.ts';

const unsealed = 'so this is not sealed.';

/**
 * Nothing can be recorded on a trail that is broken or does not show the start: what became of it is verified all the
 * same, and told once, on the issue and in the thread.
 *
 * @param why the beginning of a sentence
 */
export async function reportUnsealed(
  world: World,
  issue: TrailIssue,
  request: StartedRequest,
  ending: Ending,
  why: string,
): Promise<void> {
  const { card } = request.requested.data;
  const key = unrecordedKey(request, issue.number);
  const told = await world.conversation.readNotices(card);
  if (told.has(key)) return;
  const events: TrailEvent[] = [finishedEvent(request, ending), await verify(world, issue, request, ending)];
  const readable = `${why}, ${unsealed}\n\n${readableText(events)}`;
  // The comment comes first: who dies after it finds it, and only the notice says that both are there.
  if (!(await isWritten(world, issue, request))) await world.comments.append(issue.number, readable);
  await world.conversation.notify(card, { key, events, readable, ...briefly(request) }, issue);
}

/** Somebody else may have written it to look so: then the notice alone tells. */
async function isWritten(world: World, { number }: TrailIssue, { id }: StartedRequest): Promise<boolean> {
  const comments = await world.comments.list(number);
  return comments.some(({ body }) => body.includes(unsealed) && body.includes(id));
}
