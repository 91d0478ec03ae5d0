import type { KeyturnError } from '../../shared/errors.ts';
import { limits } from '../../shared/slack/limits.ts';
import {
  type Block,
  context,
  type Message,
  type Modal,
  plainText,
  section,
} from '../../shared/slack/message.ts';
import { code, type Mrkdwn, md, plain } from '../../shared/slack/mrkdwn.ts';

interface ModalParts {
  /** At most 24 characters. */
  readonly title: string;
  readonly blocks: readonly Block[];
  /** With it the modal can be sent: `callbackId` and `metadata` tell the bot what it was. */
  readonly submit?: { readonly label: string; readonly callbackId: string; readonly metadata?: string };
  readonly close?: string;
}

export function modal({ title, blocks, submit, close = 'Cancel' }: ModalParts): Modal {
  return {
    type: 'modal',
    title: plainText(title, limits.modalTitle),
    close: plainText(close, limits.modalTitle),
    blocks: blocks.slice(0, limits.blocksInModal),
    ...(submit && {
      submit: plainText(submit.label, limits.modalTitle),
      callback_id: submit.callbackId,
      ...(submit.metadata !== undefined && { private_metadata: submit.metadata }),
    }),
  };
}

/** Shown at once, while the trail is read: Slack wants a modal within three seconds. It cannot be sent. */
export function loadingModal(title: string): Modal {
  return waitingModal(
    title,
    md`⏳ Reading the trail…`,
    md`If this stays, nothing was read: close it and try again.`,
  );
}

/** Shown while what was sent is recorded. The process may die meanwhile, and then nobody updates it any more. */
export function recordingModal(title: string): Modal {
  const ifItStays = md`If this stays for two minutes, it may not be recorded: look at the thread of the request, or at ${code('/keys pending')}.`;
  return waitingModal(title, md`⏳ Recording…`, ifItStays);
}

function waitingModal(title: string, what: Mrkdwn, ifItStays: Mrkdwn): Modal {
  return modal({ title, blocks: [section(what), context(ifItStays)], close: 'Close' });
}

/** An answer in a modal, such as why there is nothing to decide here. It cannot be sent. */
export function answerModal(title: string, { blocks }: Message): Modal {
  return modal({ title, blocks, close: 'Close' });
}

/** What happened and why. It may hold text of AWS, GitHub or people. */
export function fact(error: KeyturnError): Mrkdwn {
  return plain(error.fact, limits.prose);
}

/** What to do: our own words. */
export function remedy(error: KeyturnError): Mrkdwn {
  return plain(error.remedy, limits.prose);
}

/** A field in which a person writes or chooses. */
export function input(
  blockId: string,
  label: string,
  element: Extract<Block, { type: 'input' }>['element'],
  isOptional = false,
): Block {
  return {
    type: 'input',
    block_id: blockId,
    label: plainText(label, limits.value),
    element,
    optional: isOptional,
  };
}
