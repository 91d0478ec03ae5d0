import { messageOf, refuseContent, withBlockIds } from './content.ts';
import { type Arguments, type Reply, refusal, textOf } from './exchange.ts';
import type { Method, Services } from './methods.ts';
import { appId, botId } from './people.ts';
import type { Caller } from './upstream.ts';

/** Slack refuses channels that the caller has not joined, public ones too. */
async function refuseChannel(channel: string, slack: Services, caller: Caller): Promise<Reply | undefined> {
  // Asked with full rights: the bot may write without the scope that this needs.
  const asking = caller === 'bot' ? 'bot-setup' : caller;
  const info = await slack.upstream.ask('conversations.info', { channel }, asking);
  if (!info.ok) return refusal('channel_not_found');
  const found = info['channel'];
  const isMember = typeof found === 'object' && found !== null && 'is_member' in found && found.is_member;
  return isMember ? undefined : refusal('not_in_channel');
}

/** As it is handed on: with what Slack adds. */
export function stored(args: Arguments, caller: Caller): Arguments {
  const { blocks } = args;
  const isBot = caller === 'bot' || caller === 'bot-setup';
  return {
    ...args,
    ...(Array.isArray(blocks) && { blocks: withBlockIds(blocks) }),
    ...(isBot && { bot_id: botId, app_id: appId }),
  };
}

async function write(method: string, args: Arguments, slack: Services, caller: Caller): Promise<Reply> {
  const refused = refuseContent(args) ?? (await refuseChannel(textOf(args['channel']), slack, caller));
  return refused ?? slack.upstream.ask(method, stored(args, caller), caller);
}

export const postMessage: Method = (args, slack, caller) => write('chat.postMessage', args, slack, caller);

export const updateMessage: Method = (args, slack, caller) => write('chat.update', args, slack, caller);

export const postEphemeral: Method = async (args, slack, caller) => {
  const reply = await write('chat.postEphemeral', args, slack, caller);
  if (!reply.ok) return reply;
  const ts = textOf(reply['message_ts']);
  const threadTs = textOf(args['thread_ts']);
  slack.ephemerals.add({
    ts,
    userId: textOf(args['user']),
    channel: textOf(args['channel']),
    ...(threadTs && { threadTs }),
    ...messageOf(stored(args, caller)),
  });
  return reply;
};

export const getPermalink: Method = async (args, slack, caller) => {
  const reply = await slack.upstream.ask('chat.getPermalink', args, caller);
  if (!reply.ok) return reply;
  const [channel, ts] = [textOf(args['channel']), textOf(args['message_ts'])];
  const permalink = `https://keyturn.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
  return { ok: true, channel, permalink };
};
