/** Keeps in view what is new: each pane scrolls to the newest message, comment, changed key and execution. */

/** What may be new or change, and what tells that it did. */
const watched = [
  { selector: '[data-entry]', versionOf: (/** @type {HTMLElement} */ { dataset }) => dataset['version'] },
  { selector: '[data-comment]', versionOf: () => '' },
  { selector: '[data-status]', versionOf: (/** @type {HTMLElement} */ { dataset }) => dataset['status'] },
];

/** @type {Map<string, string | undefined>} */
const seen = new Map();
let isFirst = true;

/** @param {HTMLElement} root */
export function follow(root) {
  for (const { selector, versionOf } of watched) {
    const changed = [...root.querySelectorAll(selector)]
      .filter((element) => element instanceof HTMLElement)
      .filter((element) => isNews(element, versionOf(element)));
    const last = changed.at(-1);
    if (isFirst || !last) continue;
    changed.forEach(flash);
    show(last);
  }
  isFirst = false;
}

/**
 * @param {HTMLElement} element
 * @param {string | undefined} version
 */
function isNews({ dataset }, version) {
  const key = JSON.stringify([dataset['entry'], dataset['comment'], dataset['key']]);
  const isKnown = seen.has(key) && seen.get(key) === version;
  seen.set(key, version);
  return !isKnown;
}

/** @param {HTMLElement} element */
function flash(element) {
  element.classList.remove('fresh');
  requestAnimationFrame(() => element.classList.add('fresh'));
}

/**
 * Scrolls its pane and nothing else: the page itself stays where it is.
 * @param {Element} element
 */
export function show(element) {
  const pane = element.closest('.scroll');
  if (!pane) return;
  const [inner, outer] = [element.getBoundingClientRect(), pane.getBoundingClientRect()];
  const margin = 12;
  const below = inner.bottom - outer.bottom + margin;
  const above = inner.top - outer.top - margin;
  // What does not fit is shown from its beginning.
  const by = inner.height > outer.height ? above : below > 0 ? below : Math.min(above, 0);
  pane.scrollBy({ top: by });
}
