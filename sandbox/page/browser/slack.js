/** The Slack pane: the channel with its threads, what I alone see, a box to type in, and who I am. */
import { act } from './act.js';
import { blocks } from './blocks.js';
import { html, keyed, nothing, repeat } from './kept.js';
import { clock } from './moments.js';
import { mrkdwn } from './mrkdwn.js';
import { set } from './state.js';

/** @import { Entry, Player, SlackScene, ThreadEntry } from '../slack-scene.ts' */
/** @import { State } from './state.js' */

/** @type {readonly { name: Player, role: string }[]} */
const people = [
  { name: 'alice', role: 'asks' },
  { name: 'sam', role: 'approver' },
  { name: 'kim', role: 'approver' },
  { name: 'olivia', role: 'outsider' },
];

/**
 * @param {SlackScene} slack
 * @param {Readonly<State>} state
 */
export function slackPane(slack, state) {
  const whispers = slack.ephemerals[state.me];
  const all = [
    ...slack.threads.map((entry) => ({ entry, isWhisper: false })),
    ...whispers.map((entry) => ({ entry, isWhisper: true })),
  ].toSorted((one, other) => Number(one.entry.ts) - Number(other.entry.ts));
  return html`<header class="pane-head"><h2>Slack</h2><span class="place">#key-approvals</span></header>
    ${whoIAm(state)}
    <div class="scroll channel" tabindex="0" role="log" aria-label="Channel key-approvals">
      ${all.length === 0 ? html`<p class="empty">Nobody has said anything yet.</p>` : nothing}
      ${repeat(
        all,
        ({ entry }) => entry.ts,
        ({ entry, isWhisper }) => (isWhisper ? whisper(entry, slack, state) : thread(entry, slack, state)),
      )}
    </div>
    ${box(state)} ${modal(slack, state)}`;
}

/** @param {Readonly<State>} state */
function whoIAm({ me }) {
  return html`<fieldset class="people">
    <legend>I am</legend>
    ${people.map(
      ({ name, role }) => html`<label data-person=${name}>
        <input type="radio" name="me" value=${name} .checked=${me === name} @change=${() => set({ me: name })} />
        <span>${name} <small>${role}</small></span>
      </label>`,
    )}
  </fieldset>`;
}

/**
 * @param {Entry | ThreadEntry} root
 * @param {SlackScene} slack
 * @param {Readonly<State>} state
 */
function thread(root, slack, state) {
  const replies = 'replies' in root ? root.replies : [];
  return html`<article class="thread" data-ts=${root.ts}>
    ${entry(root, slack, state)}
    ${
      replies.length > 0
        ? html`<div class="replies">${repeat(
            replies,
            ({ ts }) => ts,
            (reply) => entry(reply, slack, state),
          )}</div>`
        : nothing
    }
  </article>`;
}

/**
 * @param {Entry} message
 * @param {SlackScene} slack
 * @param {Readonly<State>} state
 */
function whisper(message, slack, state) {
  return html`<article class="whisper">
    <p class="only">Only visible to you, ${state.me}</p>
    ${entry(message, slack, state)}
  </article>`;
}

/**
 * @param {Entry} message
 * @param {SlackScene} slack
 * @param {Readonly<State>} state
 */
function entry(message, { names }, { me }) {
  const { ts, author, at, isBot, isEdited, files } = message;
  /** @type {import('./blocks.js').Place} */
  const place = {
    names,
    errors: {},
    press: (actionId, value) => void act({ act: 'click', who: me, ts, actionId, value }),
  };
  return html`<div class="entry" data-entry=${ts} data-version=${JSON.stringify(message.blocks).length}>
    <span class="avatar ${isBot ? 'bot' : ''}" aria-hidden="true">${isBot ? '🔑' : author.slice(0, 1).toUpperCase()}</span>
    <div class="message">
      <p class="by"><strong>${author}</strong>${isBot ? html` <span class="app">app</span>` : nothing}
        <time datetime=${at}>${clock(at)}</time>${isEdited ? html` <small>(edited)</small>` : nothing}</p>
      ${message.blocks.length > 0 ? blocks(message.blocks, place) : html`<div class="words">${mrkdwn(message.text, names)}</div>`}
      ${files.map((title) => html`<p class="file">📎 ${title}</p>`)}
    </div>
  </div>`;
}

/** @param {Readonly<State>} state */
function box({ me, draft }) {
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    if (draft.trim() === '') return;
    set({ draft: '' });
    void act({ act: 'say', who: me, text: draft.trim() });
  };
  /** @param {InputEvent} event */
  const keep = ({ target }) => {
    if (target instanceof HTMLInputElement) set({ draft: target.value });
  };
  return html`<form class="box" @submit=${send}>
    <label class="hidden" for="box">Message or command as ${me}</label>
    <input id="box" list="commands" autocomplete="off" .value=${draft} @input=${keep} placeholder="/keys … as ${me}" />
    <datalist id="commands">
      ${[
        '/keys help',
        '/keys list',
        '/keys remediate',
        '/keys show heidi',
        '/keys pending',
        '/keys whoami',
      ].map((line) => html`<option value=${line}></option>`)}
    </datalist>
    <button type="submit">Send</button>
  </form>`;
}

/**
 * The modal before me, if there is one.
 * @param {SlackScene} slack
 * @param {Readonly<State>} state
 */
function modal({ views, names }, { me, fieldErrors }) {
  const view = views[me].at(-1);
  if (!view) return nothing;
  const viewId = view.id;
  /** @type {import('./blocks.js').Place} */
  const place = {
    names,
    errors: fieldErrors,
    press: (actionId, value) => void act({ act: 'click-in-view', who: me, viewId, actionId, value }),
  };
  /** @param {Event} event */
  const close = (event) => {
    event.preventDefault();
    void act({ act: 'close', who: me, viewId });
  };
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    if (event.target instanceof HTMLFormElement) {
      const values = Object.fromEntries(
        [...new FormData(event.target)].flatMap(([name, value]) =>
          typeof value === 'string' && value !== '' ? [[name, value]] : [],
        ),
      );
      void act({ act: 'submit', who: me, viewId, values });
    }
  };
  return keyed(
    `${me} ${viewId}`,
    html`<dialog class="modal" aria-labelledby="modal-title" @cancel=${close}>
      <form @submit=${submit}>
        <h3 id="modal-title">${view.title?.text ?? 'Dialog'} <small>as ${me}</small></h3>
        <div class="modal-body" tabindex="0" role="group" aria-labelledby="modal-title">${blocks(view.blocks, place)}</div>
        <div class="modal-foot">
          <button type="button" @click=${close}>${view.close?.text ?? 'Cancel'}</button>
          ${view.submit ? html`<button type="submit" class="primary">${view.submit.text}</button>` : nothing}
        </div>
      </form>
    </dialog>`,
  );
}
