import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Stage, startStage } from '../sandbox/stage.ts';
import { benchWorld, type Scale } from './bench-account.ts';
import type { BenchRow, Figures } from './bench-figures.ts';
import { measureProcess } from './bench-process.ts';

/** Added to each answer of AWS. */
export const latencyMs = 20;

const walkScript = join(import.meta.dirname, 'bench-walk.ts');

type Env = Readonly<Record<string, string>>;

export interface BenchRun {
  readonly scale: Scale;
  readonly runs: readonly BenchRow['run'][];
  /** IAM calls a second that AWS takes; absent: any number. */
  readonly iamPerSecond?: number;
}

/**
 * Carries out the runs, one after the other, on one fresh account.
 *
 * @throws when a run fails, or does not find the account's non-compliant users.
 */
export async function benchAccount({ scale, runs, iamPerSecond }: BenchRun): Promise<BenchRow[]> {
  const stage = await startStage({ world: benchWorld(scale), latencyMs });
  const rows: BenchRow[] = [];
  try {
    stage.aws.faults.limitRate('iam', iamPerSecond);
    for (const run of runs) {
      // AWS keeps a credential report for four hours.
      if (run !== 'rescan') stage.aws.world.account().report.latest = undefined;
      const figures = await measure(stage, (env) =>
        run === 'walk' ? walk(stage, scale, env) : scan(stage, scale, env),
      );
      rows.push({ scale, run, ...(iamPerSecond !== undefined && { iamPerSecond }), figures });
    }
  } finally {
    await stage.close();
  }
  return rows;
}

/** What one run of a process asks of the stage's stand-ins, and takes. */
export async function measure({ aws, github }: Stage, run: (env: Env) => Promise<void>): Promise<Figures> {
  aws.requests.clear();
  github.requests.clear();
  const { startedAt, wallMs, peakMemoryKiB } = await measureProcess(run);
  const times = aws.requests.list.map(({ at }) => at.getTime());
  const [first = startedAt] = times;
  const last = times.at(-1) ?? first;
  return {
    aws: aws.requests.counts(),
    github: github.requests.total,
    wallMs,
    awsMs: last - first,
    firstAwsMs: first - startedAt,
    peakMemoryKiB,
  };
}

async function scan(stage: Stage, { nonCompliant }: Scale, env: Env): Promise<void> {
  const { exitCode, log, outputs } = await stage.scan({ env, inputs: { 'max-new-issues': '500' } });
  if (exitCode !== 0) throw new Error(`The scan ended with exit code ${exitCode}:\n${log}`);
  expectFound(Number(outputs['non-compliant-count']), nonCompliant, 'scan');
}

async function walk({ aws }: Stage, { nonCompliant }: Scale, env: Env): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [walkScript], {
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: aws.world.account().region,
      AWS_ACCESS_KEY_ID: 'AKIAWALKEROFTHEBENCH',
      AWS_SECRET_ACCESS_KEY: 'unchecked',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
  expectFound(Number(stdout), nonCompliant, 'walk');
}

function expectFound(found: number, wanted: number, run: string): void {
  if (found !== wanted)
    throw new Error(`The ${run} found ${found} non-compliant users; there are ${wanted}.`);
}
