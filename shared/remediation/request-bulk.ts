import { quorumFor } from '../policy/approvals.ts';
import type { Policy } from '../policy/schema.ts';
import { proseLimit } from '../trail/bounds.ts';
import type { BulkPlan } from '../trail/bulk-plan.ts';
import type { BulkState } from '../trail/bulk-state.ts';
import type { Actor, EventOf } from '../trail/events.ts';
import { readableText } from '../trail/readable.ts';
import { clip } from '../trail/text.ts';
import { refuseInvalid } from './append.ts';
import { type Candidates, findCandidates } from './bulk-candidates.ts';
import { bulkText, bulkTitle } from './bulk-issue-text.ts';
import type { BulkDraft, BulkIssue } from './bulk-ports.ts';
import { type BulkTrail, brokenBulk, isOpenBulk, readBulkTrail, recordBulk } from './bulk-trail.ts';
import { refuseBulkOverLimit } from './daily-limit.ts';
import { bulkDigestOf } from './digest.ts';
import type { BulkTerms } from './judge-user.ts';
import type { Card, World } from './ports.ts';
import { type Refused, refuse } from './refusal.ts';
import { refuseRequester } from './rights.ts';
import { attempt } from './show.ts';
import { showBulk } from './show-bulk.ts';
import { readRunbookBasis } from './survey.ts';

export interface BulkInput {
  /** A UUID made of what Slack repeats when it retries: the same command is the same request. */
  readonly requestId: string;
  readonly accountId: string;
  readonly requester: Actor;
  /** Untrusted; cut to 500 characters. */
  readonly reason: string;
}

export type BulkRequestResult =
  | { readonly kind: 'requested'; readonly issue: BulkIssue; readonly bulk: BulkState }
  | Refused;

/** How far back an issue is looked for that this request opened, or that is in its way, in milliseconds. */
const lookBack = 30 * 24 * 3_600_000;

/**
 * Somebody asks for the runbook for every user of an account whom it would find unused. The plan names each of them by
 * the digest of their own plan; strict's people approve it, on an issue of its own.
 *
 * @throws KeyturnError when AWS, GitHub or Slack fail; then nothing is recorded, or it is and a repetition finds it
 */
export async function requestBulk(world: World, input: BulkInput): Promise<BulkRequestResult> {
  return world.locks.run(`bulk ${input.accountId}`, async () => {
    const policy = await world.policies.read();
    const quorum = quorumFor(policy, 'strict');
    const refusal = await refuseRequester(world, policy, quorum, input.requester.id);
    if (refusal) return refusal;
    const opened = await findOpened(world, policy, input);
    if (opened?.kind === 'refused') return opened;
    if (opened && opened.trail.envelopes.length > 0) return shown(world, opened);
    const basis = await readRunbookBasis(world, policy, input.accountId);
    return requestAll(world, { policy, basis, quorum }, input);
  });
}

/** What this request has come to before, or another one of the account that is in its way. */
async function findOpened(
  world: World,
  policy: Policy,
  { accountId, requestId }: BulkInput,
): Promise<(BulkTrail & { readonly kind?: never }) | Refused | undefined> {
  const since = new Date(world.clock.now().getTime() - lookBack);
  const issues = (await world.bulkIssues.listSince(since)).filter((issue) => issue.accountId === accountId);
  for (const issue of issues) {
    if (issue.requestId !== requestId && issue.state === 'closed') continue;
    const found = await readBulkTrail(world, policy, issue);
    if (issue.requestId === requestId) {
      if (found.trail.state === 'broken') throw brokenBulk(found);
      return found;
    }
    const { bulk } = found;
    if (bulk && isOpenBulk(bulk)) {
      return refuse('bulk-open', `Bulk request #${issue.number} of this account is ${bulk.status}.`);
    }
  }
  return undefined;
}

async function requestAll(world: World, terms: BulkTerms, input: BulkInput): Promise<BulkRequestResult> {
  const { accountId, requestId } = input;
  const candidates = await findCandidates(world, terms, accountId);
  const { ages, document, ...basis } = terms.basis;
  const { users, leftOut, expiresAt } = candidates;
  if (!expiresAt) return refuse('nothing-to-do', nobody(accountId, candidates));
  const plan: BulkPlan = {
    kind: 'bulk',
    ...basis,
    ages: { ...ages },
    document: { ...document },
    users: [...users],
  };
  const overLimit = await refuseBulkOverLimit(world, terms.policy, plan);
  if (overLimit) return overLimit;
  const issue = await world.bulkIssues.open({
    accountId,
    requestId,
    title: bulkTitle(accountId, plan),
    text: bulkText(plan, leftOut),
  });
  const { requester } = input;
  const reason = clip(input.reason, proseLimit);
  const draft: BulkDraft = { requestId, issue, plan, leftOut, requester, reason, expiresAt };
  const event = requestedEvent(world, terms, draft, placeholder);
  refuseInvalid(event);
  const card = await world.bulkBoard.post(draft);
  try {
    return await recordRequest(world, terms, draft, card);
  } catch (error) {
    // If it was recorded all the same, the next look at the issue shows the card as it should be.
    await withdraw(world, draft, card);
    throw error;
  }
}

function nobody(accountId: string, { leftOut }: Candidates): string {
  const reasons = [...Map.groupBy(leftOut, ({ why }) => why)].map(([why, all]) => `${all.length}: ${why}`);
  const looked = `None of ${leftOut.length} users with an open issue in account ${accountId} can be remediated in bulk`;
  return clip(`${looked}${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}.`, proseLimit);
}

/** Stands for the card while there is none. */
const placeholder: Card = { channel: 'C0', ts: '0.0' };

async function withdraw(world: World, { requestId, issue }: BulkDraft, card: Card): Promise<void> {
  await attempt(world, `withdraw the card of bulk request ${requestId}`, () =>
    world.bulkBoard.show(card, 'withdrawn', issue),
  );
}

async function recordRequest(
  world: World,
  terms: BulkTerms,
  draft: BulkDraft,
  card: Card,
): Promise<BulkRequestResult> {
  const events = [requestedEvent(world, terms, draft, card)];
  const { kind, found } = await recordBulk<void>(world, terms.policy, draft.issue, async ({ bulk }) =>
    bulk ? { kind: 'leave', result: undefined } : { kind: 'record', events, readable: readableText(events) },
  );
  if (kind === 'left') await withdraw(world, draft, card);
  return shown(world, found);
}

async function shown(world: World, found: BulkTrail): Promise<BulkRequestResult> {
  const { issue, bulk } = found;
  if (!bulk) throw brokenBulk(found);
  await showBulk(world, found);
  return { kind: 'requested', issue, bulk };
}

function requestedEvent(
  { repositoryId }: World,
  { quorum }: BulkTerms,
  draft: BulkDraft,
  card: Card,
): EventOf<'bulk-requested'> {
  const { issue, plan, requester, requestId, reason, leftOut, expiresAt } = draft;
  const subject = { repositoryId, issue: issue.number, accountId: issue.accountId };
  return {
    type: 'bulk-requested',
    actor: requester,
    requestId,
    data: {
      plan,
      digest: bulkDigestOf({ subject, plan, quorum }),
      reason,
      quorum: { ...quorum, approvers: [...quorum.approvers] },
      expiresAt: expiresAt.toISOString(),
      card: { ...card },
      leftOut: leftOut.length,
    },
  };
}
