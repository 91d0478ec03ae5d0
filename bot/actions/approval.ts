import { approve, ballotOf } from '../../shared/remediation/approve.ts';
import { castBallot } from '../../shared/remediation/cast-ballot.ts';
import { refuseBallot } from '../../shared/remediation/rights.ts';
import type { Message, Modal } from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';
import { answer } from '../blocks/answer.ts';
import { approvalModal, approvalTitle } from '../blocks/approval-modal.ts';
import { type Evidence, evidenceOf } from '../blocks/evidence.ts';
import { approvalsGiven } from '../blocks/people.ts';
import { statusLines } from '../blocks/request-status.ts';
import type { Bot } from '../bot.ts';
import { carryOn } from '../carry-on.ts';
import { type Click, readValue, type Submission } from './click.ts';
import { openDialog } from './dialog.ts';
import { type Decidable, readPendingRequest } from './pending-request.ts';

/** The button Approve: what would be approved, for those who may. */
export function openApproval(bot: Bot, click: Click): void {
  openDialog(bot, click, approvalTitle, () => drawApproval(bot, click));
}

async function drawApproval(bot: Bot, { value, person }: Click): Promise<Modal> {
  const decidable = await readPendingRequest(bot, readValue('request', value));
  const { policy, request, issue } = decidable;
  const ballot = await castBallot(bot.world, policy, ballotOf(request), person.id);
  if (ballot.kind === 'refused') throw refuseBallot(ballot.reason).error;
  const needed = ballot.kind === 'allowed' ? 0 : ballot.missing;
  return approvalModal(request, issue, needed, await readEvidence(bot, decidable));
}

/** How long an approval waits for what only informs, in milliseconds: while AWS is away, the SDK tries for minutes. */
const patience = 3_000;

/** Ages and last uses inform; without them the plan still says what will happen. */
export async function readEvidence(
  { world, journal }: Pick<Bot, 'world' | 'journal'>,
  { issue, request }: Pick<Decidable, 'issue' | 'request'>,
): Promise<Evidence | undefined> {
  const read = async () => {
    try {
      const user = await world.users.readUser(issue.finding, request.requested.data.userName);
      return user && evidenceOf(user, world.clock.now());
    } catch (error) {
      journal.warn('an approval is shown without ages and last uses', error);
      return undefined;
    }
  };
  return Promise.race([read(), world.clock.sleep(patience).then(() => undefined)]);
}

/** The modal was sent: this is the approval, of the plan whose digest was on the screen. */
export async function submitApproval(bot: Bot, { metadata, person }: Submission): Promise<Message> {
  const result = await approve(bot.world, { ...readValue('approval', metadata), approver: person });
  if (result.kind === 'refused') throw result.error;
  const { issue, request } = result;
  if (request.status === 'started') carryOn(bot, issue, request);
  return answer(md`*Recorded*: ${approvalsGiven(request)}.`, ...statusLines(request));
}
