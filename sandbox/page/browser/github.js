/** The GitHub pane: the scan, the list of issues, and one issue with its trail. */
import { act } from './act.js';
import { html, keyed, nothing, repeat } from './kept.js';
import { markdown } from './markdown.js';
import { ago, clock } from './moments.js';
import { set } from './state.js';

/** @import { CommentScene, GitHubScene, IssueScene, Verdict } from '../github-scene.ts' */
/** @import { ScanRun } from '../playground.ts' */
/** @import { State } from './state.js' */

/** Where the readable text of a comment ends. */
const envelope = /\n*<!-- keyturn:v1 [\s\S]*$/;

/**
 * @param {GitHubScene} github
 * @param {ScanRun | undefined} scan
 * @param {Readonly<State>} state
 */
export function githubPane({ repository, issues }, scan, state) {
  const open = issues.find(({ number }) => number === state.issue);
  return html`<header class="pane-head"><h2>GitHub</h2><span class="place">${repository}</span>
      ${scanStatus(scan)}
      <button type="button" class="primary small" data-do="scan" ?disabled=${scan?.isRunning ?? false}
        @click=${() => act({ act: 'scan' })}>${scan?.isRunning ? 'Scanning…' : 'Run the scan'}</button>
    </header>
    <div class="scroll repository" tabindex="0" role="region" aria-label="Repository ${repository}">
      ${open ? keyed(open.number, issue(open)) : list(issues, scan)}
    </div>
    ${editor(state)}`;
}

/**
 * @param {readonly IssueScene[]} issues
 * @param {ScanRun | undefined} scan
 */
function list(issues, scan) {
  return html`${scan ? run(scan) : nothing}
    ${
      issues.length === 0
        ? html`<p class="empty">No issue yet. The Action opens one for every user with an access key over age:
            run the scan.</p>`
        : html`<ul class="issues">${repeat(issues, ({ number }) => number, row)}</ul>`
    }`;
}

/** @param {ScanRun | undefined} scan */
function scanStatus(scan) {
  if (!scan) return nothing;
  const { number, isRunning, exitCode } = scan;
  const how = isRunning ? 'runs' : exitCode === 0 ? 'succeeded' : `failed with ${exitCode}`;
  const kind = isRunning ? 'wait' : exitCode === 0 ? 'good' : 'bad';
  return html`<span class="badge ${kind}" role="status">scan ${number} ${how}</span>`;
}

/** @param {ScanRun} scan */
function run({ number, log, summary }) {
  return html`<details class="run">
    <summary>Log and job summary of scan ${number}</summary>
    <pre class="log" tabindex="0" aria-label="Log of scan ${number}">${log.join('\n')}</pre>
    ${summary ? markdown(`summary ${number}`, summary) : nothing}
  </details>`;
}

/** @param {IssueScene} issue */
function row({ number, title, state, labels, comments, trail }) {
  return html`<li>
    <button type="button" class="issue-row" data-issue=${number} @click=${() => set({ issue: number })}>
      <span class="state ${state}">${state}</span>
      <span class="title">${title} <small>#${number}</small></span>
      <span class="marks">${labels.map((label) => html`<span class="label">${label}</span>`)} ${verdict(trail)}
        ${comments.length > 0 ? html`<small>${comments.length} ${comments.length === 1 ? 'comment' : 'comments'}</small>` : nothing}</span>
    </button>
  </li>`;
}

/** @param {Verdict} trail */
function verdict(trail) {
  if (trail.state === 'none') return nothing;
  return trail.state === 'verified'
    ? html`<span class="badge good">✓ trail verified</span>`
    : html`<span class="badge bad">✗ trail broken</span>`;
}

/** @param {IssueScene} issue */
function issue({ number, title, state, labels, assignees, author, createdAt, body, comments, trail }) {
  return html`<article class="issue" data-open-issue=${number}>
    <button type="button" class="link back" @click=${() => set({ issue: undefined })}>← All issues</button>
    <h3>${title} <small>#${number}</small></h3>
    <p class="marks"><span class="state ${state}">${state}</span>
      ${labels.map((label) => html`<span class="label">${label}</span>`)}
      ${assignees.map((login) => html`<span class="label">@${login}</span>`)}</p>
    ${trailLine(trail)}
    <section class="comment"><p class="by"><strong>${author}</strong> opened this ${ago(createdAt)}</p>
      ${markdown(`issue ${number}`, body)}</section>
    ${repeat(
      comments,
      ({ id }) => id,
      (one) => comment(one, trail),
    )}
  </article>`;
}

/** @param {Verdict} trail */
function trailLine(trail) {
  if (trail.state === 'none') {
    return html`<p class="trail none">No trail yet: nothing has been decided here.</p>`;
  }
  if (trail.state === 'verified') {
    return html`<p class="trail good" role="status"><strong>✓ Trail verified</strong> with the public key:
      ${trail.envelopes} sealed ${trail.envelopes === 1 ? 'comment' : 'comments'}, none missing, none changed.</p>`;
  }
  return html`<p class="trail bad" role="status"><strong>✗ Trail broken.</strong> ${trail.why}
    Nothing new is done on this issue.</p>`;
}

/**
 * @param {CommentScene} comment
 * @param {Verdict} trail
 */
function comment({ id, author, at, isEdited, body, seal }, trail) {
  const isBroken = trail.state === 'broken' && trail.atComment === id;
  const readable = body.replace(envelope, '');
  const edit = () => set({ editing: { id, body: readable } });
  return html`<section class="comment ${isBroken ? 'broken' : ''}" data-comment=${id}>
    <p class="by"><strong>${author}</strong> <time datetime=${at}>${clock(at)}</time>
      ${isEdited ? html`<small>(edited)</small>` : nothing}
      <button type="button" class="link edit" @click=${edit} aria-label="Edit comment ${id} as mallory">Edit…</button></p>
    ${markdown(`comment ${id}`, readable)}
    ${seal ? html`<p class="seal">🔏 sealed: envelope ${seal.seq}, <code>${seal.shortHash}</code></p>` : nothing}
    ${isBroken ? html`<p class="seal broken">✗ the trail breaks here</p>` : nothing}
  </section>`;
}

/**
 * Anybody with write access can edit the bot's comments. The envelope stays: only who has the key could make another.
 * @param {Readonly<State>} state
 */
function editor({ editing, scene }) {
  if (!editing) return nothing;
  const close = () => set({ editing: undefined });
  /** @param {SubmitEvent} event */
  const save = (event) => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const text = String(new FormData(event.target).get('body') ?? '');
    const all = scene?.github.issues.flatMap(({ comments }) => comments);
    const sealed = envelope.exec(all?.find(({ id }) => id === editing.id)?.body ?? '')?.[0] ?? '';
    close();
    void act({ act: 'edit-comment', id: editing.id, body: text + sealed });
  };
  return keyed(
    editing.id,
    html`<dialog class="modal editor" aria-labelledby="editor-title" @cancel=${close}>
      <form @submit=${save}>
        <h3 id="editor-title">Edit the comment <small>as mallory, who has write access</small></h3>
        <div class="modal-body">
          <label class="field">What it says<textarea name="body" rows="9" .defaultValue=${editing.body}></textarea></label>
          <p class="context">GitHub lets her. The signature does not cover what she writes.</p>
        </div>
        <div class="modal-foot">
          <button type="button" @click=${close}>Cancel</button><button type="submit" class="primary">Save</button>
        </div>
      </form>
    </dialog>`,
  );
}
