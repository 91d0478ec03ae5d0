import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';

const root = resolve(import.meta.dirname, '..');
const topLevel = ['action', 'bot', 'shared', 'sandbox', 'scripts'];

/** What each layer may import from the project, and from outside it. `undefined`: anything from outside. */
const layers: Record<string, { inside: string[]; outside?: RegExp }> = {
  'shared/keys': { inside: [], outside: /^(zod|node:crypto)$/ },
  'shared/policy': { inside: ['shared/keys'], outside: /^(zod|yaml|node:crypto)$/ },
  'shared/trail': { inside: ['shared/keys', 'shared/policy'], outside: /^(zod|node:crypto)$/ },
  'shared/findings': { inside: ['shared/keys', 'shared/policy', 'shared/trail', 'shared'], outside: /^zod$/ },
  'shared/remediation': {
    inside: ['shared/keys', 'shared/policy', 'shared/trail', 'shared'],
    outside: /^(zod|node:(crypto|util))$/,
  },
  // Of Bolt the types alone: the Action's bundle has no Bolt.
  'shared/slack': {
    inside: ['shared/keys', 'shared/trail', 'shared/remediation'],
    outside: /^(zod|@slack\/bolt)$/,
  },
  'shared/aws': {
    inside: [
      'shared/keys',
      'shared/policy',
      'shared/trail',
      'shared/findings',
      'shared/remediation',
      'shared',
    ],
  },
  'shared/github': {
    inside: [
      'shared/keys',
      'shared/policy',
      'shared/trail',
      'shared/findings',
      'shared/remediation',
      'shared',
    ],
  },
  shared: { inside: [], outside: /^zod$/ },
};
for (const top of ['action', 'bot', 'sandbox', 'scripts']) {
  layers[top] = { inside: [...Object.keys(layers).filter((layer) => layer.startsWith('shared')), top] };
}
layers['scripts']?.inside.push('sandbox', 'bot');

const castsAllowedIn = 'shared/trust-boundaries.ts';

interface Source {
  path: string;
  imports: string[];
  forbidden: string[];
}

const forbiddenNodes: Record<string, string> = {
  TsAsExpression: 'a type assertion',
  TsTypeAssertion: 'a type assertion',
  TsNonNullExpression: 'a non-null assertion',
  TsKeywordType: 'any',
};

function visit(node: unknown, found: Source): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, found);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  found.imports.push(...importsOf(node));
  const { type, kind } = node as { type?: string; kind?: string };
  if (type && type in forbiddenNodes && (type !== 'TsKeywordType' || kind === 'any')) {
    found.forbidden.push(forbiddenNodes[type] ?? type);
  }
  for (const child of Object.values(node)) visit(child, found);
}

interface Literal {
  type?: string;
  value?: string;
}

/** What one node imports, in whatever form. A computed name could be anything: it is given as one that no layer may import. */
function importsOf(node: object): string[] {
  const {
    type,
    source,
    argument,
    callee,
    arguments: given,
  } = node as {
    type?: string;
    source?: Literal;
    argument?: Literal;
    callee?: Literal;
    arguments?: { expression?: Literal }[];
  };
  switch (type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return source?.value ? [source.value] : [];
    case 'TsImportType':
      return argument?.value ? [argument.value] : [];
    case 'CallExpression': {
      if (callee?.type !== 'Import') return [];
      const name = given?.[0]?.expression;
      return [name?.type === 'StringLiteral' && name.value ? name.value : './computed'];
    }
    default:
      return [];
  }
}

function parse(path: string, text: string): Source {
  const found: Source = { path, imports: [], forbidden: [] };
  visit(parseSync(text, { syntax: 'typescript' }).body, found);
  return found;
}

function read(path: string): Source {
  return parse(path, readFileSync(join(root, path), 'utf8'));
}

const paths = topLevel.flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(top, path)),
);
const sources = paths.map(read);

function layerOf(path: string): string {
  const [top = '', folder = ''] = path.split('/');
  return top === 'shared' && `shared/${folder}` in layers ? `shared/${folder}` : top;
}

test('there are sources to check', () => {
  expect(paths).toContain('shared/keys/user-snapshot.ts');
});

test('imports are found in every form', () => {
  const text = `import a from 'a'; export * from 'b'; type C = import('c').C; await import('d'); await import(e);`;
  expect(parse('x.ts', text).imports).toEqual(['a', 'b', 'c', 'd', './computed']);
});

test.each(sources)('$path imports only what its layer may', ({ path, imports }) => {
  const layer = layerOf(path);
  const rule = layers[layer];
  const wrong = imports.filter((specifier) => {
    if (!specifier.startsWith('.')) return rule?.outside !== undefined && !rule.outside.test(specifier);
    const target = layerOf(relative(root, resolve(root, dirname(path), specifier)));
    return target !== layer && !rule?.inside.includes(target);
  });
  expect(wrong).toEqual([]);
});

test.each(sources)('$path has no assertion and no any', ({ path, forbidden }) => {
  expect(path === castsAllowedIn ? [] : forbidden).toEqual([]);
});

test.each(sources)('$path is no barrel and not too long', ({ path }) => {
  const lines = readFileSync(join(root, path), 'utf8').split('\n').length;
  expect(path).not.toMatch(/(^|\/)(index|utils?|helpers?)\.ts$/);
  expect(lines).toBeLessThanOrEqual(250);
});

test.each(sources.filter(({ path }) => path.startsWith('sandbox/checker/')))(
  '$path shares nothing with what it checks',
  ({ path, imports }) => {
    const targets = imports.map((name) =>
      name.startsWith('.') ? relative(root, resolve(root, dirname(path), name)) : name,
    );
    // The witness alone knows the stand-ins; the rest knows its own data and nothing else.
    const allowed = path.endsWith('/witness.ts')
      ? /^(sandbox\/|zod$)/
      : /^(sandbox\/checker\/|zod$|node:crypto$)/;
    expect(targets.filter((target) => !allowed.test(target))).toEqual([]);
  },
);

describe('ports', () => {
  test.each(sources.filter(({ path }) => /(\/|-)ports\.ts$/.test(path)))(
    '$path holds types only',
    ({ path }) => {
      const { body } = parseSync(readFileSync(join(root, path), 'utf8'), { syntax: 'typescript' });
      const wrong = body.filter(
        (node) => !/^(ImportDeclaration|ExportDeclaration|TsInterfaceDeclaration)$/.test(node.type),
      );
      expect(wrong).toEqual([]);
    },
  );
});
