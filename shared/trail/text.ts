/** Control, format (bidirectional overrides, zero width) and unassigned characters, lone surrogates. */
const invisible = /\p{C}/gu;

/** Shows what cannot be seen, line breaks included, as U+FFFD: it plays no tricks on readers. */
export function withoutInvisible(untrusted: string): string {
  return untrusted.replace(invisible, '\uFFFD');
}

/** Text from outside on one line. */
export function oneLine(untrusted: string): string {
  return withoutInvisible(untrusted.replace(/\s+/gu, ' ')).trim();
}

/** The text, or its beginning when it is longer than `limit` characters. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}

/** A moment for people: `2026-11-22 12:00 UTC`. */
export function minuteOf(instant: string | Date): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
