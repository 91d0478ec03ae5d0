import type { BulkBoard } from '../shared/remediation/bulk-ports.ts';
import { bulkApprovalNeeded } from './blocks/bulk-approval-needed.ts';
import { bulkCard, draftBulkCard, withdrawnBulkCard } from './blocks/bulk-card.ts';
import { bulkList } from './blocks/bulk-list.ts';
import { writeCard } from './card-metadata.ts';
import type { ConversationOptions } from './conversation.ts';
import { askingSlack } from './slack-error.ts';
import { readThread } from './thread.ts';
import {
  approvalNeededKey,
  attach,
  postedSchema,
  quiet,
  reply,
  type ThreadWriter,
  update,
} from './thread-writer.ts';

export interface BulkBoardOptions extends ThreadWriter, Pick<ConversationOptions, 'channel'> {}

/** Slack as a view of bulk requests: a card for each, whose thread tells of every user in one line. */
export function slackBulkBoard(options: BulkBoardOptions): BulkBoard {
  const { slack, botUserId } = options;
  return {
    async post(draft) {
      const channel = await options.channel();
      const { region, roleArn } = draft.plan;
      const [, partition = 'aws'] = roleArn.split(':');
      const card = await askingSlack('post the card of a bulk request', async () => {
        const metadata = writeCard({ partition, region });
        return postedSchema.parse(
          await slack.chat.postMessage({ ...draftBulkCard(draft), channel, metadata, ...quiet }),
        );
      });
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
