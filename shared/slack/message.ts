import type { types } from '@slack/bolt';
import { limits } from './limits.ts';
import { join, type Mrkdwn, md, shortLine } from './mrkdwn.ts';

export type Block = types.KnownBlock;
export type Modal = types.ModalView;

/** What chat.postMessage and chat.update take. */
export interface Message {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: Block[];
}

export function message(text: Mrkdwn, blocks: readonly (Block | undefined)[]): Message {
  const fallback = text.toString();
  const present = blocks.filter((block) => block !== undefined);
  return {
    text:
      fallback.length <= limits.fallbackText ? fallback : 'Keyturn has something to say; open it in Slack.',
    blocks: present.slice(0, limits.blocksInMessage),
  };
}

/** What it takes to say that something was left out. */
const moreRoom = 60;

/** Lines of text in one block. What would not fit is left out line by line: nothing is ever cut in the middle. */
export function section(...lines: readonly (Mrkdwn | undefined)[]): types.SectionBlock {
  return { type: 'section', text: text(fitLines(present(lines), limits.sectionText)) };
}

/** Lines of text in as many blocks as they need, with at most `budget` characters in all. */
export function sections(budget: number, lines: readonly Mrkdwn[]): Block[] {
  const shares: Mrkdwn[][] = [[]];
  let used = 0;
  for (const line of fitted(lines, budget)) {
    const length = line.toString().length + 1;
    if (used + length > limits.sectionText - moreRoom) {
      shares.push([]);
      used = 0;
    }
    shares.at(-1)?.push(line);
    used += length;
  }
  return shares.map((share) => section(...share));
}

/** Side by side. */
export function columns(...sides: readonly (readonly Mrkdwn[])[]): types.SectionBlock {
  return { type: 'section', fields: sides.map((lines) => text(fitLines(lines, limits.columnText))) };
}

/** Small print. */
export function context(...lines: readonly (Mrkdwn | undefined)[]): types.ContextBlock {
  return { type: 'context', elements: [text(fitLines(present(lines), limits.contextText))] };
}

export interface ButtonLook {
  readonly label: string;
  readonly actionId: string;
  /** Ids only: whoever presses it can change the value. */
  readonly value: string;
  readonly style?: 'primary' | 'danger';
}

export function button({ label, actionId, value, style }: ButtonLook): types.Button {
  return {
    type: 'button',
    text: plainText(label, limits.buttonText),
    action_id: actionId,
    value,
    ...(style && { style }),
  };
}

export function actions(...buttons: readonly types.Button[]): types.ActionsBlock {
  return { type: 'actions', elements: [...buttons] };
}

export function plainText(untrusted: string, limit: number): types.PlainTextElement {
  return { type: 'plain_text', text: shortLine(untrusted, limit) || '(empty)', emoji: false };
}

/** `verbatim`: Slack looks for no links, channels and names in it beyond those that are written out. */
function text(lines: Mrkdwn): types.MrkdwnElement {
  return { type: 'mrkdwn', text: lines.toString(), verbatim: true };
}

function present(lines: readonly (Mrkdwn | undefined)[]): Mrkdwn[] {
  return lines.filter((line) => line !== undefined);
}

function fitLines(lines: readonly Mrkdwn[], limit: number): Mrkdwn {
  const all = fitted(lines, limit);
  return all.length > 0 ? join(all, '\n') : md`(empty)`;
}

function fitted(lines: readonly Mrkdwn[], limit: number): Mrkdwn[] {
  const room = limit - moreRoom;
  let used = 0;
  const fitting = lines.filter((line) => {
    used += line.toString().length + 1;
    return used <= room;
  });
  const left = lines.length - fitting.length;
  return left > 0 ? [...fitting, md`_(${left} more not shown here)_`] : fitting;
}
