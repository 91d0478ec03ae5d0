/** What the tour does for those who would rather watch: the same as their own hands would. */
import { act } from './act.js';
import { buttonOf, canBeApproved, card, viewOf } from './sights.js';
import { current, set, until } from './state.js';

/** @import { Player } from '../slack-scene.ts' */
/** @import { Mode } from './sights.js' */

/**
 * @param {Player} who
 * @param {string} text
 */
export async function say(who, text) {
  set({ me: who, draft: '' });
  await act({ act: 'say', who, text });
}

/**
 * @param {Player} who
 * @param {Mode} mode
 * @param {string} user
 */
export async function approve(who, mode, user) {
  set({ me: who });
  await until(({ scene }) => canBeApproved(card(scene, mode, user)));
  if (!viewOf(current().scene, who)?.submit) {
    await press(who, card(current().scene, mode, user), 'keyturn_open_approval');
  }
  await until(({ scene }) => viewOf(scene, who)?.submit);
  const view = viewOf(current().scene, who);
  if (view) await act({ act: 'submit', who, viewId: view.id, values: {} });
}

/**
 * Presses a button of a message or of a reply below it.
 * @param {Player} who
 * @param {import('../slack-scene.ts').Entry | import('../slack-scene.ts').ThreadEntry | undefined} message
 * @param {string} actionId
 */
export async function press(who, message, actionId) {
  if (!message) return;
  const entries = 'replies' in message ? [message, ...message.replies] : [message];
  const entry = entries.find(({ blocks }) => buttonOf(blocks, actionId));
  if (!entry) return;
  set({ me: who });
  const value = buttonOf(entry.blocks, actionId)?.value;
  await act({ act: 'click', who, ts: entry.ts, actionId, ...(value !== undefined && { value }) });
}

/** Closes whatever stands before somebody. @param {Player} who */
export async function closeModal(who) {
  const view = viewOf(current().scene, who);
  if (view) await act({ act: 'close', who, viewId: view.id });
}
