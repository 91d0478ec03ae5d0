import { brokenBulk, readBulkTrail } from '../../shared/remediation/bulk-trail.ts';
import { castBallot } from '../../shared/remediation/cast-ballot.ts';
import {
  approveBulk,
  type BulkDecisionResult,
  bulkBallotOf,
  denyBulk,
  findPendingBulk,
  stopBulk,
} from '../../shared/remediation/decide-bulk.ts';
import { refuseBallot } from '../../shared/remediation/rights.ts';
import type { RequestRef } from '../../shared/slack/action-ids.ts';
import type { Message, Modal } from '../../shared/slack/message.ts';
import { md, plain } from '../../shared/slack/mrkdwn.ts';
import { answer } from '../blocks/answer.ts';
import { approvalTitle } from '../blocks/approval-modal.ts';
import { bulkApprovalModal, bulkDenyModal } from '../blocks/bulk-modals.ts';
import { bulkStatusLines } from '../blocks/bulk-status.ts';
import { denialTitle } from '../blocks/deny-modal.ts';
import { readReason } from '../blocks/remediate-modal.ts';
import type { Bot } from '../bot.ts';
import { chooseBulkAccount } from '../commands/bulk.ts';
import { parseCommand } from '../commands/grammar.ts';
import { type Click, readValue, type Submission } from './click.ts';
import { openDialog } from './dialog.ts';

/** The button Approve of a bulk request: every user who would be approved, for those who may. */
export function openBulkApproval(bot: Bot, click: Click): void {
  openDialog(bot, click, approvalTitle, async () => {
    const { policy, issue, bulk } = await readPendingBulk(bot, readValue('request', click.value), 'read');
    const ballot = await castBallot(bot.world, policy, bulkBallotOf(bulk), click.person.id);
    if (ballot.kind === 'refused') throw refuseBallot(ballot.reason).error;
    return bulkApprovalModal(bulk, issue, ballot.kind === 'allowed' ? 0 : ballot.missing);
  });
}

export function openBulkDenial(bot: Bot, click: Click): void {
  openDialog(bot, click, denialTitle, async (): Promise<Modal> => {
    const { issue, bulk } = await readPendingBulk(bot, readValue('request', click.value), 'readMarked');
    return bulkDenyModal(bulk, issue);
  });
}

/** The modal was sent: this is the approval, of the plan whose digest was on the screen. */
export async function submitBulkApproval(bot: Bot, { metadata, person }: Submission): Promise<Message> {
  return told(bot, await approveBulk(bot.world, { ...readValue('approval', metadata), person }));
}

export async function submitBulkDenial(bot: Bot, { metadata, person, values }: Submission): Promise<Message> {
  const ref = readValue('request', metadata);
  return told(bot, await denyBulk(bot.world, { ...ref, person, reason: readReason(values) }));
}

/** The button Stop. It asks for nothing more: nothing is done by it. */
export async function stop(bot: Bot, { value, person }: Click): Promise<Message> {
  return told(bot, await stopBulk(bot.world, { ...readValue('request', value), person }));
}

/** One of several accounts: goes on with the command that was typed. */
export async function chooseAccount(bot: Bot, click: Click): Promise<Message> {
  const { account, text } = readValue('account', click.value);
  const parsed = parseCommand(text);
  if (!parsed.ok) return answer(plain(parsed.problem));
  return chooseBulkAccount(bot, click, { ...parsed.command, account });
}

function told({ bulks }: Bot, result: BulkDecisionResult): Message {
  if (result.kind === 'refused') throw result.error;
  bulks.follow(result.issue);
  return answer(md`*Recorded.*`, ...bulkStatusLines({ bulk: result.bulk }));
}

/** @throws KeyturnError when there is no such bulk request, or it cannot be decided any more */
async function readPendingBulk({ world }: Bot, ref: RequestRef, read: 'read' | 'readMarked') {
  const [policy, issue] = await Promise.all([world.policies.read(), world.bulkIssues[read](ref.issue)]);
  const found = await readBulkTrail(world, policy, issue);
  if (found.trail.state === 'broken') throw brokenBulk(found);
  const pending = findPendingBulk(found, ref.requestId);
  if (pending.kind === 'refused') throw pending.error;
  return { policy, issue, bulk: pending.bulk };
}
