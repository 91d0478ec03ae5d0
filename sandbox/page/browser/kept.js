/** The libraries, at the paths where the page's server has them. */

// @ts-expect-error Its types stand beside another of its files.
import { Marked as Untyped } from '../../../node_modules/marked/lib/marked.esm.js';

export { default as DOMPurify } from '../../../node_modules/dompurify/dist/purify.es.mjs';
export { keyed } from '../../../node_modules/lit-html/directives/keyed.js';
export { repeat } from '../../../node_modules/lit-html/directives/repeat.js';
export { html, nothing, render } from '../../../node_modules/lit-html/lit-html.js';

/** @type {typeof import('marked').Marked} */
export const Marked = Untyped;
