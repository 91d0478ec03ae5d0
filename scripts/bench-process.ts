import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const usageSchema = z.object({
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  wallMs: z.number(),
  peakMemoryKiB: z.number(),
});

/** What a process says of itself when it ends. */
export type ProcessUsage = z.infer<typeof usageSchema>;

/**
 * Linux counts in `maxRSS` what the parent held when it forked, so the peak is read from /proc where there is one.
 * Source: getrusage(2), proc_pid_status(5).
 */
function reporter(file: string): string {
  return `
    import { existsSync, readFileSync, writeFileSync } from 'node:fs';
    const status = '/proc/self/status';
    process.once('exit', () => {
      const peak = existsSync(status) && /^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync(status, 'utf8'));
      const usage = {
        startedAt: performance.timeOrigin,
        wallMs: performance.now(),
        peakMemoryKiB: peak ? Number(peak[1]) : process.resourceUsage().maxRSS,
      };
      writeFileSync(${JSON.stringify(file)}, JSON.stringify(usage));
    });
  `;
}

/**
 * Measures the Node process that `run` starts with the given environment added to its own and waits for.
 *
 * @throws what `run` throws, and when the process ended without a word (by a signal).
 */
export async function measureProcess(
  run: (env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<ProcessUsage> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  const file = join(folder, 'usage.json');
  try {
    // As a data: URL, because loading a file of TypeScript would be measured too.
    await run({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(reporter(file))}` });
    return usageSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
