import type { Wish } from '../../shared/remediation/build-plan.ts';
import type { Finding } from '../../shared/remediation/ports.ts';
import { request } from '../../shared/remediation/request.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import type { Message } from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';
import { answer } from '../blocks/answer.ts';
import { statusLines } from '../blocks/request-status.ts';
import type { Bot } from '../bot.ts';
import { requestIdOf } from '../request-id.ts';
import type { Visit } from '../visit.ts';

/**
 * Makes the request, whose card stands in the approvals channel. The same delivery is the same request, however often
 * it comes.
 *
 * @throws KeyturnError also when it is refused
 */
export async function ask(
  bot: Bot,
  { person, delivery }: Pick<Visit, 'person' | 'delivery'>,
  finding: Finding,
  wish: Wish,
  reason = '',
): Promise<Message> {
  const requestId = requestIdOf(delivery);
  const result = await request(bot.world, { requestId, finding, wish, requester: person, reason });
  if (result.kind === 'refused') throw result.error;
  return answer(
    md`*Requested*: the card is in the channel, and the request on ${issueLink(result.issue)}.`,
    ...statusLines(result.request),
  );
}
