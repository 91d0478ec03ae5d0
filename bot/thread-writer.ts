import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { KeyturnError } from '../shared/errors.ts';
import type { Card } from '../shared/remediation/ports.ts';
import type { Message } from '../shared/slack/message.ts';
import type { Attachment } from './blocks/run-output.ts';
import { type CardMemory, writeCard, writeNotice } from './card-metadata.ts';
import { askingSlack } from './slack-error.ts';
import { readThread } from './thread.ts';

/** The notice that calls the approvers: Slack notifies nobody of a mention that an update adds to a card. */
export const approvalNeededKey = 'approval-needed';

const postedSchema = z.object({ channel: z.string(), ts: z.string() });

/** Links to issues and to the console need no preview. */
const quiet = { unfurl_links: false, unfurl_media: false } as const;

/** What it takes to write into a thread. */
export interface ThreadWriter {
  readonly slack: webApi.WebClient;
  /** Repeats nothing by itself: a message whose answer is lost may be there. */
  readonly poster: webApi.WebClient;
  /** The bot's own user (U…), as auth.test says. */
  readonly botUserId: string;
  /** Milliseconds. */
  readonly sleep: (duration: number) => Promise<void>;
  /** Told of a file that could not be attached; the issue has its text. */
  readonly warn: (message: string, error: unknown) => void;
}

/** Milliseconds before a message that may not be there is looked for, and posted again. */
const pauses = [500, 2_000, 5_000];

/**
 * Posts a notice into the thread of a card. One whose answer was lost may be there: the thread is read before it is
 * posted again.
 */
export async function reply(writer: ThreadWriter, card: Card, key: string, message: Message): Promise<void> {
  const { slack, botUserId, sleep } = writer;
  for (const pause of pauses) {
    try {
      await post(writer, card, key, message);
      return;
    } catch (error) {
      if (!isUnclear(error)) throw error;
      await sleep(pause);
      if ((await readThread(slack, card, botUserId)).told.has(key)) return;
    }
  }
  await post(writer, card, key, message);
}

function post({ poster }: ThreadWriter, card: Card, key: string, message: Message) {
  return askingSlack('post into the thread of a request', () =>
    poster.chat.postMessage({
      ...message,
      channel: card.channel,
      thread_ts: card.ts,
      metadata: writeNotice(key),
      ...quiet,
    }),
  );
}

function isUnclear(error: unknown): boolean {
  return (
    error instanceof KeyturnError && (error.code === 'slack-unreachable' || error.code === 'slack-rate-limit')
  );
}

/** Posts a card. A lost answer may leave another one behind, without buttons: nothing can come of that. */
export function postCard(
  { slack }: Pick<ThreadWriter, 'slack'>,
  channel: string,
  message: Message,
  memory: CardMemory,
): Promise<Card> {
  const metadata = writeCard(memory);
  return askingSlack('post the card of a request', async () =>
    postedSchema.parse(await slack.chat.postMessage({ ...message, channel, metadata, ...quiet })),
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
  { slack, warn }: ThreadWriter,
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
