import { planStrict } from '../keys/plan-strict.ts';
import type { Policy } from '../policy/schema.ts';
import type { TrailEvent } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import type { RequestState } from '../trail/state.ts';
import type { FindingTrail } from './finding-trail.ts';
import { finishedEvent } from './finished-event.ts';
import type { World } from './ports.ts';
import { record } from './record.ts';
import { attempt, show } from './show.ts';
import type { Ending, StartedRequest } from './step.ts';
import { readAges, verify } from './verify.ts';

type FinishedRequest = Extract<RequestState, { status: 'finished' }>;

/** Reads back and records how it ended and what came of it, in one comment; then shows it and closes the issue. */
export async function complete(
  world: World,
  policy: Policy,
  { issue }: FindingTrail,
  request: StartedRequest,
  ending: Ending,
): Promise<void> {
  const verified = await verify(world, issue, request, ending);
  await recordOutcome(world, policy, issue, request, [finishedEvent(request, ending), verified]);
}

/** Something recorded that it finished and not what came of it. */
export async function verifyFinished(
  world: World,
  policy: Policy,
  { issue }: FindingTrail,
  request: FinishedRequest,
): Promise<void> {
  const { ended } = request.finished.data;
  const verified = await verify(world, issue, request, { kind: 'ended', ended });
  await recordOutcome(world, policy, issue, request, [verified]);
}

async function recordOutcome(
  world: World,
  policy: Policy,
  issue: FindingTrail['issue'],
  { id, status }: StartedRequest | FinishedRequest,
  events: TrailEvent[],
): Promise<void> {
  const { finding } = await record<void>(world, policy, issue, async ({ state }) => {
    // Another process may have been first: then there is nothing to add.
    if (state.requests.get(id)?.status !== status) return { kind: 'leave', result: undefined };
    return { kind: 'record', events, readable: readableText(events) };
  });
  const request = finding.state.requests.get(id);
  if (request) await settle(world, finding, request);
}

/**
 * Shows how the request stands, and closes the issue when it is what resolved the finding. May be repeated: before a
 * close that comes late the user is read again, because the finding may be back by then. Resolves to whether it worked.
 */
export async function settle(world: World, finding: FindingTrail, request: RequestState): Promise<boolean> {
  const isShown = await show(world, finding, request);
  const { issue, state } = finding;
  const { lastOutcome } = state;
  const isResolved = lastOutcome?.requestId === request.id && lastOutcome.data.result === 'resolved';
  if (!isResolved || state.open || issue.state === 'closed') return isShown;
  const isClosed = await attempt(world, `close issue #${issue.number}`, () =>
    closeIfResolved(world, finding, request),
  );
  return isShown && isClosed;
}

async function closeIfResolved(
  world: World,
  { issue }: FindingTrail,
  { requested }: RequestState,
): Promise<void> {
  const { maxAccessKeyAge } = await readAges(world, issue, requested.data.plan);
  const user = await world.users.readUser(issue.finding, issue.userName);
  if (user && planStrict(user, maxAccessKeyAge, world.clock.now()).deactivates.length > 0) return;
  await world.issues.close(issue.number);
}
