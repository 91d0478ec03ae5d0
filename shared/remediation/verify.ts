import { isDeepStrictEqual } from 'node:util';
import type { Ages } from '../keys/age.ts';
import { type ExpectedChange, judgeOutcome, type Outcome } from '../keys/outcome.ts';
import type { UserSnapshot } from '../keys/user-snapshot.ts';
import { relativeMoments } from '../keys/written-moments.ts';
import { maxKeys, noteLimit } from '../trail/bounds.ts';
import type { EventOf } from '../trail/events.ts';
import type { Plan } from '../trail/plan.ts';
import type { RequestState } from '../trail/state.ts';
import { clip } from '../trail/text.ts';
import { bot } from './bot-actor.ts';
import { clipNotes } from './clip-notes.ts';
import type { TrailIssue, World } from './ports.ts';
import { parseRunbookOutput } from './runbook-output.ts';
import type { Ending } from './step.ts';

type BegunRequest = Extract<RequestState, { status: 'started' | 'finished' }>;

/** Milliseconds between reads: IAM shows a change after seconds, so half a minute bounds them. */
const looks = [2_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Reads the user back and compares with the plan. What is not as predicted is read again, because IAM may only be late.
 * The runbook decides for itself, so that an old picture may look like the prediction: it takes two that are the same.
 *
 * @throws KeyturnError when AWS does not answer
 */
export async function verify(
  world: World,
  issue: TrailIssue,
  request: BegunRequest,
  ending: Ending,
): Promise<EventOf<'verified'>> {
  const { plan } = request.requested.data;
  const judge = judgeOf(world, issue, request, ending, await readAges(world, issue, plan));
  let seen = await judge();
  let isSettled = plan.kind !== 'runbook';
  for (const pause of ending.ended === 'not started' ? [] : looks) {
    if (isSettled && seen.differences.length === 0) break;
    await world.clock.sleep(pause);
    const before = seen;
    seen = await judge();
    isSettled = plan.kind !== 'runbook' || isDeepStrictEqual(seen.outcome, before.outcome);
  }
  const { outcome } = seen;
  const differences = [...endDifferences(ending), ...seen.differences];
  return {
    type: 'verified',
    actor: bot,
    requestId: request.id,
    data: {
      result: outcome.resolved ? 'resolved' : 'remains',
      keys: outcome.keys
        .slice(0, maxKeys)
        .map(({ why, ...key }) => ({ ...key, ...(why !== undefined && { why: clip(why, noteLimit) }) })),
      loginProfile: outcome.loginProfile,
      asPredicted: differences.length === 0,
      differences: clipNotes(differences),
    },
  };
}

interface Seen {
  readonly outcome: Outcome;
  /** From the plan and, in mode runbook, from the runbook's own word. */
  readonly differences: readonly string[];
}

function judgeOf(
  world: World,
  issue: TrailIssue,
  request: BegunRequest,
  ending: Ending,
  ages: Ages,
): () => Promise<Seen> {
  const { requested, started } = request;
  const { userName, arn } = requested.data;
  const before = readSnapshot({ ...issue.finding, userName, arn }, started.data.before);
  const expected = expectedOf(request);
  return async () => {
    const after = await world.users.readUser(issue.finding, userName);
    const now = world.clock.now();
    const outcome = judgeOutcome(
      { before, plan: expected, after, ages, startedAt: started.at },
      now,
      relativeMoments(now),
    );
    return { outcome, differences: [...outcome.differences, ...claimDifferences(ending, after)] };
  };
}

/** The ages that were approved, or for an undo those of the rule. */
export async function readAges(world: World, { finding }: TrailIssue, plan: Plan): Promise<Ages> {
  if ('ages' in plan) return plan.ages;
  const { maxAccessKeyAge } = await world.rules.readRule(finding.accountId);
  return { maxAccessKeyAge, maxCredentialUsageAge: maxAccessKeyAge };
}

function expectedOf({ requested, started }: BegunRequest): ExpectedChange {
  const { plan } = requested.data;
  const { mode, keyIds } = started.data;
  if (plan.kind === 'runbook') return plan;
  return mode === 'undo' ? { kind: 'undo', reactivates: keyIds } : { kind: 'strict', deactivates: keyIds };
}

/** The user as the trail recorded it before the first write. A start is only recorded under Config's own name. */
function readSnapshot(
  who: Pick<UserSnapshot, 'accountId' | 'userId' | 'userName' | 'arn'>,
  { keys, loginProfileCreatedAt, passwordLastUsedAt }: EventOf<'started'>['data']['before'],
): UserSnapshot {
  return {
    ...who,
    tags: {},
    configName: who.userName,
    accessKeys: keys.map(({ id, status, createdAt }) => ({ id, status, createdAt: new Date(createdAt) })),
    ...(loginProfileCreatedAt !== undefined && { loginProfileCreatedAt: new Date(loginProfileCreatedAt) }),
    ...(passwordLastUsedAt !== undefined && { passwordLastUsedAt: new Date(passwordLastUsedAt) }),
  };
}

function endDifferences({ ended, execution }: Ending): string[] {
  if (ended === 'success') return [];
  return [ended === 'failed' ? `the run ended ${execution?.status ?? 'with errors'}` : 'nothing was run'];
}

/** The runbook's word against IAM's. */
function claimDifferences({ execution }: Ending, after: UserSnapshot | undefined): string[] {
  const claim = parseRunbookOutput(execution?.output);
  if (!claim || !after) return [];
  const active = after.accessKeys.filter(
    ({ id, status }) => status === 'Active' && claim.deactivated.includes(id),
  );
  const lines = active.map(({ id }) => `${id}: the runbook says that it deactivated it, but it is Active`);
  if (claim.deletedLoginProfile && after.loginProfileCreatedAt) {
    lines.push('console password: the runbook says that it deleted it, but there is one');
  }
  return lines;
}
