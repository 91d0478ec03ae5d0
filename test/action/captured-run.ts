import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Inputs, readInputs } from '../../action/inputs.ts';
import { run } from '../../action/run.ts';
import { readRunner } from '../../action/runner.ts';

export interface CapturedRun {
  readonly error: unknown;
  /** What the job log shows, workflow commands included. */
  readonly log: string;
  readonly summary: string;
  /** The runner's file of outputs, as it is written. */
  readonly outputs: string;
}

// The toolkit keeps the summary's path from its first use.
const summaryFile = join(await mkdtemp(join(tmpdir(), 'keyturn-summary-')), 'summary.md');

/** Runs the Action in this process and catches what it tells. `variables` are the runner's. */
export async function capturedRun(
  given: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
  now: Date,
): Promise<CapturedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-run-'));
  const outputFile = join(folder, 'outputs');
  await Promise.all([writeFile(outputFile, ''), writeFile(summaryFile, '')]);
  Object.assign(process.env, { GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile });
  const inputs: Inputs = readInputs(
    (name) => given[name] ?? '',
    () => undefined,
  );
  const log: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = (text) => {
    log.push(String(text));
    return true;
  };
  let error: unknown;
  try {
    await run(inputs, readRunner({ RUNNER_TEMP: folder, ...variables }), () => now);
  } catch (thrown) {
    error = thrown;
  } finally {
    process.stdout.write = write;
  }
  const [outputs, summary] = await Promise.all(
    [outputFile, summaryFile].map((path) => readFile(path, 'utf8')),
  );
  const findings = /^findings<<.+\n(.+)$/m.exec(outputs ?? '')?.[1];
  if (findings) log.push(await readFile(findings, 'utf8'));
  await rm(folder, { recursive: true });
  return { error, log: log.join(''), summary: summary ?? '', outputs: outputs ?? '' };
}
