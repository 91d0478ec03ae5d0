/** Moments as people say them. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** @param {string} iso */
export function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
}

/** @param {string} iso */
export function clockWithSeconds(iso) {
  return new Date(iso).toLocaleTimeString([], { hour12: false });
}

/**
 * `now`, `3 h ago`, `120 d ago`
 * @param {string} iso
 */
export function ago(iso) {
  const span = Date.now() - new Date(iso).getTime();
  if (span < minute) return 'just now';
  if (span < hour) return `${Math.floor(span / minute)} min ago`;
  return span < day ? `${Math.floor(span / hour)} h ago` : `${Math.floor(span / day)} d ago`;
}

/**
 * Slack's `<!date^…>`: the day in words where there are some.
 * @param {number} seconds since 1970
 */
export function dayAndTime(seconds) {
  const at = new Date(seconds * 1_000);
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / day);
  const named = new Map([
    [-1, 'yesterday'],
    [0, 'today'],
    [1, 'tomorrow'],
  ]).get(days);
  return `${named ?? at.toLocaleDateString([], { month: 'short', day: 'numeric' })} at ${clock(at.toISOString())}`;
}
