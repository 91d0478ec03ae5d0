import { describeProblem, findBlockProblems } from './block-limits.ts';
import { withBlockIds } from './chat-methods.ts';
import type { Arguments } from './exchange.ts';
import type { HttpAnswer } from './http-server.ts';
import { botId, teamId } from './people.ts';
import type { Services } from './services.ts';

/** The path of the app's incoming webhook, which posts to the approvals channel. */
export const webhookPath = `/services/${teamId}/${botId}/sandboxwebhook`;
/** `emulate` has this one from the start. */
const upstreamPath = `/services/T000000001/${botId}/X000000001`;

export async function postWebhook(path: string, args: Arguments, slack: Services): Promise<HttpAnswer> {
  if (path !== webhookPath) return { status: 404, body: 'no_service' };
  const { blocks = [] } = args;
  const problems = findBlockProblems(blocks, 'message');
  if (problems.length > 0) return { status: 400, body: `invalid_blocks: ${problems.map(describeProblem)}` };
  const message = {
    ...args,
    channel: 'key-approvals',
    ...(Array.isArray(blocks) && blocks.length > 0 && { blocks: withBlockIds(blocks) }),
  };
  return slack.upstream.pass(upstreamPath, Buffer.from(JSON.stringify(message)), 'application/json');
}
