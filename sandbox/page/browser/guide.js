/** The panel that says what to do next: the tour, then free play. What is done is seen in the scene, by whomever. */
import { show } from './follow.js';
import { html, nothing } from './kept.js';
import { mrkdwn } from './mrkdwn.js';
import { play } from './play.js';
import { current, set } from './state.js';
import { tour } from './tour.js';

/** @import { Scene } from '../scene.ts' */
/** @import { Pane, State } from './state.js' */

/**
 * @typedef {object} Guide
 * @property {'tour' | 'play' | 'closed'} kind
 * @property {number | undefined} part Undefined: none is chosen.
 * @property {number} task The first one that is not done.
 * @property {Scene | undefined} base The scene when the part began.
 *
 * @typedef {object} Task
 * @property {string} say In Slack's markup.
 * @property {Pane} pane Where it happens.
 * @property {string} [draft] What is put into the box to send.
 * @property {(state: Readonly<State>) => string} target Selects what to press.
 * @property {(state: Readonly<State>, base: Scene | undefined) => unknown} isDone
 * @property {(state: Readonly<State>) => Promise<unknown>} [help] Does it for those who would rather watch.
 *
 * @typedef {object} Part
 * @property {string} title
 * @property {string} why
 * @property {readonly Task[]} tasks
 */

/** @param {Guide} guide */
function partOf({ kind, part }) {
  if (part === undefined || kind === 'closed') return undefined;
  return kind === 'tour' ? tour[part] : play[part];
}

/**
 * Ticks off what is done, and prepares what comes next.
 * @param {Readonly<State>} state
 */
export function advance(state) {
  const { guide, scene } = state;
  const part = partOf(guide);
  if (!part || !scene) return;
  const base = guide.base ?? scene;
  let { task } = guide;
  while (part.tasks[task]?.isDone(state, base)) task += 1;
  if (task === guide.task && guide.base) return;
  const next = part.tasks[task];
  const narrow = matchMedia('(max-width: 900px)').matches;
  set({
    guide: { ...guide, base, task },
    ...(next?.draft !== undefined && { draft: next.draft }),
    ...(next && narrow && { pane: next.pane }),
  });
}

/**
 * @param {Guide['kind']} kind
 * @param {number} [part]
 */
function go(kind, part) {
  set({ guide: { kind, part, task: 0, base: undefined } });
}

/** @param {Readonly<State>} state */
export function guidePanel(state) {
  const { guide } = state;
  if (guide.kind === 'closed') return nothing;
  const part = partOf(guide);
  return html`<aside class="guide" aria-label=${guide.kind === 'tour' ? 'Guided tour' : 'Free play'}>
    ${guide.kind === 'play' ? menu(guide) : nothing}
    ${part ? steps(part, state) : html`<p class="why">Do as you like, or choose something that goes wrong in real life.</p>`}
  </aside>`;
}

/** @param {Guide} guide */
function menu({ part: chosen }) {
  return html`<div class="menu" role="group" aria-label="Free play">
    <strong>Free play</strong>
    ${play.map(
      (
        { title },
        part,
      ) => html`<button type="button" class="small" data-play=${part} aria-pressed=${part === chosen}
        @click=${() => go('play', part)}>${title}</button>`,
    )}
    <span class="space"></span>
    <button type="button" class="small" @click=${() => go('tour', 0)}>Take the tour</button>
    <button type="button" class="small" @click=${() => go('closed')}>Close</button>
  </div>`;
}

/**
 * @param {Part} part
 * @param {Readonly<State>} state
 */
function steps({ title, why, tasks }, { guide }) {
  const isTour = guide.kind === 'tour';
  const number = (guide.part ?? 0) + 1;
  return html`<div class="part">
      <h2>${isTour ? html`<small>Step ${number} of ${tour.length}</small> ` : nothing}${title}</h2>
      <p class="why">${why}</p>
    </div>
    <ol class="tasks" aria-live="polite">
      ${tasks.map((task, at) => {
        const kind = at < guide.task ? 'done' : at === guide.task ? 'now' : 'later';
        return html`<li class=${kind} aria-current=${at === guide.task ? 'step' : nothing}>
          <span aria-hidden="true" class="tick">${kind === 'done' ? '✓' : kind === 'now' ? '➜' : '·'}</span>
          <span>${mrkdwn(task.say, {})}${kind === 'done' ? html`<span class="hidden"> (done)</span>` : nothing}</span>
        </li>`;
      })}
    </ol>
    <div class="buttons">${helpButton(tasks[guide.task])} ${isTour ? tourButtons(number, guide.task >= tasks.length) : nothing}</div>`;
}

/** @param {Task | undefined} task */
function helpButton(task) {
  const { help } = task ?? {};
  if (!help) return nothing;
  return html`<button type="button" data-do="help" @click=${() => help(current())}>Do it for me</button>`;
}

/**
 * @param {number} number of the part, from 1
 * @param {boolean} isDone
 */
function tourButtons(number, isDone) {
  const isLast = number === tour.length;
  const next = () => (isLast ? go('play') : go('tour', number));
  return html`<button type="button" data-do="next" class=${isDone ? 'primary' : ''} ?disabled=${!isDone} @click=${next}>
      ${isLast ? 'Go on to free play' : 'Next step'}</button>
    <button type="button" data-do="close-tour" @click=${() => go('play')}>Close the tour</button>`;
}

let pointedAt = '';

/**
 * Draws a ring around what to press next, and brings it into view once.
 * @param {HTMLElement} root
 * @param {Readonly<State>} state
 */
export function pointAtTarget(root, state) {
  for (const element of root.querySelectorAll('.target')) element.classList.remove('target');
  const selector = partOf(state.guide)?.tasks[state.guide.task]?.target(state);
  const element = selector ? root.querySelector(selector) : undefined;
  if (!selector || !element) return;
  element.classList.add('target');
  if (pointedAt !== selector) show(element);
  pointedAt = selector;
}
