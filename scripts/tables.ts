/** Tables in markdown, between markers. */

/** A row is as long as the heads. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * The text with other content between `<!-- NAME:start -->` and `<!-- NAME:end -->`.
 *
 * @throws when `file`, of which it is the text, lacks the markers
 */
export function replaceBetween(file: string, text: string, name: string, content: string): string {
  const marked = new RegExp(`(<!-- ${name}:start -->\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
  if (!marked.test(text)) throw new Error(`${file} lacks the markers <!-- ${name}:start --> and :end.`);
  return text.replace(marked, (_, start: string, end: string) => `${start}\n${content}\n\n${end}`);
}
