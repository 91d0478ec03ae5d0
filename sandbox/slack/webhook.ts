import { refuseContent, withBlockIds } from './content.ts';
import type { Arguments } from './exchange.ts';
import type { HttpAnswer } from './http-server.ts';
import type { Services } from './methods.ts';
import { approvalsChannelId, botId, teamId } from './people.ts';

/** The path of the app's incoming webhook, which posts to the approvals channel. */
export const webhookPath = `/services/${teamId}/${botId}/sandboxwebhook`;
/** `emulate` has this one from the start. */
const upstreamPath = `/services/T000000001/${botId}/X000000001`;

export async function postWebhook(path: string, args: Arguments, slack: Services): Promise<HttpAnswer> {
  if (path !== webhookPath) return { status: 404, body: 'no_service' };
  const refused = refuseContent(args);
  if (refused) return { status: 400, body: String(refused.error) };
  const message = { ...args, channel: 'key-approvals', blocks: withBlockIds(args['blocks']) };
  const json = Buffer.from(JSON.stringify(message));
  const answer = await slack.upstream.pass(upstreamPath, json, 'application/json');
  // The message gets its timestamp when it is first seen.
  await slack.upstream.ask('conversations.history', { channel: approvalsChannelId, limit: 1 }, 'admin');
  return answer;
}
