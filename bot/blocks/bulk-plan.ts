import { countOf } from '../../shared/keys/written-moments.ts';
import { type Mrkdwn, md, plain } from '../../shared/slack/mrkdwn.ts';
import { type BulkPlan, type BulkUser, keysIn, passwordsIn } from '../../shared/trail/bulk-plan.ts';

/** "12 users" */
export function phraseUsers({ users }: BulkPlan): Mrkdwn {
  return plain(countOf(users.length, 'user'));
}

/** What a bulk request does in all. */
export function bulkEffects(plan: BulkPlan): Mrkdwn[] {
  const passwords = passwordsIn(plan);
  return [
    md`• ${phraseUsers(plan)}, each by AWS's runbook`,
    md`⛔ *${plain(countOf(keysIn(plan), 'key'))}* will be *deactivated*`,
    passwords > 0
      ? md`⛔ *${plain(countOf(passwords, 'console password'))} will be deleted.* Nobody can bring them back`
      : md`• No console password is deleted`,
  ];
}

/** One user in a list: "`ada`: 2 keys, the console password". */
export function bulkUserLine({ userName, keys, deletesLoginProfile, issue }: BulkUser): Mrkdwn {
  const password = deletesLoginProfile ? md`, ⛔ *deletes the console password*` : md``;
  return md`• ${userName} #${issue}: ${plain(countOf(keys, 'key'))}${password}`;
}
