/** Where to look, and what is to be seen there: questions that the tour asks of the scene. */

/** @import { IssueScene } from '../github-scene.ts' */
/** @import { Scene } from '../scene.ts' */
/** @import { Player, ThreadEntry } from '../slack-scene.ts' */
/** @import { State } from './state.js' */

/** @typedef {'Runbook' | 'Strict'} Mode */

const approveAction = 'keyturn_open_approval';

/**
 * The newest card of this kind.
 * @param {Scene | undefined} scene
 * @param {Mode} mode
 * @param {string} user
 * @returns {ThreadEntry | undefined}
 */
export function card(scene, mode, user) {
  return scene?.slack.threads.findLast(({ text }) => text.startsWith(`${mode} for \`${user}\``));
}

/** @param {ThreadEntry | undefined} thread */
export function canBeApproved(thread) {
  return buttonOf(thread?.blocks ?? [], approveAction) !== undefined;
}

/**
 * Whether the request is recorded, whatever has become of it since.
 * @param {ThreadEntry | undefined} thread
 */
export function isRecorded(thread) {
  return canBeApproved(thread) || (thread?.replies.length ?? 0) > 0;
}

/**
 * @param {readonly unknown[]} blocks
 * @param {string} actionId
 * @returns {import('./blocks.js').Element | undefined}
 */
export function buttonOf(blocks, actionId) {
  const rows = /** @type {readonly import('./blocks.js').Block[]} */ (blocks);
  return rows.flatMap(({ elements = [] }) => elements).find(({ action_id: id }) => id === actionId);
}

/**
 * What a card and its thread say.
 * @param {ThreadEntry | undefined} thread
 */
export function wordsOf(thread) {
  return JSON.stringify([thread?.blocks, thread?.replies.map(({ blocks }) => blocks)]);
}

/**
 * The newest issue about this user.
 * @param {Scene | undefined} scene
 * @param {string} user
 * @returns {IssueScene | undefined}
 */
export function issueOf(scene, user) {
  return scene?.github.issues.findLast(({ title }) => title.includes(`IAM user ${user} `));
}

/**
 * @param {Scene | undefined} scene
 * @param {string} user
 */
export function keysOf(scene, user) {
  return scene?.aws.users.find(({ name }) => name === user)?.keys ?? [];
}

/**
 * @param {Scene | undefined} scene
 * @param {Player} player
 */
export function viewOf(scene, player) {
  return scene?.slack.views[player].at(-1);
}

/**
 * Whether this person was told so, alone or in a dialog.
 * @param {Scene | undefined} scene
 * @param {Player} player
 * @param {string} words
 */
export function wasTold(scene, player, words) {
  const told = [viewOf(scene, player), ...(scene?.slack.ephemerals[player] ?? [])];
  return told.some((one) => JSON.stringify(one ?? '').includes(words));
}

/** @param {Scene | undefined} scene */
export function scansDone(scene) {
  const { scan } = scene ?? {};
  return scan ? scan.number - Number(scan.isRunning) : 0;
}

/**
 * Selects the box to type in, or who has to type.
 * @param {Readonly<State>} state
 * @param {Player} player
 */
export function boxAs(state, player) {
  return state.me === player ? '.box' : person(player);
}

/** @param {Player} player */
export function person(player) {
  return `[data-person="${player}"]`;
}

/**
 * Selects what to press next to approve as somebody.
 * @param {Readonly<State>} state
 * @param {ThreadEntry | undefined} thread
 * @param {Player} player
 */
export function approvalOf(state, thread, player) {
  if (state.me !== player) return person(player);
  if (viewOf(state.scene, player)) return 'dialog .modal-foot';
  return `[data-ts="${thread?.ts}"] [data-action="${approveAction}"]`;
}
