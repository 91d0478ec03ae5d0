/**
 * Text of people and of AWS as inert Markdown: a code span on one line. GitHub interprets nothing in one, and the only
 * ways out of it, a backtick and the end of the line, are replaced.
 */
export function inert(untrusted: string): string {
  const shown = untrusted
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/\p{C}/gu, '\u{FFFD}')
    .replaceAll('`', 'ˋ')
    .trim();
  return shown === '' ? '(none)' : `\`${shown}\``;
}

/** The text, or its beginning when it is longer than `limit` characters. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}
