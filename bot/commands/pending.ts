import { readFindingTrail } from '../../shared/remediation/finding-trail.ts';
import type { Message } from '../../shared/slack/message.ts';
import { pendingList, type WaitingRequest } from '../blocks/pending.ts';
import type { Bot } from '../bot.ts';

/** The longest time that a policy lets a request wait, and a day, in milliseconds. */
const longestWait = (168 + 24) * 3_600_000;

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
  return pendingList(waiting);
}
