/**
 * `npm run soak [-- WEEKS [SEED]]`: a simulated year in one process. Users come and go, keys age, people ask, approve,
 * deny, exempt and undo, AWS, GitHub and Slack fail now and then. Each month an independent checker reads everything,
 * and what the process holds is measured: it must stay flat.
 */
import { runSoak } from './soak-run.ts';
import { growth, missing } from './soak-verdict.ts';

const [weeksText = '52', seedText = '1'] = process.argv.slice(2);
const months = await runSoak({
  weeks: Number(weeksText),
  seed: Number(seedText),
  onMonth: ({ problems, heap, ...month }) => {
    console.log(JSON.stringify({ ...month, heap: `${heap.toFixed(1)} MiB`, sound: problems.length === 0 }));
    for (const problem of problems) console.log(`  ${problem}`);
  },
});
const unsound = months.filter(({ problems }) => problems.length > 0).length;
const grown = growth(months);
const untested = missing(months);
console.log(
  `${months.length} months, ${unsound} unsound; memory and handles: ${grown ?? 'flat'}; seed ${seedText}`,
);
for (const what of untested) console.log(`Nothing is proved: there was never ${what}`);
process.exitCode = unsound === 0 && grown === undefined && untested.length === 0 ? 0 : 1;
