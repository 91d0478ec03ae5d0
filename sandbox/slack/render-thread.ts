/** Shows a channel's threads on a terminal, with who wrote what and when. */
import { styleText } from 'node:util';
import type { Ephemeral } from './ephemerals.ts';
import { botId, botName, botUserId } from './people.ts';
import type { Message, Thread } from './reader.ts';
import { renderMessage, type Terminal } from './render.ts';

/** Columns by which a reply is indented. */
const indent = 4;

/** `HH:MM` in UTC of a message's timestamp. */
function timeOf(ts: string): string {
  return new Date(Number(ts) * 1_000).toISOString().slice(11, 16);
}

function authorOf({ user, bot_id: bot }: Message, { nameOf }: Terminal): string {
  if (user === botUserId || bot === botId) return botName;
  return nameOf(user ?? 'somebody');
}

function renderEntry(message: Message, terminal: Terminal): string {
  const edited = message.edited ? ' (edited)' : '';
  const head = `${styleText('bold', authorOf(message, terminal))}  ${timeOf(message.ts)}${edited}`;
  return `${head}\n${renderMessage(message, terminal)}`;
}

/** A message, and its replies indented below it. */
export function renderThread({ replies, ...root }: Thread, terminal: Terminal): string {
  const narrower = { ...terminal, width: terminal.width - indent };
  const below = replies.map((reply) => renderEntry(reply, narrower).replace(/^/gm, '  │ '));
  return [renderEntry(root, terminal), ...below].join('\n\n');
}

/** A message that one person sees. */
export function renderEphemeral(message: Ephemeral, terminal: Terminal): string {
  const note = styleText('dim', `Only visible to ${terminal.nameOf(message.userId)}`);
  return `${note}\n${renderMessage(message, terminal)}`;
}
