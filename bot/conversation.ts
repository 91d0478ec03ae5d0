import type { Card, Conversation, Draft } from '../shared/remediation/ports.ts';
import type { TrailEvent } from '../shared/trail/events.ts';
import type { Plan } from '../shared/trail/plan.ts';
import type { RequestState } from '../shared/trail/state.ts';
import { approvalNeeded } from './blocks/approval-needed.ts';
import { evidenceOf } from './blocks/evidence.ts';
import { noticeView } from './blocks/notice.ts';
import { draftCard, requestCard, withdrawnCard } from './blocks/request-card.ts';
import { type CardMemory, placeOf } from './card-metadata.ts';
import { readThread } from './thread.ts';
import { approvalNeededKey, attach, postCard, reply, type ThreadWriter, update } from './thread-writer.ts';

export interface ConversationOptions extends ThreadWriter {
  /** The channel that the policy names now. */
  readonly channel: () => Promise<string>;
  readonly now: () => Date;
  /** Told of an issue whose remediation failed, or ended differently from its plan. */
  readonly deviated: (issue: number) => void;
}

/** Slack as a view of the trail: a card for each request, and its thread. Rejects with a KeyturnError. */
export function slackConversation(options: ConversationOptions): Conversation {
  const { slack, botUserId } = options;
  const read = (card: Card) => readThread(slack, card, botUserId);

  return {
    async post(draft) {
      const channel = await options.channel();
      const now = options.now();
      return postCard(options, channel, draftCard(draft, now), memoryOfDraft(draft, now));
    },
    async show(card, request, issue) {
      if (request === 'withdrawn') return update(slack, card, withdrawnCard(issue), undefined);
      const thread = await read(card);
      const memory = thread.card ?? memoryOfRequest(request);
      await update(slack, card, requestCard(request, issue, memory.evidence), memory);
      if (request.status !== 'pending' || thread.told.has(approvalNeededKey)) return;
      await reply(options, card, approvalNeededKey, approvalNeeded(request, issue));
    },
    async readNotices(card) {
      return (await read(card)).told;
    },
    async notify(card, notice, issue) {
      const thread = await read(card);
      if (thread.told.has(notice.key)) return;
      const { message, file } = noticeView(notice, issue, thread.card && placeOf(thread.card));
      if (file) await attach(options, card, file, 'the output of an automation');
      await reply(options, card, notice.key, message);
      if (notice.events.some(isDeviation)) options.deviated(issue.number);
    },
  };
}

function isDeviation(event: TrailEvent): boolean {
  if (event.type === 'finished') return event.data.ended !== 'success';
  return event.type === 'verified' && !event.data.asPredicted;
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
