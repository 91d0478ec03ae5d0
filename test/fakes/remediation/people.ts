import { randomUUID } from 'node:crypto';
import { approve } from '../../../shared/remediation/approve.ts';
import type { Wish } from '../../../shared/remediation/build-plan.ts';
import type { TrailIssue, World } from '../../../shared/remediation/ports.ts';
import { type RequestInput, request } from '../../../shared/remediation/request.ts';
import type { StartedRequest } from '../../../shared/remediation/step.ts';
import type { Watch } from '../../../shared/remediation/watch.ts';
import type { Actor } from '../../../shared/trail/events.ts';
import type { Surroundings } from './fake-world.ts';

export function person(id: string): Actor {
  return { kind: 'slack', id, name: `Person ${id}` };
}

/** A request of `U9` for the issue's user. */
export function requestInput(
  issue: TrailIssue,
  wish: Wish,
  changes: Partial<RequestInput> = {},
): RequestInput {
  return {
    requestId: randomUUID(),
    finding: issue.finding,
    wish,
    requester: person('U9'),
    reason: 'old key',
    ...changes,
  };
}

/** Makes a request that has to succeed. */
export async function requestOf(
  world: World,
  issue: TrailIssue,
  wish: Wish,
  changes: Partial<RequestInput> = {},
) {
  const result = await request(world, requestInput(issue, wish, changes));
  if (result.kind === 'refused') throw result.error;
  return result.request;
}

/** One person approves what the trail says. */
export function approveAs(
  world: World,
  issue: TrailIssue,
  { id, requested }: Awaited<ReturnType<typeof requestOf>>,
  who: string,
) {
  const input = { issue: issue.number, requestId: id, digest: requested.data.digest, approver: person(who) };
  return approve(world, input);
}

/** Lets these people approve, one after the other. */
export async function approveAll(
  world: World,
  issue: TrailIssue,
  made: Awaited<ReturnType<typeof requestOf>>,
  ...people: readonly string[]
) {
  for (const who of people) {
    const result = await approveAs(world, issue, made, who);
    if (result.kind === 'refused') throw result.error;
  }
}

/** The start that the trail shows now. */
export function startOf(surroundings: Surroundings, issue = 1): StartedRequest {
  const { open } = surroundings.trailOf(issue).state;
  if (open?.status !== 'started') throw new Error(`nothing is started on issue #${issue}`);
  return open;
}

/** Lets the bot's main loop turn until nothing runs and what failed was tried again. */
export async function settleDown(world: World, watch: Watch): Promise<void> {
  const idle = 5_000;
  for (let idleTicks = 0, tick = 0; idleTicks < 3 && tick < 60; tick += 1) {
    const pause = await watch.tick();
    idleTicks = pause === idle ? idleTicks + 1 : 0;
    await world.clock.sleep(pause === idle ? 31_000 : pause);
  }
}
