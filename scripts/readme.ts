/**
 * Writes README.md's tables of inputs and outputs from action.yml. With `--check` it writes nothing and exits 1 when
 * they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');

const metadataSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().exactOptional() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
});

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function replaceBetween(text: string, name: string, content: string): string {
  const marked = new RegExp(`(<!-- ${name}:start -->\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
  if (!marked.test(text)) throw new Error(`README.md lacks the markers <!-- ${name}:start --> and :end.`);
  return text.replace(marked, (_, start: string, end: string) => `${start}\n${content}\n\n${end}`);
}

/** The README with tables as `actionYml` gives them. @throws when it lacks their markers. */
export function withTables(readme: string, actionYml: string): string {
  const { inputs, outputs } = metadataSchema.parse(parse(actionYml));
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    `\`${name}\``,
    input.description,
    input.default === undefined ? '' : `\`${input.default}\``,
  ]);
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]);
  const withInputs = replaceBetween(readme, 'inputs', table(['input', 'meaning', 'default'], inputRows));
  return replaceBetween(withInputs, 'outputs', table(['output', 'meaning'], outputRows));
}

function main(check: boolean): void {
  const path = join(root, 'README.md');
  const readme = readFileSync(path, 'utf8');
  const wanted = withTables(readme, readFileSync(join(root, 'action.yml'), 'utf8'));
  if (wanted === readme) return;
  if (!check) {
    writeFileSync(path, wanted);
    return;
  }
  console.error('The tables of README.md differ from action.yml. Run: npm run readme');
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
