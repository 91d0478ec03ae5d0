import { z } from 'zod';
import { type Arguments, isTrue, type Reply, refusal, textOf } from './exchange.ts';
import type { Method } from './methods.ts';

const messages = z.array(z.looseObject({ ts: z.string() }));
type Messages = z.infer<typeof messages>;

/** `emulate` knows neither `oldest` and `latest` nor that metadata are shown only when they are asked for. */
function selected(reply: Reply, args: Arguments): Messages {
  const [oldest, latest] = [textOf(args['oldest']) || '0', textOf(args['latest']) || '9'];
  const inclusive = isTrue(args['inclusive']);
  const within = ({ ts }: { readonly ts: string }) =>
    (ts > oldest && ts < latest) || (inclusive && (ts === oldest || ts === latest));
  return messages
    .parse(reply['messages'])
    .filter(within)
    .map(({ metadata, ...message }) =>
      isTrue(args['include_all_metadata']) && metadata ? { ...message, metadata } : message,
    );
}

export const history: Method = async (args, slack, caller) => {
  const { limit, oldest: _oldest, latest: _latest, ...rest } = args;
  const reply = await slack.upstream.ask('conversations.history', { ...rest, limit: 1_000 }, caller);
  if (!reply.ok) return reply;
  const found = selected(reply, args);
  const page = found.slice(0, Number(limit ?? 100));
  return { ok: true, messages: page, has_more: page.length < found.length };
};

export const replies: Method = async (args, slack, caller) => {
  const reply = await slack.upstream.ask('conversations.replies', args, caller);
  if (!reply.ok) return reply;
  const found = selected(reply, { ...args, inclusive: true });
  return found.length > 0 ? { ok: true, messages: found, has_more: false } : refusal('thread_not_found');
};
