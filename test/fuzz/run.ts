/**
 * `npm run fuzz [-- CASES [SEED]]`: every target with 10,000 cases. Prints a table; what fails is shown with its seed and
 * path, by which fast-check finds the same case again, and the exit code is 1.
 */
import fc from 'fast-check';
import { targets } from './targets.ts';

const [cases = '10000', seedText] = process.argv.slice(2);
const numRuns = Number(cases);
const seed = seedText === undefined ? Date.now() % 2_147_483_647 : Number(seedText);
if (!Number.isInteger(numRuns) || numRuns < 1 || !Number.isInteger(seed)) {
  process.stderr.write('Usage: npm run fuzz [-- CASES [SEED]]\n');
  process.exit(2);
}

const rows: Record<string, string>[] = [];
for (const { name, open } of targets) {
  const { property, close } = await open();
  const start = performance.now();
  const details = await fc.check(property, { numRuns, seed });
  await close();
  const seconds = (performance.now() - start) / 1_000;
  rows.push({
    target: name,
    cases: String(details.numRuns),
    result: details.failed ? 'FAILED' : 'ok',
    seconds: seconds.toFixed(1),
  });
  if (details.failed) {
    process.exitCode = 1;
    process.stderr.write(
      `${name}: seed ${seed}, path "${details.counterexamplePath}"\n${fc.defaultReportMessage(details)}\n`,
    );
  }
}
console.table(rows);
console.log(`seed ${seed}`);
