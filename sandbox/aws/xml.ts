import type { Answer, Value } from './operation.ts';

/** Writes an answer as the AWS query protocol does: a list's items are `member` elements, dates are ISO-8601. */
export function xmlOf(answer: Answer): string {
  return Object.entries(answer)
    .map(([name, value]) => element(name, value))
    .join('');
}

export function element(name: string, value: Value): string {
  if (value === undefined) return '';
  return `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: Exclude<Value, undefined>): string {
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`;
  if (isList(value)) return value.map((item) => element('member', item)).join('');
  if (typeof value === 'object') return xmlOf(value);
  return escapeXml(String(value));
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
