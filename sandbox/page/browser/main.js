/** Draws the page, and again whenever the sandbox says that something has changed. */
import { act } from './act.js';
import { awsPane } from './aws.js';
import { follow } from './follow.js';
import { githubPane } from './github.js';
import { advance, guidePanel, pointAtTarget } from './guide.js';
import { html, nothing, render } from './kept.js';
import { slackPane } from './slack.js';
import { current, set, watch } from './state.js';

/** @import { Scene } from '../scene.ts' */
/** @import { Pane, State } from './state.js' */

/** @type {readonly { pane: Pane, name: string }[]} */
const panes = [
  { pane: 'slack', name: 'Slack' },
  { pane: 'github', name: 'GitHub' },
  { pane: 'aws', name: 'AWS' },
];

/** @param {Readonly<State>} state */
function page(state) {
  const { scene, pane, problem, isConnected } = state;
  if (!scene) return html`<p class="waiting">Reading the sandbox…</p>`;
  return html`<header class="top">
      <h1>Keyturn <small>the whole loop on one machine: the real Action and bot, stand-ins of Slack, GitHub and AWS</small></h1>
      ${bot(scene)}
    </header>
    ${guidePanel(state)}
    ${isConnected ? nothing : html`<p class="alarm" role="alert">The sandbox does not answer. Does it still run?</p>`}
    ${problem ? alarm(problem) : nothing}
    ${tabs(pane)}
    <main class="panes" data-pane=${pane}>
      <section id="pane-slack" class="pane slack" aria-label="Slack">${slackPane(scene.slack, state)}</section>
      <section id="pane-github" class="pane github" aria-label="GitHub">${githubPane(scene.github, scene.scan, state)}</section>
      <section id="pane-aws" class="pane aws" aria-label="AWS">${awsPane(scene.aws)}</section>
    </main>`;
}

/** @param {Scene} scene */
function bot({ bot: { isRunning, killsInFlight } }) {
  /** @param {Event} event */
  const arm = ({ target }) => {
    if (target instanceof HTMLInputElement) void act({ act: 'kill-bot-in-flight', on: target.checked });
  };
  return html`<div class="bot" role="group" aria-label="The bot's process">
    <span class="badge ${isRunning ? 'good' : 'bad'}" role="status">bot ${isRunning ? 'runs' : 'was killed'}</span>
    <label><input type="checkbox" .checked=${killsInFlight} ?disabled=${!isRunning} @change=${arm} />
      kill it in mid-flight</label>
    ${
      isRunning
        ? html`<button type="button" class="small" data-do="kill" @click=${() => act({ act: 'kill-bot' })}>Kill it now</button>`
        : html`<button type="button" class="small primary" data-do="start" @click=${() => act({ act: 'start-bot' })}>Start it again</button>`
    }
  </div>`;
}

/** @param {string} problem */
function alarm(problem) {
  return html`<p class="alarm" role="alert">${problem}
    <button type="button" class="small" @click=${() => set({ problem: '' })}>Dismiss</button></p>`;
}

/**
 * On a narrow screen, one pane at a time.
 * @param {Pane} shown
 */
function tabs(shown) {
  return html`<nav class="tabs" aria-label="Panes">${panes.map(
    ({ pane, name }) =>
      html`<button type="button" aria-pressed=${pane === shown} aria-controls="pane-${pane}"
        @click=${() => set({ pane })}>${name}</button>`,
  )}</nav>`;
}

const root = document.querySelector('#page');
if (!(root instanceof HTMLElement)) throw new Error('The page has no place to draw in.');
root.replaceChildren();

let isDrawing = false;
watch(() => {
  if (isDrawing) return;
  isDrawing = true;
  queueMicrotask(() => {
    isDrawing = false;
    advance(current());
    render(page(current()), root);
    for (const dialog of root.querySelectorAll('dialog:not([open])')) {
      if (dialog instanceof HTMLDialogElement) dialog.showModal();
    }
    follow(root);
    pointAtTarget(root, current());
  });
});

const events = new EventSource('events');
events.addEventListener('message', ({ data }) => {
  /** @type {Scene} */
  const scene = JSON.parse(data);
  set({ scene, isConnected: true, ...talkedAbout(current().scene, scene) });
});
events.addEventListener('error', () => set({ isConnected: false }));

/**
 * The issue on which something was just written opens by itself.
 * @param {Scene | undefined} before
 * @param {Scene} after
 * @returns {Partial<State>}
 */
function talkedAbout(before, after) {
  if (!before) return {};
  const counts = new Map(before.github.issues.map(({ number, comments }) => [number, comments.length]));
  const talked = after.github.issues.findLast(
    ({ number, comments }) => comments.length > (counts.get(number) ?? comments.length),
  );
  return talked ? { issue: talked.number } : {};
}
