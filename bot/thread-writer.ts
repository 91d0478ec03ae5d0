import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Card } from '../shared/remediation/ports.ts';
import type { Message } from '../shared/slack/message.ts';
import type { Attachment } from './blocks/run-output.ts';
import { type CardMemory, writeCard, writeNotice } from './card-metadata.ts';
import { askingSlack } from './slack-error.ts';

/** The notice that calls the approvers: Slack notifies nobody of a mention that an update adds to a card. */
export const approvalNeededKey = 'approval-needed';

export const postedSchema = z.object({ channel: z.string(), ts: z.string() });

/** Links to issues and to the console need no preview. */
export const quiet = { unfurl_links: false, unfurl_media: false } as const;

/** Posts a notice into the thread of a card. */
export async function reply(
  slack: webApi.WebClient,
  card: Card,
  key: string,
  message: Message,
): Promise<void> {
  await askingSlack('post into the thread of a request', () =>
    slack.chat.postMessage({
      ...message,
      channel: card.channel,
      thread_ts: card.ts,
      metadata: writeNotice(key),
      ...quiet,
    }),
  );
}

/** Draws a card anew. */
export async function update(
  slack: webApi.WebClient,
  { channel, ts }: Card,
  message: Message,
  memory: CardMemory | undefined,
): Promise<void> {
  await askingSlack('update the card of a request', () =>
    slack.chat.update({ ...message, channel, ts, ...(memory && { metadata: writeCard(memory) }) }),
  );
}

/** The file is less than the message: without it, the issue has the text. */
export async function attach(
  {
    slack,
    warn,
  }: { readonly slack: webApi.WebClient; readonly warn: (message: string, error: unknown) => void },
  { channel, ts }: Card,
  file: Attachment,
  what: string,
): Promise<void> {
  try {
    await slack.filesUploadV2({ channel_id: channel, thread_ts: ts, ...file });
  } catch (error) {
    warn(`${what} could not be attached`, error);
  }
}
