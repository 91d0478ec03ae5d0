/** Shows markdown on a terminal as a person would read it on a page: comments hidden, tables drawn, HTML resolved. */

import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import { Marked, type MarkedExtension } from 'marked';
import { markedTerminal } from 'marked-terminal';

const hidden = /<!--[\s\S]*?-->/g;
const chart = /```mermaid\n[\s\S]*?```/g;

/** marked-terminal prints the text of a list item as it was written; this renders the markup inside it too. */
const listItemMarkup: MarkedExtension = {
  renderer: {
    text(token) {
      return 'tokens' in token && token.tokens ? this.parser.parseInline(token.tokens) : false;
    },
  },
};

const narrowestColumn = 10;
/** What cli-table3 puts around a cell's text: a space on either side. */
const cellPadding = 2;

/**
 * Widths that let a table fit: each column as wide as its longest cell, then the widest ones narrowed step by step.
 * `longest` in characters, cell padding left out; the borders take one column each and one more.
 */
function columnWidths(longest: readonly number[], width: number): number[] {
  const widths = longest.map((length) => length + cellPadding);
  const available = width - longest.length - 1;
  let excess = widths.reduce((sum, columns) => sum + columns, 0) - available;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowestColumn) break;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}

/** Tables that wrap their cells; marked-terminal's own run off the terminal. */
function tablesWithin(width: number): MarkedExtension {
  return {
    renderer: {
      table({ header, rows }) {
        const cells = [header, ...rows].map((row) =>
          row.map(({ tokens }) => this.parser.parseInline(tokens)),
        );
        const [head = [], ...body] = cells;
        const longest = head.map((_, column) =>
          Math.max(...cells.map((row) => stripVTControlCharacters(row[column] ?? '').length)),
        );
        const table = new Table({
          head: head.map((cell) => styleText('bold', cell)),
          colWidths: columnWidths(longest, width),
          wordWrap: true,
          style: { head: [], border: [] },
        });
        table.push(...body);
        return `${table.toString()}\n\n`;
      },
      // The address of a stand-in helps nobody; the real page would show a link.
      link({ tokens }) {
        return styleText('underline', this.parser.parseInline(tokens));
      },
    },
  };
}

/** `width` in columns. Colours follow the terminal, NO_COLOR and FORCE_COLOR. */
export function renderMarkdown(markdown: string, width: number): string {
  const readable = markdown
    .replace(hidden, '')
    .replace(chart, '_(a chart, drawn on the page)_')
    .replace(/\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]/g, '**$1**  ')
    .replace(/<\/?(?:details|summary|sub|sup|p|br)[^>]*>/g, '');
  const base = markedTerminal({ width, reflowText: true, tab: 2, showSectionPrefix: false });
  const text = new Marked(base, listItemMarkup, tablesWithin(width)).parse(readable, { async: false });
  return text.replace(/\n{3,}/g, '\n\n').trim();
}
