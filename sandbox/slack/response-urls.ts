import { randomBytes } from 'node:crypto';
import { stored } from './chat-methods.ts';
import { messageOf, refuseContent } from './content.ts';
import { type Arguments, isTrue, type Reply, refusal, textOf } from './exchange.ts';
import type { Services } from './methods.ts';

const mostUses = 5;
const lifetime = 30 * 60_000;

/** Where the interaction happened. */
export interface Origin {
  readonly userId: string;
  readonly channel: string;
  /** The message that bears the button; absent for a command. */
  readonly ts?: string;
}

interface ResponseUrl extends Origin {
  readonly until: number;
  uses: number;
}

/** The `response_url`s that interactions carry: five answers within 30 minutes. */
export class ResponseUrls {
  readonly #now: () => Date;
  readonly #urls = new Map<string, ResponseUrl>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** The path to answer at. */
  issue(origin: Origin): string {
    const path = `/response/${randomBytes(16).toString('hex')}`;
    this.#urls.set(path, { ...origin, until: this.#now().getTime() + lifetime, uses: 0 });
    return path;
  }

  /** Counts a use. A text is Slack's error. */
  use(path: string): Origin | string {
    const url = this.#urls.get(path);
    if (!url || this.#now().getTime() > url.until) return 'expired_url';
    if (url.uses >= mostUses) return 'used_url';
    url.uses += 1;
    return url;
  }
}

/** Answers a call of a `response_url`. */
export async function answerResponse(path: string, args: Arguments, slack: Services): Promise<Reply> {
  const origin = slack.responseUrls.use(path);
  if (typeof origin === 'string') return refusal(origin);
  if (isTrue(args['delete_original'])) return removeOriginal(origin, slack);
  return showAnswer(args, origin, slack);
}

/** Shows a message that the bot gave as the answer to an interaction: to the person alone, unless it says otherwise. */
export async function showAnswer(args: Arguments, origin: Origin, slack: Services): Promise<Reply> {
  const { channel, ts, userId } = origin;
  if (isTrue(args['replace_original']) && ts) {
    const shown = slack.ephemerals.find(userId, ts);
    if (!shown) return slack.call('chat.update', { ...args, channel, ts }, 'bot-setup');
    slack.ephemerals.replace(ts, messageOf(args));
    return { ok: true };
  }
  // An answer needs no membership: it reaches channels that the bot has not joined.
  const refused = refuseContent(args);
  if (refused) return refused;
  const threadTs = textOf(args['thread_ts']);
  if (args['response_type'] === 'in_channel') {
    return slack.upstream.ask('chat.postMessage', stored({ ...args, channel }, 'bot-setup'), 'bot-setup');
  }
  const answer = { ts: slack.upstream.nextTimestamp(), userId, channel, ...messageOf(args) };
  slack.ephemerals.add({ ...answer, ...(threadTs && { threadTs }) });
  return { ok: true };
}

async function removeOriginal({ userId, channel, ts = '' }: Origin, slack: Services): Promise<Reply> {
  if (!slack.ephemerals.find(userId, ts)) return slack.call('chat.delete', { channel, ts }, 'bot-setup');
  slack.ephemerals.remove(ts);
  return { ok: true };
}
