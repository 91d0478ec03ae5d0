/** Shows markdown on a terminal as a person would read it on a page: comments hidden, tables drawn, HTML resolved. */
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

/** `width` in columns. Colours follow the terminal, NO_COLOR and FORCE_COLOR. */
export function renderMarkdown(markdown: string, width: number): string {
  const readable = markdown
    .replace(hidden, '')
    .replace(chart, '_(a chart, drawn on the page)_')
    .replace(/<\/?(?:details|summary|sub|sup|p|br)[^>]*>/g, '');
  const marked = new Marked(
    markedTerminal({ width, reflowText: false, tab: 2, showSectionPrefix: false }),
    listItemMarkup,
  );
  const text = marked.parse(readable, { async: false });
  return text.replace(/\n{3,}/g, '\n\n').trim();
}
