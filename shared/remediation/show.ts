import { shortHashOf } from '../trail/envelope.ts';
import type { TrailEvent } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import type { IgnoredEvent, RequestState } from '../trail/state.ts';
import type { RecordedEnvelope } from '../trail/trail.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { Notice, World } from './ports.ts';
import { threadKey } from './thread-key.ts';

/**
 * Brings Slack and the issue's labels in line with the trail: they are views of it, so this may be repeated, and what
 * fails here is logged and shown the next time. It holds nothing up. Resolves to whether it worked.
 */
export async function show(world: World, finding: FindingTrail, request: RequestState): Promise<boolean> {
  const isShown = await attempt(world, `show request ${request.id}`, () =>
    showRequest(world, finding, request),
  );
  const isLabelled = await attempt(world, `label issue #${finding.issue.number}`, () =>
    setHints(world, finding),
  );
  return isShown && isLabelled;
}

/** Does what nothing depends on: a failure is logged. Resolves to whether it worked. */
export async function attempt(
  world: Pick<World, 'log'>,
  task: string,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    world.log.failed(task, error);
    return false;
  }
}

async function showRequest(world: World, finding: FindingTrail, request: RequestState): Promise<void> {
  const { card, bulk } = request.requested.data;
  // The card of many users is not drawn for one of them.
  if (!bulk) await world.conversation.show(card, request, finding.issue);
  const notices = noticesOf(finding, request);
  if (notices.length === 0) return;
  const told = await world.conversation.readNotices(card);
  for (const notice of notices) {
    if (!told.has(notice.key)) await world.conversation.notify(card, notice, finding.issue);
  }
}

/**
 * What the thread has to tell: every envelope after the request's own, which the card itself shows. The thread of a
 * bulk request tells of each user what came of it, and no more.
 */
function noticesOf({ trail, state, issue }: FindingTrail, request: RequestState): Notice[] {
  const { id, requested } = request;
  return trail.envelopes.flatMap((recorded) => {
    const events = meantEvents(recorded, state.ignored).filter(
      ({ requestId, type }) => requestId === id && type !== 'requested',
    );
    const isTold = requested.data.bulk ? events.some(({ type }) => type === 'verified') : events.length > 0;
    if (!isTold) return [];
    const key = threadKey(request, issue.number, shortHashOf(recorded.token));
    return [{ key, events, readable: readableText(events), ...briefly(request) }];
  });
}

/**
 * The events of an envelope without those that mean nothing where they stand: an approval that came too late would read
 * as if it had started something.
 */
export function meantEvents(
  { token, envelope }: RecordedEnvelope,
  ignored: readonly IgnoredEvent[],
): TrailEvent[] {
  const shortHash = shortHashOf(token);
  const isIgnored = ({ type, requestId }: TrailEvent) =>
    ignored.some(
      ({ event }) => event.shortHash === shortHash && event.type === type && event.requestId === requestId,
    );
  return envelope.events.filter((event) => !isIgnored(event));
}

/** Of a user of a bulk request a line says enough: the issue has the rest. */
export function briefly({ requested }: Pick<RequestState, 'requested'>): Pick<Notice, 'about'> {
  const { bulk, userName } = requested.data;
  return bulk ? { about: userName } : {};
}

/** What makes the scan read this trail: a broken one has to be read, too. */
export async function setHints(
  world: Pick<World, 'issues'>,
  { issue, state, trail }: FindingTrail,
): Promise<void> {
  await world.issues.setHints(issue.number, {
    pending: state.open !== undefined || trail.state === 'broken',
    exempt: state.exemptions.size > 0,
  });
}
