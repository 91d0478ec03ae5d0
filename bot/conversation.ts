import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { KeyturnError } from '../shared/errors.ts';
import type { Card, Conversation, Draft } from '../shared/remediation/ports.ts';
import type { Message } from '../shared/slack/message.ts';
import type { TrailEvent } from '../shared/trail/events.ts';
import type { Plan } from '../shared/trail/plan.ts';
import type { RequestState } from '../shared/trail/state.ts';
import { approvalNeeded } from './blocks/approval-needed.ts';
import { evidenceOf } from './blocks/evidence.ts';
import { noticeView } from './blocks/notice.ts';
import { draftCard, requestCard, withdrawnCard } from './blocks/request-card.ts';
import type { Attachment } from './blocks/run-output.ts';
import { type CardMemory, placeOf, writeCard, writeNotice } from './card-metadata.ts';
import { askingSlack } from './slack-error.ts';
import { readThread } from './thread.ts';

/** The notice that calls the approvers: Slack notifies nobody of a mention that an update adds to a card. */
const approvalNeededKey = 'approval-needed';

export interface ConversationOptions {
  readonly slack: webApi.WebClient;
  /** One that never repeats a request: what it posts is there once, or not at all, or nobody knows. */
  readonly poster: webApi.WebClient;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** The channel that the policy names now. */
  readonly channel: () => Promise<string>;
  /** The bot's own user (U…), as auth.test says. */
  readonly botUserId: string;
  readonly now: () => Date;
  /** Told of a file that could not be attached; the issue has its text. */
  readonly warn: (message: string, error: unknown) => void;
  /** Told of an issue whose remediation failed, or ended differently from its plan. */
  readonly deviated: (issue: number) => void;
}

/** Milliseconds before a message that may not be there is looked for, and posted again. */
const pauses = [500, 2_000, 5_000];

const postedSchema = z.object({ channel: z.string(), ts: z.string() });

/** Slack as a view of the trail: a card for each request, and its thread. Rejects with a KeyturnError. */
export function slackConversation(options: ConversationOptions): Conversation {
  const { slack, botUserId } = options;
  const read = (card: Card) => readThread(slack, card, botUserId);

  function post(card: Card, key: string, message: Message) {
    return askingSlack('post into the thread of a request', () =>
      options.poster.chat.postMessage({
        ...message,
        channel: card.channel,
        thread_ts: card.ts,
        metadata: writeNotice(key),
        ...quiet,
      }),
    );
  }

  /** A message whose answer was lost may be there: the thread is read before it is posted again. */
  async function reply(card: Card, key: string, message: Message): Promise<void> {
    for (const pause of pauses) {
      try {
        await post(card, key, message);
        return;
      } catch (error) {
        if (!isUnclear(error)) throw error;
        await options.sleep(pause);
        if ((await read(card)).told.has(key)) return;
      }
    }
    await post(card, key, message);
  }

  /** The file is less than the message: without it, the message says where else the text is. */
  async function attach({ channel, ts }: Card, file: Attachment): Promise<void> {
    try {
      await slack.filesUploadV2({ channel_id: channel, thread_ts: ts, ...file });
    } catch (error) {
      options.warn('the output of an automation could not be attached', error);
    }
  }

  return {
    async post(draft) {
      const channel = await options.channel();
      const now = options.now();
      return askingSlack('post the card of a request', async () => {
        const posted = await slack.chat.postMessage({
          ...draftCard(draft, now),
          channel,
          metadata: writeCard(memoryOfDraft(draft, now)),
          ...quiet,
        });
        return postedSchema.parse(posted);
      });
    },
    async show(card, request, issue) {
      if (request === 'withdrawn') return update(slack, card, withdrawnCard(issue), undefined);
      const thread = await read(card);
      const memory = thread.card ?? memoryOfRequest(request);
      await update(slack, card, requestCard(request, issue, memory.evidence), memory);
      if (request.status !== 'pending' || thread.told.has(approvalNeededKey)) return;
      await reply(card, approvalNeededKey, approvalNeeded(request, issue));
    },
    async readNotices(card) {
      return (await read(card)).told;
    },
    async notify(card, notice, issue) {
      const thread = await read(card);
      if (thread.told.has(notice.key)) return;
      const { message, file } = noticeView(notice, issue, thread.card && placeOf(thread.card));
      if (file) await attach(card, file);
      await reply(card, notice.key, message);
      if (notice.events.some(isDeviation)) options.deviated(issue.number);
    },
  };
}

function isUnclear(error: unknown): boolean {
  return (
    error instanceof KeyturnError && (error.code === 'slack-unreachable' || error.code === 'slack-rate-limit')
  );
}

function isDeviation(event: TrailEvent): boolean {
  if (event.type === 'finished') return event.data.ended !== 'success';
  return event.type === 'verified' && !event.data.asPredicted;
}

/** Links to issues and to the console need no preview. */
const quiet = { unfurl_links: false, unfurl_media: false } as const;

async function update(
  slack: webApi.WebClient,
  { channel, ts }: Card,
  message: Message,
  memory: CardMemory | undefined,
): Promise<void> {
  await askingSlack('update the card of a request', () =>
    slack.chat.update({ ...message, channel, ts, ...(memory && { metadata: writeCard(memory) }) }),
  );
}

function memoryOfDraft({ user, plan }: Draft, now: Date): CardMemory {
  return { evidence: evidenceOf(user, now), ...placeIn(user.arn, plan) };
}

function memoryOfRequest({ requested }: RequestState): CardMemory {
  return placeIn(requested.data.arn, requested.data.plan);
}

function placeIn(arn: string, plan: Plan): Pick<CardMemory, 'partition' | 'region'> {
  const [, partition = 'aws'] = arn.split(':');
  return { partition, ...(plan.kind === 'runbook' && { region: plan.region }) };
}
