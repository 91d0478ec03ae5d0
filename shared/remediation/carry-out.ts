import type { Policy } from '../policy/schema.ts';
import type { RequestState } from '../trail/state.ts';
import { complete, verifyFinished } from './complete.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import type { TrailIssue, World } from './ports.ts';
import { reportUnsealed } from './report-unsealed.ts';
import { runRunbook } from './run-runbook.ts';
import { setKeys } from './set-keys.ts';
import type { Pursuit, Running } from './step.ts';

/** Milliseconds before a start is looked for again that the trail does not show: GitHub may only be late. */
const looks = [1_000, 4_000, 15_000];

/**
 * Goes on with what was started on this issue, from wherever it stands: does it (what was done already is not done
 * again), reads back, compares with the plan, records and reports. It may be called at any time and by any number of
 * processes. What is returned has to be looked at again; nothing: there is nothing to do any more.
 *
 * @param pursued a start that this process knows of: this one is gone on with and no other, even if the trail does not
 * show it any more; then nothing is begun, and what came of it is reported unsealed
 * @throws KeyturnError when AWS or GitHub fail; to be called again later
 */
export async function carryOut(
  world: World,
  issue: TrailIssue,
  pursued?: Pursuit,
): Promise<Running | undefined> {
  return world.locks.run(`issue ${issue.number}`, async () => {
    const policy = await world.policies.read();
    const finding = await read(world, policy, issue, pursued);
    const { open } = finding.state;
    if (pursued && !shows(finding, pursued)) {
      return goOn(world, policy, finding, pursued, 'The trail of this issue no longer shows this start');
    }
    if (pursued && pursued.request.id !== open?.id) return undefined;
    if (open?.status === 'started') {
      const barred = finding.trail.state === 'broken' ? 'The trail of this issue is broken' : undefined;
      return goOn(world, policy, finding, { ...pursued, request: open }, barred);
    }
    if (open?.status === 'finished') await verifyFinished(world, policy, finding, open);
    return undefined;
  });
}

async function read(
  world: World,
  policy: Policy,
  issue: TrailIssue,
  pursued: Pursuit | undefined,
): Promise<FindingTrail> {
  let finding = await readFindingTrail(world, policy, issue);
  for (const pause of looks) {
    if (!pursued || shows(finding, pursued)) break;
    await world.clock.sleep(pause);
    finding = await readFindingTrail(world, policy, issue);
  }
  return finding;
}

function shows({ state }: FindingTrail, { request }: Pursuit): boolean {
  const shown: RequestState | undefined = state.requests.get(request.id);
  return shown !== undefined && 'started' in shown;
}

/** @param barred why nothing may be begun or recorded, as the beginning of a sentence */
async function goOn(
  world: World,
  policy: Policy,
  finding: FindingTrail,
  pursuit: Pursuit,
  barred: string | undefined,
): Promise<Running | undefined> {
  const { request } = pursuit;
  const { plan } = request.requested.data;
  const step =
    plan.kind === 'runbook'
      ? await runRunbook(world, finding, pursuit, plan, barred)
      : await setKeys(world, finding, request, barred);
  if (step.kind === 'running') return step;
  if (barred === undefined) await complete(world, policy, finding, request, step);
  else await reportUnsealed(world, finding.issue, request, step, barred);
  return undefined;
}
