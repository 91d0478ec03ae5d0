import fc from 'fast-check';
import { isRecord } from '../../shared/trust-boundaries.ts';

/** What breaks parsers: of CSV, YAML, JSON, Markdown, and of people. */
const oddities = [
  ...[
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '\0',
    ' ',
    '-',
    ':',
    ': ',
    '#',
    '&a ',
    '*a',
    '!!str ',
    '|',
    '>',
    '{',
    '}',
  ],
  ...[
    '[',
    ']',
    '<!--',
    '-->',
    '<!-- keyturn:v1 a.b -->',
    '\u202e',
    '\ufeff',
    '\ud800',
    '0',
    '-1',
    '1e9',
    '0x10',
    '0o17',
  ],
  ...[
    'true',
    'TRUE',
    'null',
    '~',
    'N/A',
    'no_information',
    '2026-13-99',
    '9'.repeat(30),
    '__proto__',
    'constructor',
    '%YAML 1.1\n',
  ],
];
const odd = fc.oneof(
  fc.constantFrom(...oddities),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const edit = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'delete', 'cut', 'repeat line', 'drop line', 'swap lines'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 30 }),
  odd,
});
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

function apply(text: string, { kind, at, to, length, odd }: Edit): string {
  const place = Math.floor(at * text.length);
  const lines = text.split('\n');
  const [one, other] = [at, to].map((share) => Math.min(lines.length - 1, Math.floor(share * lines.length)));
  const [first = '', second = ''] = [lines[one ?? 0], lines[other ?? 0]];
  switch (kind) {
    case 'insert':
      return text.slice(0, place) + odd + text.slice(place);
    case 'replace':
      return text.slice(0, place) + odd + text.slice(place + length);
    case 'delete':
      return text.slice(0, place) + text.slice(place + length);
    case 'cut':
      return text.slice(0, place);
    case 'repeat line':
      return lines.toSpliced(one ?? 0, 0, first).join('\n');
    case 'drop line':
      return lines.toSpliced(one ?? 0, 1).join('\n');
    default:
      return lines
        .with(one ?? 0, second)
        .with(other ?? 0, first)
        .join('\n');
  }
}

/** The text after one to four edits, or as it is. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  return fc.array(edit, { maxLength: 4 }).map((edits) => edits.reduce(apply, text));
}

const jsonEdit = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('delete', 'replace', 'replace', 'repeat'),
  value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), odd, fc.constantFrom(null, {}, [], '', 0, -1, true)),
});
type JsonEdit = typeof jsonEdit extends fc.Arbitrary<infer Value> ? Value : never;

/** The value with up to three of its parts, at any depth, deleted, repeated or replaced by something else. */
export function mutatedJson(value: unknown): fc.Arbitrary<unknown> {
  return fc.array(jsonEdit, { maxLength: 3 }).map((edits) => edits.reduce(applyToJson, value));
}

function applyToJson(value: unknown, one: JsonEdit): unknown {
  const places = countPlaces(value);
  return places === 0 ? one.value : visit(value, { left: one.at % places }, one);
}

function childrenOf(value: unknown): [string, unknown][] {
  return Array.isArray(value) || isRecord(value) ? Object.entries(value) : [];
}

function countPlaces(value: unknown): number {
  return childrenOf(value).reduce((sum, [, child]) => sum + 1 + countPlaces(child), 0);
}

/** Rebuilds the value; at the place where nothing is `left` to count, the edit is made. */
function visit(value: unknown, counter: { left: number }, one: JsonEdit): unknown {
  const rebuilt = childrenOf(value).flatMap(([key, child]): [string, unknown][] => {
    const isHere = counter.left === 0;
    counter.left -= 1;
    if (!isHere) return [[key, visit(child, counter, one)]];
    if (one.kind === 'delete') return [];
    return one.kind === 'repeat'
      ? [
          [key, child],
          [`${key}2`, child],
        ]
      : [[key, one.value]];
  });
  if (Array.isArray(value)) return rebuilt.map(([, child]) => child);
  return isRecord(value) ? Object.fromEntries(rebuilt) : value;
}
