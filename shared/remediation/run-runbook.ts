import type { Plan } from '../trail/plan.ts';
import { automationPhase } from './automation-status.ts';
import { refuseUnrecorded } from './build-plan.ts';
import { clientTokenOf, tagKeyOf } from './client-token.ts';
import type { FindingTrail } from './finding-trail.ts';
import { refuseBeginning } from './last-look.ts';
import type { Execution, RunbookPlace, World } from './ports.ts';
import { type Ending, isTooOld, type Pursuit, type Running } from './step.ts';

type RunbookPlan = Extract<Plan, { kind: 'runbook' }>;

/** Milliseconds between looks for the execution of a token that AWS has seen before. */
const looks = [1_000, 2_000, 4_000, 8_000];
/** How long AWS may not show an execution that it started, in milliseconds. It takes seconds; this is on the safe side. */
const listingLag = 3 * 60_000;

/**
 * Finds the request's automation execution by its tag, or starts it, with one and the same ClientToken for ever.
 *
 * @param barred why nothing may be started: then what was started is looked for, no more
 */
export async function runRunbook(
  world: World,
  finding: FindingTrail,
  { request, execution: known, isTokenUsed }: Pursuit,
  plan: RunbookPlan,
  barred: string | undefined,
): Promise<Running | Ending> {
  const { issue } = finding;
  const place: RunbookPlace = { accountId: issue.finding.accountId, region: plan.region };
  const { card } = request.requested.data;
  const running: Running = {
    kind: 'running',
    issue,
    request,
    card,
    place,
    ...(isTokenUsed && { isTokenUsed }),
  };
  const execution = known ?? (await findExecution(world, place, request.id));
  if (execution) return stepOf(execution, running);
  if (barred !== undefined) return notFound(world, running, `${barred}, so nothing was started.`);
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
  finding: FindingTrail,
  plan: RunbookPlan,
  running: Running,
): Promise<Running | Ending> {
  const { issue, request, place } = running;
  // The wait may be long: what may still be started is decided after it.
  await world.startPacer.turn(placeName(place));
  if (isTooOld(request, world.clock.now())) {
    const why = 'No automation execution was found an hour after the start, and none is begun so late.';
    return notFound(world, running, why);
  }
  // A rename since the approval would turn the runbook on whoever has the name that Config still knows.
  const user = await world.users.readUser(issue.finding, issue.userName);
  if (!user) return notFound(world, running, 'IAM has no such user any more.');
  const unrecorded = refuseUnrecorded(user);
  if (unrecorded) return notFound(world, running, unrecorded.error.fact);
  const refusal = await refuseBeginning(world, finding, request);
  if (refusal !== undefined) return notFound(world, running, `${refusal}.`);
  const answer = await world.runbooks.start(place, {
    document: plan.document,
    roleArn: plan.roleArn,
    userId: issue.finding.userId,
    maxCredentialUsageAge: plan.ages.maxCredentialUsageAge,
    clientToken: clientTokenOf(request.id),
    tagKey: tagKeyOf(request.id),
  });
  switch (answer.kind) {
    case 'started':
      return { ...running, executionId: answer.executionId };
    case 'refused':
      return notFound(world, running, answer.reason);
    case 'token-used':
      return lookUp(world, { ...running, isTokenUsed: true });
  }
}

/**
 * Nothing can be started, and nothing is found that was. The answer to an earlier start may have been lost and AWS may
 * not show its execution yet, so for some minutes this is no end.
 */
function notFound(world: World, running: Running, why: string): Running | Ending {
  if (world.clock.now().getTime() - running.request.started.at.getTime() < listingLag) return running;
  if (!running.isTokenUsed) return { kind: 'ended', ended: 'not started', error: why };
  const error = `AWS knows the token of this start but shows no automation execution of it. ${why}`;
  return { kind: 'ended', ended: 'failed', error };
}

/** The token was used, so there is an execution, or there will be one soon. Never a second token. */
async function lookUp(world: World, running: Running): Promise<Running | Ending> {
  for (const pause of looks) {
    await world.clock.sleep(pause);
    const execution = await findExecution(world, running.place, running.request.id);
    if (execution) return stepOf(execution, running);
  }
  return running;
}

/** The execution of this request, as far as AWS shows it. */
export async function findExecution(
  world: World,
  place: RunbookPlace,
  requestId: string,
): Promise<Execution | undefined> {
  await world.listPacer.turn(placeName(place));
  return world.runbooks.findByTag(place, tagKeyOf(requestId));
}

/** Limits of AWS hold for each of these. */
export function placeName({ accountId, region }: RunbookPlace): string {
  return `${accountId} ${region}`;
}
