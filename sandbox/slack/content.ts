import { randomBytes } from 'node:crypto';
import { describeProblem, findBlockProblems } from './block-limits.ts';
import { type Arguments, type Reply, refusal, textOf } from './exchange.ts';

const mostCharactersOfText = 40_000;

/** Why Slack refuses what a message says; undefined: it does not. */
export function refuseContent(args: Arguments): Reply | undefined {
  if (textOf(args['text']).length > mostCharactersOfText) return refusal('msg_too_long');
  if (args['blocks'] === undefined) return undefined;
  const problems = findBlockProblems(args['blocks'], 'message');
  const [first] = problems;
  if (!first) return undefined;
  const isTooLong = first.message.startsWith('msg_blocks_too_long');
  return refusal(isTooLong ? 'msg_blocks_too_long' : 'invalid_blocks', problems.map(describeProblem));
}

/** Slack gives every block an id. */
export function withBlockIds(blocks: unknown): unknown[] {
  if (!Array.isArray(blocks)) return [];
  return blocks.map((block) => ({ block_id: randomBytes(4).toString('hex'), ...block }));
}

/** What a message says. */
export function messageOf(args: Arguments): { readonly text: string; readonly blocks: readonly unknown[] } {
  return { text: textOf(args['text']), blocks: withBlockIds(args['blocks']) };
}
