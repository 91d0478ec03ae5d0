import { type Message, message, section } from '../../shared/slack/message.ts';
import { md, plain } from '../../shared/slack/mrkdwn.ts';
import type { BulkState } from '../../shared/trail/bulk-state.ts';
import { phraseUsers } from './bulk-plan.ts';
import { whoMayApprove } from './people.ts';

/** Calls the approvers into the thread, once the bulk request can be approved. */
export function bulkApprovalNeeded(bulk: BulkState): Message {
  const { plan, quorum } = bulk.requested.data;
  const needed = plain(quorum.count === 1 ? '1 approval' : `${quorum.count} approvals`);
  const title = md`👀 The bulk request for ${phraseUsers(plan)} needs ${needed}`;
  return message(title, [section(md`${title} of ${whoMayApprove(bulk, quorum.approvers.length)}`)]);
}
