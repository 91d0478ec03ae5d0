import type { Plan } from '../trail/plan.ts';
import { automationPhase } from './automation-status.ts';
import { refuseUnrecorded } from './build-plan.ts';
import { clientTokenOf, tagKeyOf } from './client-token.ts';
import type { FindingTrail } from './finding-trail.ts';
import type { Execution, RunbookPlace, World } from './ports.ts';
import { type Ending, isTooOld, type Running, type StartedRequest } from './step.ts';

type RunbookPlan = Extract<Plan, { kind: 'runbook' }>;

/** Milliseconds between looks for the execution of a token that AWS has seen before. */
const looks = [1_000, 2_000, 4_000, 8_000];

/**
 * Finds the request's automation execution by its tag, or starts it, with one and the same ClientToken for ever.
 *
 * @param known the execution, when its row has just been read
 * @param mayBegin false on a broken trail: what was started is looked for, nothing is started
 */
export async function runRunbook(
  world: World,
  finding: FindingTrail,
  request: StartedRequest,
  plan: RunbookPlan,
  { known, mayBegin }: { readonly known: Execution | undefined; readonly mayBegin: boolean },
): Promise<Running | Ending> {
  const { issue } = finding;
  const place: RunbookPlace = { accountId: issue.finding.accountId, region: plan.region };
  const running: Running = {
    kind: 'running',
    issue,
    requestId: request.id,
    card: request.requested.data.card,
    place,
    startedAt: request.started.at,
  };
  const execution = known ?? (await find(world, place, request.id));
  if (execution) return stepOf(execution, running);
  if (!mayBegin) return notStarted('The trail is broken, so nothing was started.');
  if (isTooOld(request, world.clock.now())) {
    return notStarted(
      'No automation execution was found an hour after the start, and none is begun so late.',
    );
  }
  return begin(world, finding, plan, running);
}

function stepOf(execution: Execution, running: Running): Running | Ending {
  const phase = automationPhase(execution.status);
  if (phase === 'running') return { ...running, executionId: execution.id };
  return {
    kind: 'ended',
    ended: phase,
    execution,
    ...(execution.failure !== undefined && { error: execution.failure }),
  };
}

async function begin(
  world: World,
  { issue }: FindingTrail,
  plan: RunbookPlan,
  running: Running,
): Promise<Running | Ending> {
  const { place, requestId } = running;
  // A rename since the approval would turn the runbook on whoever has the name that Config still knows.
  const user = await world.users.readUser(issue.finding, issue.userName);
  if (!user) return notStarted('IAM has no such user any more.');
  const unrecorded = refuseUnrecorded(user);
  if (unrecorded) return notStarted(unrecorded.error.fact);
  await world.startPacer.turn(placeName(place));
  const answer = await world.runbooks.start(place, {
    document: plan.document,
    roleArn: plan.roleArn,
    userId: issue.finding.userId,
    maxCredentialUsageAge: plan.ages.maxCredentialUsageAge,
    clientToken: clientTokenOf(requestId),
    tagKey: tagKeyOf(requestId),
  });
  switch (answer.kind) {
    case 'started':
      return { ...running, executionId: answer.executionId };
    case 'refused':
      return notStarted(answer.reason);
    case 'token-used':
      return lookUp(world, running);
  }
}

/** The token was used, so there is an execution, or there will be one soon. Never a second token. */
async function lookUp(world: World, running: Running): Promise<Running | Ending> {
  for (const pause of looks) {
    await world.clock.sleep(pause);
    const execution = await find(world, running.place, running.requestId);
    if (execution) return stepOf(execution, running);
  }
  return running;
}

async function find(world: World, place: RunbookPlace, requestId: string): Promise<Execution | undefined> {
  await world.listPacer.turn(placeName(place));
  return world.runbooks.findByTag(place, tagKeyOf(requestId));
}

/** Limits of AWS hold for each of these. */
export function placeName({ accountId, region }: RunbookPlace): string {
  return `${accountId} ${region}`;
}

function notStarted(error: string): Ending {
  return { kind: 'ended', ended: 'not started', error };
}
