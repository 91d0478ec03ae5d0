/**
 * Writes what the documents take from elsewhere: README.md's tables of inputs and outputs from action.yml and of
 * commands from their grammar, docs/operations.md's errors from their registry. With `--check` it writes nothing and
 * exits 1 when they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { forms, isSubcommand, usages } from '../bot/commands/grammar.ts';
import { errorTables } from './error-tables.ts';
import { replaceBetween, table } from './tables.ts';

const root = resolve(import.meta.dirname, '..');

const metadataSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().exactOptional() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
});

/** The README with tables as `actionYml` gives them. @throws when it lacks their markers. */
export function withTables(readme: string, actionYml: string): string {
  const { inputs, outputs } = metadataSchema.parse(parse(actionYml));
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    `\`${name}\``,
    input.description,
    input.default === undefined ? '' : `\`${input.default}\``,
  ]);
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]);
  const inputTable = table(['input', 'meaning', 'default'], inputRows);
  const withInputs = replaceBetween('README.md', readme, 'inputs', inputTable);
  return replaceBetween('README.md', withInputs, 'outputs', table(['output', 'meaning'], outputRows));
}

/** The README with a row for each subcommand of `/keys`. */
export function withCommands(readme: string): string {
  const names = Object.keys(forms).filter(isSubcommand);
  const rows = names.flatMap(usages).map(({ words, says }) => [`\`${words}\``, says]);
  return replaceBetween('README.md', readme, 'commands', table(['command', 'what it does'], rows));
}

/** docs/operations.md with every error. */
export function withErrors(operations: string): string {
  return replaceBetween('docs/operations.md', operations, 'errors', errorTables());
}

const generated: readonly { readonly path: string; readonly write: (text: string) => string }[] = [
  {
    path: 'README.md',
    write: (text) => withCommands(withTables(text, readFileSync(join(root, 'action.yml'), 'utf8'))),
  },
  { path: 'docs/operations.md', write: withErrors },
];

function main(check: boolean): void {
  for (const { path, write } of generated) {
    const text = readFileSync(join(root, path), 'utf8');
    const wanted = write(text);
    if (wanted === text) continue;
    if (check) {
      console.error(`The tables of ${path} are not up to date. Run: npm run readme`);
      process.exitCode = 1;
    } else {
      writeFileSync(join(root, path), wanted);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
