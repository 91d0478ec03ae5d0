import { exemptLabel, hasLabel, pendingLabel, reactivatedLabel } from '../trail/labels.ts';
import { readableText } from '../trail/readable.ts';
import type { FindingState, RequestState } from '../trail/state.ts';
import { bot } from './bot-actor.ts';
import { carryOut } from './carry-out.ts';
import { settle } from './complete.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import type { TrailIssue, World } from './ports.ts';
import { record } from './record.ts';
import { attempt, setHints } from './show.ts';
import type { Running, StartedRequest } from './step.ts';
import { tellRecovery, tellTrouble } from './trouble.ts';

export interface CaughtUp {
  /** To be looked at again. */
  readonly running: Running | undefined;
  /** When there is something to do though nobody changed the issue: a request expires, IAM can be believed, Slack was down. */
  readonly lookAgainAt: Date | undefined;
}

/** How long an old picture of IAM may show a key Active that was seen Inactive, in milliseconds, on the safe side. */
const settling = 10 * 60_000;
/** For how long after its last event a request is shown anew, in milliseconds. */
const recent = 24 * 3_600_000;
/** Before what could not be shown is tried again, in milliseconds: many issues may wait for one channel. */
const unshownPause = 15 * 60_000;

/**
 * Reads one issue's trail and does whatever is left to do: what a process that died left half done, what another one
 * recorded, what time has changed. May be repeated at any time.
 *
 * @param known a start that this process knows of, whether or not the trail still shows it
 */
export async function catchUp(world: World, issue: TrailIssue, known?: StartedRequest): Promise<CaughtUp> {
  const policy = await world.policies.read();
  let finding = await readFindingTrail(world, policy, issue);
  let running: Running | undefined;
  const left = finding.state.open?.status === 'pending' ? undefined : finding.state.open;
  const request = known ?? left;
  if (request) {
    running = await goOn(world, issue, request, known);
    finding = await readFindingTrail(world, policy, issue);
  }
  const isShown = await showAll(world, finding);
  const shownAt = isShown ? undefined : new Date(finding.readAt.getTime() + unshownPause);
  const changesAt = await lookAtTime(world, finding);
  return { running, lookAgainAt: earlier(shownAt, changesAt) };
}

/** Resolves to whether Slack and the labels are in line with the trail now. */
async function showAll(world: World, finding: FindingTrail): Promise<boolean> {
  const { open, requests } = finding.state;
  let isShown = await correctHints(world, finding);
  for (const request of requests.values()) {
    if (request !== open && !isRecent(request, finding)) continue;
    const isSettled = await settle(world, finding, request);
    isShown = isShown && isSettled;
  }
  return isShown;
}

/** Does what time has brought; when it brings the next. */
async function lookAtTime(world: World, { issue, state, readAt }: FindingTrail): Promise<Date | undefined> {
  if (state.open?.status === 'pending') return state.open.expiresAt;
  if (!issue.labels.includes(reactivatedLabel)) return undefined;
  const settledAt = settlingEnd(state);
  if (settledAt > readAt) return settledAt;
  await recordReactivated(world, issue);
  return undefined;
}

function earlier(one: Date | undefined, other: Date | undefined): Date | undefined {
  return one && other ? new Date(Math.min(+one, +other)) : (one ?? other);
}

/** Time ends exemptions and requests, and nothing but the label on the issue tells that nobody has taken it off since. */
async function correctHints(world: World, finding: FindingTrail): Promise<boolean> {
  const { issue, state, trail } = finding;
  const isPending = state.open !== undefined || trail.state === 'broken';
  const isWrong =
    (hasLabel(issue, exemptLabel) && state.exemptions.size === 0) ||
    (hasLabel(issue, pendingLabel) && !isPending);
  if (!isWrong) return true;
  return attempt(world, `label issue #${issue.number}`, () => setHints(world, finding));
}

/** The label may be an old one, and what IAM shows may be older than the last deactivation. */
function settlingEnd({ deactivated }: FindingState): Date {
  const seen = [...deactivated.values()].map(({ at }) => at.getTime());
  return new Date(Math.max(0, ...seen) + settling);
}

/** This is no first try: whoever waits in the thread is told when it fails, and when it works again. */
async function goOn(
  world: World,
  issue: TrailIssue,
  request: RequestState,
  known: StartedRequest | undefined,
): Promise<Running | undefined> {
  const waiting = { request, issue };
  try {
    const running = await carryOut(world, issue, known && { request: known });
    if (running) await tellRecovery(world, waiting);
    return running;
  } catch (error) {
    await tellTrouble(world, waiting, error);
    throw error;
  }
}

function isRecent({ id, status, expiresAt }: RequestState, { trail, readAt }: FindingTrail): boolean {
  const moments = trail.events.filter(({ requestId }) => requestId === id).map(({ at }) => at.getTime());
  if (status === 'expired') moments.push(expiresAt.getTime());
  return readAt.getTime() - Math.max(...moments) < recent;
}

/** A key that was deactivated here and is Active without an undo: the trail has to tell before the next request. */
async function recordReactivated(world: World, issue: TrailIssue): Promise<void> {
  const policy = await world.policies.read();
  await world.locks.run(`issue ${issue.number}`, async () => {
    const user = await world.users.readUser(issue.finding, issue.userName);
    const active = (user?.accessKeys ?? []).filter(({ status }) => status === 'Active').map(({ id }) => id);
    await record<void>(world, policy, issue, async ({ state }) => {
      const events = reactivatedEvents(state, active);
      if (state.open || events.length === 0) return { kind: 'leave', result: undefined };
      return { kind: 'record', events, readable: readableText(events) };
    });
  });
}

function reactivatedEvents(state: FindingState, active: readonly string[]) {
  const again = [...state.deactivated.values()].filter(({ keyId }) => active.includes(keyId));
  return [...Map.groupBy(again, ({ requestId }) => requestId)].map(([requestId, keys]) => ({
    type: 'reactivated' as const,
    actor: bot,
    requestId,
    data: { keyIds: keys.map(({ keyId }) => keyId) },
  }));
}
