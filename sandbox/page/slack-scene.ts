/** What the people of the page see in Slack. */
import type { Loop } from '../loop.ts';
import type { Ephemeral } from '../slack/ephemerals.ts';
import type { View } from '../slack/modals.ts';
import { botId, botName, botUserId, type PersonName } from '../slack/people.ts';
import type { Message } from '../slack/reader.ts';

/** Who one can be on the page. */
export const players = ['alice', 'sam', 'kim', 'olivia'] as const satisfies readonly PersonName[];

export type Player = (typeof players)[number];

/** A message, a reply, or what one person alone sees. */
export interface Entry {
  readonly ts: string;
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly author: string;
  readonly isBot: boolean;
  readonly isEdited: boolean;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly files: readonly string[];
}

export interface ThreadEntry extends Entry {
  readonly replies: readonly Entry[];
}

export interface SlackScene {
  readonly threads: readonly ThreadEntry[];
  readonly ephemerals: Readonly<Record<Player, readonly Entry[]>>;
  /** The modals before each person, the visible one last. */
  readonly views: Readonly<Record<Player, readonly View[]>>;
  /** Names by the id of a person or user group. */
  readonly names: Readonly<Record<string, string>>;
}

export async function readSlack({ slack }: Loop): Promise<SlackScene> {
  const { reader, nameOf } = slack;
  const threads = (await reader.messages()).map(({ replies, ...root }) => ({
    ...entryOf(root, nameOf),
    replies: replies.map((reply) => entryOf(reply, nameOf)),
  }));
  const ids = [...Object.values(slack.people).map(({ id }) => id), slack.securityGroup, slack.botUserId];
  return {
    threads,
    ephemerals: forEachPlayer((name) => reader.ephemerals(name).map(whisperOf)),
    views: forEachPlayer((name) => reader.openViews(name)),
    names: Object.fromEntries(ids.map((id) => [id, id === botUserId ? botName : nameOf(id)])),
  };
}

function forEachPlayer<Seen>(see: (name: Player) => Seen): Record<Player, Seen> {
  return { alice: see('alice'), sam: see('sam'), kim: see('kim'), olivia: see('olivia') };
}

function entryOf(message: Message, nameOf: (id: string) => string): Entry {
  const { ts, user, bot_id: bot, text, blocks, edited, files } = message;
  const isBot = user === botUserId || bot === botId;
  return {
    ts,
    at: momentOf(ts),
    author: isBot ? botName : nameOf(user ?? 'somebody'),
    isBot,
    isEdited: edited !== undefined,
    text,
    blocks,
    files: files.map(({ title }) => title),
  };
}

function whisperOf({ ts, text, blocks }: Ephemeral): Entry {
  return { ts, at: momentOf(ts), author: botName, isBot: true, isEdited: false, text, blocks, files: [] };
}

/** Slack's timestamps are seconds with a fraction. */
function momentOf(ts: string): string {
  return new Date(Number(ts) * 1_000).toISOString();
}
