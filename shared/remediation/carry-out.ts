import type { Policy } from '../policy/schema.ts';
import { complete, reportBroken, verifyFinished } from './complete.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import type { Execution, TrailIssue, World } from './ports.ts';
import { runRunbook } from './run-runbook.ts';
import { setKeys } from './set-keys.ts';
import type { Running, StartedRequest } from './step.ts';

/**
 * Goes on with what was started on this issue, from wherever it stands: does it (what was done already is not done
 * again), reads back, compares with the plan, records and reports. It may be called at any time and by any number of
 * processes. What is returned has to be looked at again; nothing: there is nothing to do any more.
 *
 * @param known the execution, when its row has just been read
 * @throws KeyturnError when AWS or GitHub fail; to be called again later
 */
export async function carryOut(
  world: World,
  issue: TrailIssue,
  known?: Execution,
): Promise<Running | undefined> {
  const policy = await world.policies.read();
  return world.locks.run(`issue ${issue.number}`, async () => {
    const finding = await readFindingTrail(world, policy, issue);
    const { open } = finding.state;
    if (open?.status === 'started') return goOn(world, policy, finding, open, known);
    if (open?.status === 'finished') await verifyFinished(world, policy, finding, open);
    return undefined;
  });
}

async function goOn(
  world: World,
  policy: Policy,
  finding: FindingTrail,
  request: StartedRequest,
  known: Execution | undefined,
): Promise<Running | undefined> {
  const { plan } = request.requested.data;
  const mayBegin = finding.trail.state === 'intact';
  const step =
    plan.kind === 'runbook'
      ? await runRunbook(world, finding, request, plan, { known, mayBegin })
      : await setKeys(world, finding, request, mayBegin);
  if (step.kind === 'running') return step;
  if (mayBegin) await complete(world, policy, finding, request, step);
  else await reportBroken(world, finding, request, step);
  return undefined;
}
