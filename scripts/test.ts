/**
 * Everything that must hold before a change is merged: types, lint, dist/ and the generated files up to date, and all
 * tests with their coverage bounds. Runs every check even when one fails, and closes with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
const resultsFile = join(scratch, 'jest.json');

const checks: Record<string, string[]> = {
  'type check': ['node_modules/typescript/bin/tsc', '-p', '.'],
  lint: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  'dist/ is up to date': ['scripts/build.ts', '--check'],
  'generated tables are up to date': ['scripts/readme.ts', '--check'],
};
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--coverage',
  '--json',
  `--outputFile=${resultsFile}`,
];
const jestResults = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  success: z.boolean(),
});

function run(args: string[], quiet: boolean): boolean {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  return status === 0;
}

let passed = 0;
let failed = 0;
for (const [name, args] of Object.entries(checks)) {
  const ok = run(args, false);
  console.log(`${ok ? 'passed' : 'FAILED'}: ${name}`);
  if (ok) passed += 1;
  else failed += 1;
}

// Jest reports to stderr; its JSON on stdout is read from the file.
const jestPassed = run(jest, true);
const results = jestResults.safeParse(readResults());
if (results.success) {
  passed += results.data.numPassedTests;
  failed += results.data.numFailedTests;
}
// Coverage below its bound, or a file that could not be loaded, fails Jest without failing a test.
if (!jestPassed && !(results.success && results.data.numFailedTests > 0)) failed += 1;
rmSync(scratch, { recursive: true, force: true });

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function readResults(): unknown {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8'));
  } catch {
    return undefined;
  }
}
