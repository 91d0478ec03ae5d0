import { clip, minuteOf, oneLine, withoutInvisible } from '../trail/text.ts';
import { limits } from './limits.ts';

/**
 * Text in Slack's mrkdwn that means only what Keyturn says. The class stays in this file, so that no other can call a
 * string safe: text from outside gets into a message through the functions below, or not at all.
 */
class SafeText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Mrkdwn = SafeText;

/** What mrkdwn reads as formatting, as the start of a mention, link or date, or as an emoji. */
const formatting = /[*_~`<>&]|:[\w+'-]+:/u;

/** mrkdwn with values in it: md`*${name}* is ${plain(status)}`. Strings from anywhere are shown as code. */
export function md(words: TemplateStringsArray, ...values: readonly (string | number | Mrkdwn)[]): Mrkdwn {
  const shown = values.map((value) => (typeof value === 'string' ? code(value) : value));
  return new SafeText(words.map((word, at) => `${word}${shown[at] ?? ''}`).join(''));
}

/**
 * Untrusted text as inline code on one line, in which Slack formats nothing. A backtick, the only way out, is replaced;
 * `&`, `<` and `>` are escaped after the text was cut, so that no escape is cut in half.
 *
 * Source: Slack API, "Formatting text for app surfaces", Escaping text.
 */
export function code(untrusted: string, limit: number = limits.value): Mrkdwn {
  const shown = shortLine(untrusted, limit).replaceAll('`', 'ˋ');
  return new SafeText(shown === '' ? '(empty)' : `\`${escapeText(shown)}\``);
}

/** Words as they are; text in which Slack would see more than words is shown as code. */
export function plain(untrusted: string, limit: number = limits.value): Mrkdwn {
  return formatting.test(untrusted) ? code(untrusted, limit) : new SafeText(shortLine(untrusted, limit));
}

/** Several lines as they are, in a block of code. */
export function codeBlock(untrusted: string, limit: number): Mrkdwn {
  const lines = untrusted.split(/\r\n|[\r\n\u2028\u2029]/u).map((line) => line.replace(/\t/g, '  '));
  const shown = lines.map((line) => withoutInvisible(line).replaceAll('`', 'ˋ')).join('\n');
  return new SafeText(`\`\`\`\n${escapeText(clip(shown, limit))}\n\`\`\``);
}

export function join(parts: readonly Mrkdwn[], separator: ', ' | ' · ' | '\n' | ' ' = ', '): Mrkdwn {
  return new SafeText(parts.join(separator));
}

/** Mentions a person (U…, W…) or a user group (S…) by id; anything else is shown as code. */
export function mention(id: string): Mrkdwn {
  if (/^[UW][A-Z0-9]{1,30}$/.test(id)) return new SafeText(`<@${id}>`);
  if (/^S[A-Z0-9]{1,30}$/.test(id)) return new SafeText(`<!subteam^${id}>`);
  return code(id);
}

/** A link with a label of our own; the label alone when the URL is none that a browser should open. */
export function link(url: string, label: Mrkdwn): Mrkdwn {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return label;
  const href = escapeText(new URL(url).href.replace(/[|<>`]/g, encodeURIComponent));
  return href.length > limits.url ? label : new SafeText(`<${href}|${label}>`);
}

/** A moment in the reader's own time zone, in UTC where Slack cannot format it. */
export function moment(at: Date): Mrkdwn {
  const seconds = Math.floor(at.getTime() / 1_000);
  return new SafeText(`<!date^${seconds}^{date_short_pretty} {time}|${minuteOf(at)}>`);
}

/** For places that format nothing, such as a button's label: one line without characters that play tricks. */
export function shortLine(untrusted: string, limit: number): string {
  return clip(oneLine(untrusted), limit);
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
