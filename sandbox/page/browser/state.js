/** What this browser shows and what it was told: one object, drawn anew after every change. */

/** @import { Scene } from '../scene.ts' */
/** @import { Player } from '../slack-scene.ts' */

/**
 * @typedef {'slack' | 'github' | 'aws'} Pane
 * @typedef {{ id: number, body: string }} EditedComment
 *
 * @typedef {object} State
 * @property {Scene | undefined} scene
 * @property {Player} me Who I am in Slack.
 * @property {Pane} pane The one that a narrow screen shows.
 * @property {number | undefined} issue The one that is open; the list otherwise.
 * @property {string} draft What stands in Slack's box.
 * @property {EditedComment | undefined} editing
 * @property {string} problem The last thing that could not be done.
 * @property {Readonly<Record<string, string>>} fieldErrors Of the open modal, by block id.
 * @property {boolean} isConnected
 * @property {import('./guide.js').Guide} guide
 */

/** @type {State} */
const state = {
  scene: undefined,
  me: 'alice',
  pane: 'slack',
  issue: undefined,
  draft: '',
  editing: undefined,
  problem: '',
  fieldErrors: {},
  isConnected: true,
  guide: { kind: 'tour', part: 0, task: 0, base: undefined },
};

/** @type {Set<() => void>} */
const watchers = new Set();

/** @returns {Readonly<State>} */
export function current() {
  return state;
}

/** @param {Partial<State>} change */
export function set(change) {
  Object.assign(state, change);
  for (const watcher of watchers) watcher();
}

/** @param {() => void} watcher told after every change */
export function watch(watcher) {
  watchers.add(watcher);
}

/**
 * Resolves when the scene is as wanted.
 * @param {(state: Readonly<State>) => unknown} isSo
 * @returns {Promise<void>}
 */
export function until(isSo) {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo(state)) return;
      watchers.delete(look);
      resolve();
    };
    watchers.add(look);
    look();
  });
}
