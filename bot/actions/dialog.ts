import { randomUUID } from 'node:crypto';
import type { Message, Modal } from '../../shared/slack/message.ts';
import { answerModal, loadingModal } from '../blocks/modal.ts';
import { askingSlack } from '../slack-error.ts';
import { attend, type Host, type Tell } from '../visit.ts';
import type { Click } from './click.ts';

/** The part of the bot that it takes to show modals. */
export type DialogHost = Host & { readonly dialogs: { readonly views: Views } };

interface Views {
  open(options: { trigger_id: string; view: Modal }): Promise<{ view?: { id?: string } }>;
  update(
    options: ({ view_id: string } | { external_id: string }) & { view: Modal },
  ): Promise<{ view?: { id?: string } }>;
}

/**
 * Shows a modal. Slack takes a trigger id within three seconds, and once: when the answer was lost the repetition is
 * refused, and the modal may be there. Then it is found by a name of ours.
 */
export function openModal(bot: DialogHost, triggerId: string, modal: Modal): Promise<string> {
  const external_id = randomUUID();
  const view: Modal = { ...modal, external_id };
  return askingSlack('open a dialog', async () => {
    try {
      const opened = await bot.dialogs.views.open({ trigger_id: triggerId, view });
      return opened.view?.id ?? '';
    } catch (error) {
      const found = await bot.dialogs.views.update({ external_id, view }).catch(() => undefined);
      if (found) return found.view?.id ?? '';
      throw error;
    }
  });
}

async function updateModal(bot: DialogHost, viewId: string, view: Modal): Promise<void> {
  await askingSlack('update a dialog', () => bot.dialogs.views.update({ view_id: viewId, view }));
}

/** Answers in the modal that is open; it cannot be sent any more. */
export function inModal(bot: DialogHost, viewId: string, title: string): Tell {
  return (message) => updateModal(bot, viewId, answerModal(title, message));
}

/**
 * How long a click may go without a sign, in milliseconds. Slack takes its trigger for three seconds: the rest is for the
 * way there.
 */
const patience = 1_000;

/**
 * Opens a modal with what the work draws; who may not have it gets the reason, and no modal. When the work takes long, a
 * loading view comes first, since the modal could not be opened any more, and whatever comes of the work stands in it.
 */
export function openDialog(
  bot: DialogHost,
  click: Omit<Click, 'replace' | 'value'>,
  title: string,
  work: () => Promise<Modal>,
): void {
  let opening: Promise<string> | undefined;
  let isOver = false;
  const open = (view: Modal): Promise<string> => {
    opening = openModal(bot, click.triggerId, view);
    // Whoever needs the modal next meets the failure.
    opening.catch(() => undefined);
    return opening;
  };
  const beginToWait = async () => {
    void bot.world.clock.sleep(patience).then(() => {
      if (!isOver) void open(loadingModal(title));
    });
  };
  const draw = async () => {
    const view = await work();
    isOver = true;
    if (opening) await updateModal(bot, await opening, view);
    else await open(view);
    return undefined;
  };
  const tell: Tell = async (message: Message) => {
    isOver = true;
    const viewId = await opening?.catch(() => undefined);
    if (viewId === undefined) return click.tell(message);
    // Whoever closed it meanwhile is told all the same.
    await inModal(bot, viewId, title)(message).catch(() => click.tell(message));
  };
  attend(bot, { ...click, tell }, draw, beginToWait);
}
