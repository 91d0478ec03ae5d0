/** Markdown as GitHub shows it: rendered by marked, and cleaned before it gets anywhere near the page. */
import { DOMPurify, Marked } from './kept.js';
import { set } from './state.js';

const allowed = {
  ALLOWED_TAGS:
    'p a b i strong em del s code pre ul ol li table thead tbody tr th td h1 h2 h3 h4 h5 h6 blockquote br hr details summary sub sup div'.split(
      ' ',
    ),
  ALLOWED_ATTR: ['href', 'align', 'start', 'open'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};
const charts = /```mermaid\n[\s\S]*?```/g;
const alertLine = /^\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*/;
const mostKept = 500;

const marked = new Marked({ gfm: true, async: false });
/** @type {Map<string, HTMLElement>} */
const rendered = new Map();

/**
 * The same text at the same place gives the same element, so that a redrawn page keeps what is selected in it.
 * @param {string} place
 * @param {string} text
 */
export function markdown(place, text) {
  const key = `${place}\n${text}`;
  const known = rendered.get(key);
  if (known) return known;
  if (rendered.size > mostKept) rendered.clear();
  const shown = document.createElement('div');
  shown.className = 'markdown';
  const source = text.replaceAll(charts, '_(GitHub draws a chart here.)_');
  shown.append(DOMPurify.sanitize(String(marked.parse(source)), { ...allowed, RETURN_DOM_FRAGMENT: true }));
  for (const quote of shown.querySelectorAll('blockquote')) turnIntoAlert(quote);
  for (const anchor of shown.querySelectorAll('a')) tame(anchor);
  for (const code of shown.querySelectorAll('pre')) code.tabIndex = 0;
  for (const head of shown.querySelectorAll('th:empty')) head.replaceWith(document.createElement('td'));
  for (const table of shown.querySelectorAll('table')) makeScrollable(table);
  rendered.set(key, shown);
  return shown;
}

/** @param {HTMLElement} quote */
function turnIntoAlert(quote) {
  const first = quote.querySelector('p')?.firstChild;
  const kind = alertLine.exec(first?.textContent ?? '')?.[1];
  if (!first || !kind) return;
  first.textContent = (first.textContent ?? '').replace(alertLine, '');
  const title = document.createElement('strong');
  title.textContent = kind.charAt(0) + kind.slice(1).toLowerCase();
  quote.className = `alert ${kind.toLowerCase()}`;
  quote.prepend(title);
}

/** Issues open on this page; elsewhere there is nothing to go to. @param {HTMLAnchorElement} anchor */
function tame(anchor) {
  const issue = /\/issues\/(\d+)(?:#.*)?$/.exec(anchor.href)?.[1];
  const shown = document.createElement(issue === undefined ? 'span' : 'button');
  shown.textContent = anchor.textContent;
  shown.className = issue === undefined ? 'outside' : 'link';
  shown.title = anchor.href;
  if (issue !== undefined) shown.addEventListener('click', () => set({ issue: Number(issue) }));
  anchor.replaceWith(shown);
}

/** Whoever has no mouse scrolls it by its focus. @param {HTMLTableElement} table */
function makeScrollable(table) {
  const frame = document.createElement('div');
  frame.className = 'wide';
  frame.tabIndex = 0;
  table.replaceWith(frame);
  frame.append(table);
}
