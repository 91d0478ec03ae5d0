import type { z } from 'zod';
import { isRecord } from '../../shared/trust-boundaries.ts';
import { messageBlocks, modal, modalBlocks } from './block-schema.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal';

/** Something that Slack refuses. */
export interface BlockProblem {
  /** JSON pointer into the arguments, such as `/blocks/0/text/text`. */
  readonly pointer: string;
  /** In Slack's words, such as `must be less than 3001 characters`. */
  readonly message: string;
}

/** All text of a message's blocks together; beyond it Slack answers `msg_blocks_too_long`. */
const mostCharactersInBlocks = 13_200;

type Issue = z.core.$ZodIssue;

function messageOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return `invalid additional property: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_union') return 'unsupported type';
  return issue.message;
}

function problemsOf(issues: readonly Issue[], at: string): BlockProblem[] {
  return issues.map((issue) => ({
    pointer: [at, ...issue.path.map(String)].join('/'),
    message: messageOf(issue),
  }));
}

/** The same id twice: block ids in the whole surface, action ids in one block. */
function findDuplicates(blocks: readonly unknown[], at: string): BlockProblem[] {
  const blockIds = blocks.map((block) => (isRecord(block) ? block['block_id'] : undefined));
  const twice = repeated(blockIds).map((index) => ({
    pointer: `${at}/${index}/block_id`,
    message: `\`block_id\` already exists: ${blockIds[index]}`,
  }));
  const inBlocks = blocks.flatMap((block, blockIndex) => {
    const elements = isRecord(block) && Array.isArray(block['elements']) ? block['elements'] : [];
    const actionIds = elements.map((element) => (isRecord(element) ? element['action_id'] : undefined));
    return repeated(actionIds).map((index) => ({
      pointer: `${at}/${blockIndex}/elements/${index}/action_id`,
      message: `\`action_id\` already exists: ${actionIds[index]}`,
    }));
  });
  return [...twice, ...inBlocks];
}

function repeated(ids: readonly unknown[]): number[] {
  return ids.flatMap((id, index) => (id !== undefined && ids.indexOf(id) < index ? [index] : []));
}

/** Characters that people see, button labels included. */
export function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum, entry) => sum + charactersIn(entry), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, entry]) =>
      sum + (name === 'text' && typeof entry === 'string' ? entry.length : charactersIn(entry)),
    0,
  );
}

/** What Slack would refuse of these blocks; empty: nothing. `at`: where they stand. */
export function findBlockProblems(blocks: unknown, surface: Surface, at = '/blocks'): BlockProblem[] {
  const schema = surface === 'message' ? messageBlocks : modalBlocks;
  const problems = problemsOf(schema.safeParse(blocks).error?.issues ?? [], at);
  if (!Array.isArray(blocks)) return problems;
  const characters = charactersIn(blocks);
  if (surface === 'message' && characters > mostCharactersInBlocks) {
    problems.push({ pointer: at, message: `msg_blocks_too_long: ${characters} characters` });
  }
  return [...problems, ...findDuplicates(blocks, at)];
}

/** What Slack would refuse of this modal, its blocks included. */
export function findViewProblems(view: unknown): BlockProblem[] {
  const problems = problemsOf(modal.safeParse(view).error?.issues ?? [], '/view');
  if (!isRecord(view)) return problems;
  const { blocks } = view;
  const hasInput =
    Array.isArray(blocks) && blocks.some((block) => isRecord(block) && block['type'] === 'input');
  if (hasInput && view['submit'] === undefined) {
    problems.push({ pointer: '/view/submit', message: 'missing required field: submit' });
  }
  return [...problems, ...findBlockProblems(blocks, 'modal', '/view/blocks')];
}

/** As Slack writes it into `response_metadata.messages`. */
export function describeProblem({ pointer, message }: BlockProblem): string {
  return `[ERROR] ${message} [json-pointer:${pointer}]`;
}
