/**
 * Loaded into the bot's process by the benchmark (`--import`): at SIGUSR2 it collects garbage and prints the KiB that
 * stay in V8's heap. Resident memory alone does not tell what is kept: V8 collects late while there is room.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
process.on('SIGUSR2', () => {
  if (typeof collect !== 'function') throw new Error('V8 does not let its garbage be collected.');
  collect();
  process.stdout.write(`live heap: ${Math.round(process.memoryUsage().heapUsed / 1_024)} KiB\n`);
});
