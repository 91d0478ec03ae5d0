/**
 * Bundles the Action into dist/index.js, the file that action.yml names. With `--check` it writes nothing and exits 1
 * when dist/ is not what the sources give: whoever runs the Action must get the code that was reviewed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');
const outputFolder = join(root, 'dist');
const maxBundleBytes = 3 * 1024 * 1024;

const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** Some dependencies are CommonJS and call `require`, which ES modules do not have. */
const requireForCommonJs =
  "import { createRequire as keyturnCreateRequire } from 'node:module'; const require = keyturnCreateRequire(import.meta.url);";

async function bundle(): Promise<Map<string, Uint8Array>> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: 'action/main.ts' },
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    banner: { js: requireForCommonJs },
    logLevel: 'warning',
    write: false,
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  files.set('licenses.txt', Buffer.from(licenses(Object.keys(metafile.inputs))));
  return files;
}

/** The licence of every package that the bundle has code of, each package once, by name. */
function licenses(inputs: string[]): string {
  const folders = new Set(
    inputs.flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = packageSchema.parse(
      JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
    );
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file
      ? readFileSync(join(root, folder, file), 'utf8')
      : 'The package carries no licence file.';
    return `${name} ${version} (${license})\n\n${text.replaceAll('\r\n', '\n').trim()}\n`;
  });
  return [...new Set(texts)].join(`\n${'-'.repeat(80)}\n\n`);
}

function differences(files: Map<string, Uint8Array>): string[] {
  const present = existsSync(outputFolder) ? readdirSync(outputFolder) : [];
  const names = new Set([...files.keys(), ...present]);
  return [...names].filter((name) => {
    const wanted = files.get(name);
    return !wanted || !present.includes(name) || !readFileSync(join(outputFolder, name)).equals(wanted);
  });
}

function write(files: Map<string, Uint8Array>): void {
  rmSync(outputFolder, { recursive: true, force: true });
  mkdirSync(outputFolder);
  for (const [name, contents] of files) writeFileSync(join(outputFolder, name), contents);
}

const files = await bundle();
const bundleBytes = files.get('index.js')?.byteLength ?? 0;
if (bundleBytes > maxBundleBytes) {
  throw new Error(`dist/index.js would have ${bundleBytes} bytes; at most ${maxBundleBytes} are allowed.`);
}
if (process.argv.includes('--check')) {
  const stale = differences(files);
  if (stale.length > 0) {
    console.error(`dist/ is not what the sources give: ${stale.join(', ')}. Run: npm run build`);
    process.exitCode = 1;
  }
} else {
  write(files);
  console.log(`dist/index.js: ${(bundleBytes / 1024 / 1024).toFixed(2)} MB`);
}
