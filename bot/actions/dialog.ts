import type { Message, Modal } from '../../shared/slack/message.ts';
import { answerModal, loadingModal } from '../blocks/modal.ts';
import type { Bot } from '../bot.ts';
import { askingSlack } from '../slack-error.ts';
import { attend, type Tell } from '../visit.ts';
import type { Click } from './click.ts';

/** Shows a modal. Slack takes a trigger id within three seconds, and once. */
export function openModal(bot: Bot, triggerId: string, view: Modal): Promise<string> {
  return askingSlack('open a dialog', async () => {
    const opened = await bot.slack.views.open({ trigger_id: triggerId, view });
    return opened.view?.id ?? '';
  });
}

async function updateModal(bot: Bot, viewId: string, view: Modal): Promise<void> {
  await askingSlack('update a dialog', () => bot.slack.views.update({ view_id: viewId, view }));
}

/** Answers in the modal that is open; it cannot be sent any more. */
export function inModal(bot: Bot, viewId: string, title: string): Tell {
  return (message) => updateModal(bot, viewId, answerModal(title, message));
}

/**
 * Opens a modal at once and fills it in when the work is done. Who may not do what it is for gets the reason in it, and
 * nothing to send.
 */
export function openDialog(bot: Bot, click: Click, title: string, work: () => Promise<Modal>): void {
  let viewId: string | undefined;
  const tell: Tell = (message: Message) =>
    viewId === undefined ? click.tell(message) : inModal(bot, viewId, title)(message);
  const open = async () => {
    viewId = await openModal(bot, click.triggerId, loadingModal(title));
  };
  const fill = async () => {
    const view = await work();
    if (viewId !== undefined) await updateModal(bot, viewId, view);
    return undefined;
  };
  attend(bot, { ...click, tell }, fill, open);
}
