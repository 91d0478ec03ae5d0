/**
 * `npm run faults [-- RUNS [SEED]]`: two hundred remediations by the real bot, which is ended by SIGTERM or SIGKILL at
 * random moments, and scans that are. One wave of four is a bulk request. After each wave an independent checker reads AWS, GitHub and Slack.
 */
import { seededRandom } from '../sandbox/http/chance.ts';
import { runBulkWave, runWave, startKillLoop } from '../sandbox/kill-wave.ts';
import { messageOf } from '../shared/errors.ts';

const [runsText = '200', seedText] = process.argv.slice(2);
const runs = Number(runsText);
const seed = seedText === undefined ? Date.now() % 1_000_000 : Number(seedText);
const atOnce = 10;
const deaths = 3;
/** Waves in one repository: with more, lists grow and prove nothing. */
const wavesPerLoop = 4;

async function wavesFrom(first: number, last: number): Promise<number> {
  const loop = await startKillLoop();
  let failed = 0;
  try {
    for (let wave = first; wave < last; wave += 1) {
      const users = Array.from({ length: atOnce }, (_, index) => `user-${wave}-${index}`);
      const start = performance.now();
      const isBulk = wave % wavesPerLoop === wavesPerLoop - 1;
      const run = isBulk ? runBulkWave : runWave;
      const problems = await run(loop, { users, deaths, random: seededRandom(seed + wave) }).catch(
        (error: unknown) => [messageOf(error)],
      );
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      const name = isBulk ? `wave ${wave}, in bulk` : `wave ${wave}`;
      console.log(`${name}: ${problems.length === 0 ? 'sound' : problems.join('; ')} (${seconds} s)`);
      if (problems.length > 0) failed += 1;
    }
  } finally {
    await loop.close();
  }
  return failed;
}

const waves = Math.ceil(runs / atOnce);
let failed = 0;
for (let first = 0; first < waves; first += wavesPerLoop) {
  failed += await wavesFrom(first, Math.min(waves, first + wavesPerLoop));
}
console.log(
  `${waves * atOnce} remediations, ${waves * deaths} deaths of the bot, ${waves} of scans: ${failed} waves unsound; seed ${seed}`,
);
process.exitCode = failed === 0 ? 0 : 1;
