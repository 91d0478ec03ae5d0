import type { Scale } from './bench-account.ts';

/** What one run cost. */
export interface Figures {
  /** How often each operation was asked, throttled calls included. */
  readonly aws: Readonly<Record<string, number>>;
  readonly github: number;
  /** From the start of the process to its end, in milliseconds. */
  readonly wallMs: number;
  /** From the first AWS request to the last, in milliseconds. */
  readonly awsMs: number;
  /** From the start of the process to the first AWS request, in milliseconds. */
  readonly firstAwsMs: number;
  /** Peak resident memory of the process. */
  readonly peakMemoryKiB: number;
}

/** `rescan` follows at once; a day later AWS has to make a new credential report, as for the first scan. */
export type ScanRun = 'first scan' | 'rescan' | 'rescan a day later';

export interface BenchRow {
  readonly scale: Scale;
  readonly run: ScanRun | 'walk';
  /** IAM calls a second that AWS takes; absent: any number. */
  readonly iamPerSecond?: number;
  /** Absent: left out, because it would take too long. */
  readonly figures?: Figures;
}

/** A promise of how few AWS requests a run needs. */
export interface Budget {
  readonly users: number;
  readonly run: ScanRun;
  readonly allowed: number;
  readonly asked: number;
  readonly kept: boolean;
}

/** How many times what Keyturn's run costs the walk costs on the same account. */
export interface Ratio {
  readonly users: number;
  readonly run: ScanRun;
  readonly iamPerSecond?: number;
  readonly requests: number;
  /** Of the time from the first AWS request to the last. */
  readonly awsTime: number;
}

export function awsRequests({ aws }: Figures): number {
  return Object.values(aws).reduce((sum, count) => sum + count, 0);
}

/**
 * AWS requests that a scan may make; `undefined`: no bound. A rescan has none once AWS needs a new credential report,
 * because it is AWS that decides how often it has to be asked for that.
 */
export function allowedRequests(run: ScanRun, scale: Scale): number | undefined {
  if (run === 'first scan') return scale.nonCompliant + scale.neverUsedPasswords + 25;
  if (run === 'rescan') return scale.users <= 500 ? 12 : 25;
  return undefined;
}

/** The budgets of all scans that were not throttled: calls that AWS refuses are asked again, and count again. */
export function budgetsOf(rows: readonly BenchRow[]): Budget[] {
  return rows.flatMap(({ scale, run, iamPerSecond, figures }) => {
    if (run === 'walk' || iamPerSecond !== undefined || !figures) return [];
    const allowed = allowedRequests(run, scale);
    if (allowed === undefined) return [];
    const asked = awsRequests(figures);
    return { users: scale.users, run, allowed, asked, kept: asked <= allowed };
  });
}

/** Every scan beside the walk of the same account at the same rate, where there is one. */
export function ratiosOf(rows: readonly BenchRow[]): Ratio[] {
  return rows.flatMap(({ scale, run, iamPerSecond, figures }) => {
    const walk = rows.find(
      (row) =>
        row.run === 'walk' &&
        row.scale.users === scale.users &&
        row.iamPerSecond === iamPerSecond &&
        row.figures,
    )?.figures;
    if (run === 'walk' || !figures || !walk) return [];
    return {
      users: scale.users,
      run,
      ...(iamPerSecond !== undefined && { iamPerSecond }),
      requests: awsRequests(walk) / awsRequests(figures),
      awsTime: walk.awsMs / figures.awsMs,
    };
  });
}

/** How many times the memory of the fewest users the most users may take. */
export const memoryAllowed = 1.5;

export interface MemoryGrowth {
  readonly run: ScanRun;
  /** Peak memory for the most users, in that for the fewest. */
  readonly ratio: number;
}

/** Of each kind of scan that was not throttled. */
export function memoryGrowth(rows: readonly BenchRow[]): MemoryGrowth[] {
  const scans = rows.flatMap(({ scale, run, iamPerSecond, figures }) =>
    run === 'walk' || iamPerSecond !== undefined || !figures
      ? []
      : { run, users: scale.users, memory: figures.peakMemoryKiB },
  );
  return [...Map.groupBy(scans, ({ run }) => run)].flatMap(([run, own]) => {
    const [least, ...more] = own.toSorted((one, other) => one.users - other.users);
    const most = more.at(-1);
    return least && most ? { run, ratio: most.memory / least.memory } : [];
  });
}
