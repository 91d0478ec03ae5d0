/** Control, format (bidirectional overrides, zero width) and unassigned characters, lone surrogates. */
const invisible = /\p{C}/gu;

/**
 * Text of people and of AWS as a Markdown code span, in which GitHub interprets nothing: no mention, no link, no HTML.
 * It stays on one line, and a backtick, the only way out, is replaced.
 */
export function inert(untrusted: string): string {
  const visible = untrusted.replace(/\s+/gu, ' ').replace(invisible, '\uFFFD').replaceAll('`', 'ˋ').trim();
  return visible === '' ? '(empty)' : `\`${visible}\``;
}

/** The same for a list of key ids or of people, as in "`a`, `b`". */
export function inertList(untrusted: readonly string[]): string {
  return untrusted.length === 0 ? 'no key' : untrusted.map(inert).join(', ');
}

/** A moment for people: `2026-11-22 12:00 UTC`. */
export function minuteOf(instant: string | Date): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
