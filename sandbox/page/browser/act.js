import { set } from './state.js';

/** @import { Act, Outcome } from '../acts.ts' */

/**
 * Does something, and shows why when it cannot be done.
 * @param {Act} what
 * @returns {Promise<Outcome>}
 */
export async function act(what) {
  const outcome = await send(what);
  set({ problem: outcome.problem ?? '', fieldErrors: outcome.errors ?? {} });
  return outcome;
}

/**
 * @param {Act} what
 * @returns {Promise<Outcome>}
 */
async function send(what) {
  try {
    const response = await fetch('act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(what),
    });
    return await response.json();
  } catch {
    return { problem: 'The sandbox does not answer: does `npm run sandbox -- --serve` still run?' };
  }
}
