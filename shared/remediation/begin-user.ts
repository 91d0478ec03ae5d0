import type { BulkReference } from '../trail/bulk-events.ts';
import type { BulkUser } from '../trail/bulk-plan.ts';
import type { BulkState } from '../trail/bulk-state.ts';
import type { EventOf, TrailEvent } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import type { Decision } from './append.ts';
import { approvalsOf, barOf, userRequestId } from './bulk-reference.ts';
import { left, type Standing, standingOf } from './bulk-standing.ts';
import { type BulkTrail, readBulkTrail } from './bulk-trail.ts';
import type { FindingTrail } from './finding-trail.ts';
import { type BulkTerms, type Judged, judgeUser } from './judge-user.ts';
import { findOnlyIssue } from './only-issue.ts';
import type { TrailIssue, World } from './ports.ts';
import { record } from './record.ts';
import { requestedEvent } from './request.ts';
import { show } from './show.ts';
import { startEvent } from './start.ts';
import type { StartedRequest } from './step.ts';

/** A bulk request whose users are begun. */
export interface UnderWay {
  readonly issue: BulkTrail['issue'];
  readonly bulk: Extract<BulkState, { status: 'started' }>;
  /** What each user's request refers to. */
  readonly reference: BulkReference;
  readonly terms: BulkTerms;
}

export type Begun =
  | { readonly kind: 'begun'; readonly issue: TrailIssue; readonly request: StartedRequest }
  | { readonly kind: 'standing'; readonly standing: Standing };

/**
 * Begins one user: when their plan is still the one that was approved, one comment on their own issue records the
 * request, the approvals of the bulk request and the start. Whoever was begun before is left as they are. What is
 * returned as begun has to be carried out next.
 *
 * @throws KeyturnError when AWS or GitHub fail; to be called again
 */
export async function beginUser(world: World, underWay: UnderWay, user: BulkUser): Promise<Begun> {
  const issue = await world.issues.read(user.issue);
  const finding = { accountId: underWay.issue.accountId, userId: user.userId };
  const isTheirs = issue.finding.userId === user.userId && issue.finding.accountId === finding.accountId;
  if (!isTheirs) return standing(left(`issue #${user.issue} is about somebody else now`));
  const only = await findOnlyIssue(world, finding);
  if (only.kind === 'refused') return standing(left(only.error.fact));
  if (only.issue.number !== user.issue) {
    return standing(left(`the finding has another issue now, #${only.issue.number}`));
  }
  return world.locks.run(`issue ${issue.number}`, () => beginOn(world, underWay, user, issue));
}

async function beginOn(world: World, underWay: UnderWay, user: BulkUser, issue: TrailIssue): Promise<Begun> {
  const { policy } = underWay.terms;
  const id = userRequestId(underWay.bulk.id, user.userId);
  const recording = await record<Standing>(world, policy, issue, (finding) =>
    decide(world, underWay, user, finding),
  );
  if (recording.kind === 'left') return standing(recording.result);
  const { finding } = recording;
  const request = finding.state.requests
    .values()
    .find((one): one is StartedRequest => one.id === id && one.status === 'started');
  // GitHub may show our comment late: it may have expired, or another process may have carried it out by then.
  if (!request) return standing(standingOf(finding, underWay.bulk.id, user.userId));
  await show(world, finding, request);
  return { kind: 'begun', issue, request };
}

async function decide(
  world: World,
  underWay: UnderWay,
  user: BulkUser,
  finding: FindingTrail,
): Promise<Decision<Standing>> {
  const known = standingOf(finding, underWay.bulk.id, user.userId);
  if (known.kind !== 'waiting') return leave(known);
  const judged = await judgeUser(world, underWay.terms, finding);
  if (judged.kind === 'out') return leave(left(judged.why));
  if (judged.survey.digest !== user.digest) {
    return leave(left('what would be done now is not what was approved'));
  }
  // Last of all: whoever stops it may do so while the user is looked at. Right before AWS is asked its thread is read, too.
  const found = await readBulkTrail(world, underWay.terms.policy, underWay.issue);
  if (barOf(found, world.clock.now()) !== undefined) return leave({ kind: 'waiting' });
  const events = eventsOf(underWay, user, finding, judged);
  return { kind: 'record', events, readable: readableText(events) };
}

function eventsOf(
  { bulk, reference }: UnderWay,
  { userId }: BulkUser,
  { issue }: FindingTrail,
  { survey, expiresAt }: Extract<Judged, { kind: 'ready' }>,
): TrailEvent[] {
  const requestId = userRequestId(bulk.id, userId);
  const { actor: requester, data } = bulk.requested;
  const { user, approvable, digest } = survey;
  const { plan } = approvable;
  const draft = { requestId, issue, user, plan, requester, reason: data.reason, expiresAt };
  const asked = requestedEvent(draft, survey, data.card);
  const requested: EventOf<'requested'> = { ...asked, data: { ...asked.data, bulk: reference } };
  const approvals = approvalsOf(bulk).map(
    ({ actor }): EventOf<'approved'> => ({
      type: 'approved',
      actor,
      requestId,
      data: { digest, bulk: reference },
    }),
  );
  return [requested, ...approvals, startEvent({ id: requestId, requested }, survey)];
}

function standing(one: Standing): Begun {
  return { kind: 'standing', standing: one };
}

function leave(result: Standing): Decision<Standing> {
  return { kind: 'leave', result };
}
