import { deny } from '../../shared/remediation/deny.ts';
import type { Message } from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';
import { answer } from '../blocks/answer.ts';
import { denialTitle, denyModal } from '../blocks/deny-modal.ts';
import { readReason } from '../blocks/remediate-modal.ts';
import { statusLines } from '../blocks/request-status.ts';
import type { Bot } from '../bot.ts';
import { type Click, readValue, type Submission } from './click.ts';
import { openDialog } from './dialog.ts';
import { readPendingRequest } from './pending-request.ts';

/** The button Deny: asks why. */
export function openDenial(bot: Bot, click: Click): void {
  openDialog(bot, click, denialTitle, async () => {
    const { request, issue } = await readPendingRequest(bot, readValue('request', click.value));
    return denyModal(request, issue);
  });
}

/** The modal was sent. Whether this person may deny is decided here. */
export async function submitDenial(bot: Bot, { metadata, person, values }: Submission): Promise<Message> {
  const ref = readValue('request', metadata);
  const result = await deny(bot.world, { ...ref, denier: person, reason: readReason(values) });
  if (result.kind === 'refused') throw result.error;
  return answer(md`*Recorded.*`, ...statusLines(result.request));
}
