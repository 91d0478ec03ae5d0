import { fields } from '../../shared/slack/action-ids.ts';
import type { Message } from '../../shared/slack/message.ts';
import { readRemediateFields, remediateModal } from '../blocks/remediate-modal.ts';
import type { Bot } from '../bot.ts';
import { type Command, isAccount, isUserName, writeCommand } from '../commands/grammar.ts';
import { runCommand } from '../commands/run-command.ts';
import { attend, type Visit } from '../visit.ts';
import { openModal } from './dialog.ts';

export const remediationTitle = 'Request a remediation';

/** `/keys remediate` without a user: asks for everything. Rights are checked when the modal is sent. */
export function openRemediation(bot: Bot, visit: Visit, triggerId: string): void {
  const open = async () => {
    await openModal(bot, triggerId, remediateModal());
  };
  attend(bot, visit, async () => undefined, open);
}

export type ReadModal =
  | { readonly ok: true; readonly command: Command }
  /** What is wrong, by the id of the field's block. */
  | { readonly ok: false; readonly errors: Record<string, string> };

/** The modal as the command that it stands for. */
export function readRemediation(values: unknown): ReadModal {
  const sent = readRemediateFields(values);
  if (!sent) return { ok: false, errors: { [fields.user]: 'This dialog is too old. Open it again.' } };
  const { user, account, mode, reason } = sent;
  const errors = {
    ...(!isUserName(user) && { [fields.user]: 'That is no IAM user name.' }),
    ...(account !== '' && !isAccount(account) && { [fields.account]: 'An account has 12 digits.' }),
  };
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const strict = mode === 'strict';
  return {
    ok: true,
    command: { name: 'remediate', user, strict, ...(account && { account }), ...(reason && { reason }) },
  };
}

/** The modal was sent: the same as the command with these words. */
export function submitRemediation(bot: Bot, visit: Visit, command: Command): Promise<Message> {
  return runCommand(bot, visit, command, writeCommand(command));
}
