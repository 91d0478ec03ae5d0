import type { BulkBoard } from '../shared/remediation/bulk-ports.ts';
import { bulkApprovalNeeded } from './blocks/bulk-approval-needed.ts';
import { bulkCard, draftBulkCard, withdrawnBulkCard } from './blocks/bulk-card.ts';
import { bulkList } from './blocks/bulk-list.ts';
import type { ConversationOptions } from './conversation.ts';
import { readThread } from './thread.ts';
import { approvalNeededKey, attach, postCard, reply, type ThreadWriter, update } from './thread-writer.ts';

export interface BulkBoardOptions extends ThreadWriter, Pick<ConversationOptions, 'channel'> {}

/** Slack as a view of bulk requests: a card for each, whose thread tells of every user in one line. */
export function slackBulkBoard(options: BulkBoardOptions): BulkBoard {
  const { slack, botUserId } = options;
  return {
    async post(draft) {
      const channel = await options.channel();
      const { region, roleArn } = draft.plan;
      const [, partition = 'aws'] = roleArn.split(':');
      const card = await postCard(options, channel, draftBulkCard(draft), { partition, region });
      await attach(options, card, bulkList(draft), 'the list of a bulk request');
      return card;
    },
    async show(card, view, issue) {
      if (view === 'withdrawn') return update(slack, card, withdrawnBulkCard(issue), undefined);
      const { told, card: memory } = await readThread(slack, card, botUserId);
      await update(slack, card, bulkCard(view, issue), memory);
      const { bulk } = view;
      if (bulk.status !== 'pending' || told.has(approvalNeededKey)) return;
      await reply(options, card, approvalNeededKey, bulkApprovalNeeded(bulk));
    },
  };
}
