import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { policyEditorSchema } from './editor-schema.ts';
import { type Policy, policySchema } from './schema.ts';

export interface PolicyProblem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The place in the file, such as `approvals.strict.count`; empty for the whole file. */
  readonly path: string;
  /** What is wrong, said of that place: "asks for 2 people, but only 1 may approve". */
  readonly message: string;
  readonly remedy: string;
}

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** Reads a policy file (YAML 1.2). Never throws: everything that is wrong is named, with its place and its remedy. */
export function parsePolicy(text: string): ParsedPolicy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const malformed = (offset: number, message: string): PolicyProblem => ({
    ...place(offset),
    path: '',
    message: `is no valid YAML: ${message}`,
    remedy: 'Correct the file; an editor that knows YAML shows the place.',
  });

  // An unknown tag is but a warning to the library, which then reads the value as another type.
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { ok: false, problems: faults.map(({ pos, message }) => malformed(pos[0], message)) };
  }
  // In YAML 1.1 `yes`, `0o17` and `1:30` are other values than what they look like.
  if (document.directives.yaml.version !== '1.2') {
    return { ok: false, problems: [malformed(0, 'it asks for another version of YAML than 1.2')] };
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    return { ok: false, problems: [malformed(0, 'its aliases are not resolvable')] };
  }
  const parsed = policySchema.safeParse(content, { reportInput: true });
  if (parsed.success) return { ok: true, policy: parsed.data };
  const problems = parsed.error.issues.flatMap(perKey).map((issue) => ({
    ...place(offsetOf(document, issue.path, issue.code === 'unrecognized_keys')),
    path: issue.path.join('.'),
    message: messageOf(issue),
    remedy: remedyOf(issue),
  }));
  return { ok: false, problems };
}

type Issue = z.core.$ZodIssue;

/** zod reports all unknown keys of one object together; a reader wants each at its own line. */
function perKey(issue: Issue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
}

/** Where the thing at `path` stands in the text (its key, when `atKey`), or else the nearest thing around it. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], atKey: boolean): number {
  const key = atKey ? keyNode(document, path) : undefined;
  const values = path.map((_, index) => document.getIn(path.slice(0, index + 1), true));
  for (const node of [key, ...values.reverse()]) {
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyNode(document: Document.Parsed, path: readonly PropertyKey[]): unknown {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  return parent.items.find(({ key }) => String(key) === path.at(-1))?.key;
}

function messageOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'is not known';
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing';
  return issue.message;
}

function remedyOf(issue: Issue): string {
  const schema = schemaAround(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys({ ...schema.properties });
    return `Remove it or correct its spelling; known here: ${known.join(', ')}.`;
  }
  if (issue.code === 'custom' && typeof issue.params?.['remedy'] === 'string') return issue.params['remedy'];
  return String(schema.description);
}

/** The JSON Schema of the place, or of the nearest known one around it. Its description says what to write there. */
function schemaAround(path: readonly PropertyKey[]): z.core.JSONSchema.BaseSchema {
  let schema = policyEditorSchema;
  for (const step of path) {
    const child = typeof step === 'number' ? schema.items : schema.properties?.[String(step)];
    if (typeof child === 'object' && !Array.isArray(child)) schema = child;
  }
  return schema;
}
