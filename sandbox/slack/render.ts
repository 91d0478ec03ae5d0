/** Shows messages and modals on a terminal as a person would read them in Slack. */
import { styleText } from 'node:util';
import { z } from 'zod';
import { isRecord } from '../../shared/trust-boundaries.ts';
import { renderMarkdown } from '../terminal.ts';
import type { View } from './modals.ts';
import { type NameOf, printable, renderMrkdwn } from './mrkdwn.ts';

const textSchema = z.object({ type: z.string(), text: z.string() });

const elementSchema = z.looseObject({
  type: z.string(),
  text: z.union([z.string(), textSchema]).optional(),
  placeholder: textSchema.optional(),
  alt_text: z.string().optional(),
  options: z.array(z.object({ text: textSchema })).optional(),
  initial_value: z.string().optional(),
});

const blockSchema = z.looseObject({
  type: z.string(),
  text: z.union([z.string(), textSchema]).optional(),
  fields: z.array(textSchema).optional(),
  accessory: elementSchema.optional(),
  elements: z.array(elementSchema).optional(),
  label: textSchema.optional(),
  element: elementSchema.optional(),
  alt_text: z.string().optional(),
});

type Text = z.infer<typeof textSchema>;
type Element = z.infer<typeof elementSchema>;
type Block = z.infer<typeof blockSchema>;

export interface Shown {
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly files?: readonly { readonly title: string }[];
}

/** What rendering needs to know: names for ids, and the width in columns. */
export interface Terminal {
  readonly nameOf: NameOf;
  readonly width: number;
}

function textOf(text: string | Text | undefined, { nameOf }: Terminal): string {
  if (text === undefined) return '';
  if (typeof text === 'string') return printable(text);
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text, nameOf) : printable(text.text);
}

function renderElement(element: Element, terminal: Terminal): string {
  const { type, placeholder, options = [] } = element;
  if (type === 'image') return `(${printable(element.alt_text ?? 'image')})`;
  if (type === 'button') return styleText('inverse', `[${textOf(element.text, terminal)}]`);
  if (type === 'mrkdwn' || type === 'plain_text') {
    return typeof element.text === 'string' ? textOf({ type, text: element.text }, terminal) : '';
  }
  if (type === 'radio_buttons') return options.map(({ text }) => `( ) ${textOf(text, terminal)}`).join('\n');
  if (type === 'checkboxes') return options.map(({ text }) => `[ ] ${textOf(text, terminal)}`).join('\n');
  const label = element.initial_value ?? placeholder?.text ?? '';
  return type.endsWith('_input') ? `[${printable(label) || '          '}]` : `[${printable(label) || '…'} ▾]`;
}

type BlockRenderer = (block: Block, terminal: Terminal) => string;

const rows = (parts: readonly string[]) => parts.filter((part) => part !== '').join('\n');

const renderers: Readonly<Record<string, BlockRenderer>> = {
  header: (block, terminal) => styleText('bold', textOf(block.text, terminal)),
  divider: (_block, { width }) => '─'.repeat(width),
  section: ({ text, fields = [], accessory }, terminal) =>
    rows([
      textOf(text, terminal),
      ...fields.map((field) => textOf(field, terminal)),
      accessory ? renderElement(accessory, terminal) : '',
    ]),
  context: ({ elements = [] }, terminal) =>
    styleText('dim', elements.map((element) => renderElement(element, terminal)).join(' · ')),
  actions: ({ elements = [] }, terminal) =>
    elements.map((element) => renderElement(element, terminal)).join('  '),
  input: ({ label, element }, terminal) =>
    rows([styleText('bold', textOf(label, terminal)), element ? renderElement(element, terminal) : '']),
  markdown: ({ text }, { width }) => renderMarkdown(typeof text === 'string' ? printable(text) : '', width),
  image: ({ alt_text: alternative = 'image' }) => `(${printable(alternative)})`,
  rich_text: (block) => printable(textsIn(block['elements'])),
};

function textsIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(textsIn).join('');
  if (!isRecord(value)) return '';
  return typeof value['text'] === 'string' ? value['text'] : textsIn(value['elements']);
}

function renderBlock(given: unknown, terminal: Terminal): string {
  const block = blockSchema.parse(given);
  return renderers[block.type]?.(block, terminal) ?? `(${printable(block.type)})`;
}

/** A message's blocks, or its text when it has none, and its files. */
export function renderMessage({ text, blocks, files = [] }: Shown, terminal: Terminal): string {
  const body =
    blocks.length > 0
      ? blocks.map((block) => renderBlock(block, terminal))
      : [renderMrkdwn(text, terminal.nameOf)];
  return rows([...body, ...files.map(({ title }) => `📎 ${printable(title)}`)]);
}

/** A modal with its title and buttons. */
export function renderView(view: View, terminal: Terminal): string {
  const buttons = [view.close ?? { text: 'Cancel' }, view.submit].flatMap((button) =>
    button ? [styleText('inverse', `[${printable(button.text)}]`)] : [],
  );
  const title = styleText('bold', printable(view.title?.text ?? ''));
  return rows([title, ...view.blocks.map((block) => renderBlock(block, terminal)), buttons.join('  ')]);
}
