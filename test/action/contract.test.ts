import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { inputSchema, readInputs } from '../../action/inputs.ts';
import { outputNames } from '../../action/outputs.ts';
import { withTables } from '../../scripts/readme.ts';
import { operations } from '../infra/operations.ts';

const root = join(import.meta.dirname, '..', '..');
const actionYml = readFileSync(join(root, 'action.yml'), 'utf8');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const metadata = z
  .strictObject({
    name: z.string(),
    description: z.string().max(125),
    author: z.string(),
    branding: z.strictObject({ icon: z.string(), color: z.string() }),
    inputs: z.record(
      z.string(),
      z.strictObject({ description: z.string().min(10), default: z.string().optional() }),
    ),
    outputs: z.record(z.string(), z.strictObject({ description: z.string().min(10) })),
    runs: z.unknown(),
  })
  .parse(parse(actionYml));

test('action.yml has exactly the inputs that the code reads', () => {
  expect(Object.keys(metadata.inputs)).toEqual(Object.keys(inputSchema.shape));
});

test('action.yml has exactly the outputs that the code writes', () => {
  expect(Object.keys(metadata.outputs)).toEqual(outputNames);
});

test("action.yml's defaults mean what an absent input means", () => {
  const defaults: Record<string, string> = { 'github-token': 't' };
  for (const [name, input] of Object.entries(metadata.inputs)) {
    if (input.default !== undefined && !input.default.startsWith('${{')) defaults[name] = input.default;
  }
  const read = (given: Record<string, string>) =>
    readInputs(
      (name) => given[name] ?? '',
      () => undefined,
    );
  expect(read(defaults)).toEqual(read({ 'github-token': 't' }));
  expect(Object.keys(defaults).sort()).toEqual(Object.keys(read({ 'github-token': 't' })).sort());
});

test('the token is the workflow’s own unless another is given', () => {
  expect(metadata.inputs['github-token']?.default).toMatch(/^\$\{\{ github\.token \}\}$/);
});

test('GitHub runs the committed bundle on Node 24', () => {
  expect(metadata.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
});

describe('README.md', () => {
  test('has the tables that action.yml gives', () => {
    expect(withTables(readme, actionYml)).toBe(readme);
  });

  test('lists the permissions of the scan that the code asks for, and no others', () => {
    const rows = readme.matchAll(/^\| `([a-z]+:[A-Z]\w+)` \| ([^|]*) \|/gm);
    const named = [...rows]
      .filter(([, , roles = '']) => roles.split(', ').includes('scan'))
      .map(([, action]) => action);
    expect(named.toSorted()).toEqual(operations['account.yaml'].ScanRole.toSorted());
  });

  test('gets a row for each input and output', () => {
    const markers = ['inputs', 'outputs'].map((name) => `<!-- ${name}:start -->\nold\n<!-- ${name}:end -->`);
    const written = withTables(markers.join('\n'), actionYml);
    expect(written).not.toContain('old');
    for (const name of [...Object.keys(metadata.inputs), ...outputNames]) {
      expect(written).toContain(`\n| \`${name}\` | `);
    }
    expect(withTables(written, actionYml)).toBe(written);
  });

  test('without its markers is refused', () => {
    expect(() => withTables('# Keyturn', actionYml)).toThrow(
      'README.md lacks the markers <!-- inputs:start -->',
    );
  });
});
