/**
 * Slack's markup as templates: no string of it ever becomes HTML.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
import { html } from './kept.js';
import { dayAndTime } from './moments.js';
import { set } from './state.js';

/** @typedef {Readonly<Record<string, string>>} Names by the id of a person or group */

const emphasis =
  /(?<![\w*])\*(?<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])|(?<!\w)_(?<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)|(?<![\w~])~(?<struck>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/g;
const held = /\uE000(\d+)\uE001/;

/**
 * @param {string} text
 * @param {Names} names
 * @returns {unknown[]}
 */
export function mrkdwn(text, names) {
  /** @type {unknown[]} */
  const aside = [];
  /** Code and references stand aside while emphasis is looked for. @param {unknown} shown */
  const hold = (shown) => `\uE000${aside.push(shown) - 1}\uE001`;
  const prose = text
    .replaceAll(/[\uE000\uE001]/g, '')
    .replaceAll(/```\n?([\s\S]*?)\n?```\n?/g, (_, code) =>
      hold(html`<pre tabindex="0">${unescaped(code)}</pre>`),
    )
    .replaceAll(/`([^`\n]+)`/g, (_, code) => hold(html`<code>${unescaped(code)}</code>`))
    .replaceAll(/<([^<>\n]+)>/g, (_, inside) => hold(reference(inside, names)));
  return emphasised(prose, aside);
}

/**
 * @param {string} text
 * @param {readonly unknown[]} aside
 * @returns {unknown[]}
 */
function emphasised(text, aside) {
  const shown = [];
  let from = 0;
  for (const { 0: whole, index, groups = {} } of text.matchAll(emphasis)) {
    shown.push(...put(text.slice(from, index), aside));
    const { bold = '', italic = '', struck = '' } = groups;
    const inside = emphasised(bold || italic || struck, aside);
    if (bold) shown.push(html`<strong>${inside}</strong>`);
    else shown.push(italic ? html`<em>${inside}</em>` : html`<s>${inside}</s>`);
    from = index + whole.length;
  }
  return [...shown, ...put(text.slice(from), aside)];
}

/**
 * Puts back what stood aside.
 * @param {string} text
 * @param {readonly unknown[]} aside
 */
function put(text, aside) {
  return text.split(held).map((part, at) => (at % 2 === 1 ? aside[Number(part)] : unescaped(part)));
}

/**
 * What stands for `<…>`.
 * @param {string} inside
 * @param {Names} names
 */
function reference(inside, names) {
  const [target = '', label] = inside.split('|');
  const group = /^!subteam\^(\w+)/.exec(target)?.[1];
  const id = group ?? (target.startsWith('@') ? target.slice(1) : undefined);
  if (id !== undefined) return html`<span class="mention">@${names[id] ?? id}</span>`;
  const seconds = /^!date\^(\d+)\^/.exec(target)?.[1];
  if (seconds !== undefined) return html`<time title=${label ?? ''}>${dayAndTime(Number(seconds))}</time>`;
  if (/^[!#]/.test(target)) return html`<span class="mention">${label ?? target.slice(1)}</span>`;
  return link(unescaped(target), unescaped(label ?? target));
}

/**
 * Issues open on this page. What lies outside of the sandbox is named and leads nowhere: nothing of it exists.
 * @param {string} url
 * @param {string} label
 */
function link(url, label) {
  const issue = /\/issues\/(\d+)$/.exec(url)?.[1];
  if (issue === undefined) return html`<span class="outside" title=${url}>${label}</span>`;
  const open = () => set({ issue: Number(issue), pane: 'github' });
  return html`<button type="button" class="link" @click=${open}>${label}</button>`;
}

/** @param {string} text */
function unescaped(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
