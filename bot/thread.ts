import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { KeyturnError } from '../shared/errors.ts';
import type { Card } from '../shared/remediation/ports.ts';
import { type CardMemory, readCard, readNotice } from './card-metadata.ts';
import { askingSlack } from './slack-error.ts';

/** Slack allows 1,000 and advises 200. */
const pageSize = 200;
/** A thread of Keyturn has about five messages, one of a bulk request some hundreds; people may talk in it, too. */
const mostPages = 50;

const repliesSchema = z.object({
  messages: z.array(
    z.object({ ts: z.string(), user: z.string().optional(), metadata: z.unknown().optional() }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** What the bot itself left in a request's thread. */
export interface Thread {
  readonly card: CardMemory | undefined;
  /** The keys of its notices. */
  readonly told: ReadonlySet<string>;
}

/**
 * Reads the card's message and the replies to it. Only messages of the bot's own user count: every app may write
 * metadata.
 *
 * @throws KeyturnError also when it is too long to be read to its end
 */
export async function readThread(
  slack: webApi.WebClient,
  { channel, ts }: Card,
  botUserId: string,
): Promise<Thread> {
  let card: CardMemory | undefined;
  const told = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await askingSlack("read a request's thread", () =>
      slack.conversations.replies({
        channel,
        ts,
        limit: pageSize,
        include_all_metadata: true,
        ...(cursor && { cursor }),
      }),
    );
    const { messages, response_metadata } = repliesSchema.parse(answer);
    for (const message of messages) {
      if (message.user !== botUserId) continue;
      if (message.ts === ts) card = readCard(message.metadata);
      const key = readNotice(message.metadata);
      if (key !== undefined) told.add(key);
    }
    cursor = response_metadata?.next_cursor;
    if (!cursor) return { card, told };
  }
  // Half of it is not enough: whoever fills a thread up would hide what was said in it, a Stop among it.
  throw new KeyturnError(
    'slack-thread-long',
    `The thread of a request has more than ${mostPages * pageSize} messages.`,
  );
}
