import type { Actor } from './events.ts';
import { oneLine } from './text.ts';

/**
 * Text of people and of AWS as a Markdown code span, in which GitHub interprets nothing: no mention, no link, no HTML.
 * It stays on one line, and a backtick, the only way out, is replaced.
 */
export function inert(untrusted: string): string {
  const visible = oneLine(untrusted).replaceAll('`', 'ˋ');
  return visible === '' ? '(empty)' : `\`${visible}\``;
}

/** The same for a list of key ids or of people, as in "`a`, `b`". */
export function inertList(untrusted: readonly string[]): string {
  return untrusted.length === 0 ? 'no key' : untrusted.map(inert).join(', ');
}

export function inertPerson({ kind, id, name }: Actor): string {
  return kind === 'bot' ? 'Keyturn' : `${inert(name)} (${inert(id)})`;
}
