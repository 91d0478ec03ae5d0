import type { Policy } from '../../shared/policy/schema.ts';
import { readBulkTrail } from '../../shared/remediation/bulk-trail.ts';
import { readFindingTrail } from '../../shared/remediation/finding-trail.ts';
import type { Message } from '../../shared/slack/message.ts';
import { type OpenBulk, pendingList, type WaitingRequest } from '../blocks/pending.ts';
import type { Bot } from '../bot.ts';

/** The longest time that a policy lets a request wait, and a day, in milliseconds. */
const longestWait = (168 + 24) * 3_600_000;

/** Bulk requests that wait, and those whose users are still begun. */
async function bulksUnderWay(world: Bot['world'], policy: Policy, since: Date): Promise<OpenBulk[]> {
  const underWay: OpenBulk[] = [];
  for (const issue of await world.bulkIssues.listSince(since)) {
    if (issue.state === 'closed') continue;
    const { trail, bulk } = await readBulkTrail(world, policy, issue);
    if (trail.state === 'intact' && bulk) underWay.push({ issue, bulk });
  }
  return underWay;
}

/** `/keys pending`: by the trails themselves, whatever the labels say. */
export async function pending({ world }: Bot): Promise<Message> {
  const policy = await world.policies.read();
  const since = new Date(world.clock.now().getTime() - longestWait);
  const waiting: WaitingRequest[] = [];
  for (const issue of await world.issues.listSince(since)) {
    if (issue.comments === 0) continue;
    const { trail, state } = await readFindingTrail(world, policy, issue);
    if (trail.state === 'intact' && state.open?.status === 'pending') {
      waiting.push({ issue, request: state.open });
    }
  }
  return pendingList(waiting, await bulksUnderWay(world, policy, since));
}
