import type { Throttled } from '../sandbox/soak/start-world.ts';
import type { BulkTally } from './soak-bulk.ts';
import type { Tally } from './soak-people.ts';

/** One line of the soak: what a month came to, and what the process holds at its end. */
export interface Month extends Tally {
  readonly weeks: number;
  readonly bulk: BulkTally;
  readonly throttled: Throttled;
  /** What the checker says. */
  readonly problems: readonly string[];
  /** In use after a forced collection, in MiB. */
  readonly heap: number;
  /** Open handles, as process.getActiveResourcesInfo() lists them. */
  readonly handles: number;
}

/** MiB and handles by which the last months may exceed the early ones: what a year of trails leaves in indexes. */
export const bounds = { heap: 6, handles: 20 };

/** Undefined: flat. The first month warms up caches and compiled code. */
export function growth(months: readonly Month[]): string | undefined {
  const early = months.slice(1, 4);
  const late = months.slice(-3);
  const mean = (list: readonly Month[], kind: 'heap' | 'handles') =>
    list.reduce((sum, month) => sum + month[kind], 0) / list.length;
  for (const kind of ['heap', 'handles'] as const) {
    const more = mean(late, kind) - mean(early, kind);
    if (more > bounds[kind]) return `${kind} grew by ${more.toFixed(1)}`;
  }
  return undefined;
}

/** What has to happen in every run, whatever the seed: a soak in which nothing did would say that all is well. */
const counts: Readonly<Record<string, (month: Month) => number>> = {
  'a start': ({ started }) => started,
  'a throttled call of AWS': ({ throttled }) => throttled.aws,
  'a throttled call of GitHub': ({ throttled }) => throttled.github,
  'a throttled call of Slack': ({ throttled }) => throttled.slack,
  'a user of a bulk request': ({ bulk }) => bulk.users,
  'a bulk request that ran to its end': ({ bulk }) => bulk.finished,
  'a bulk request that was stopped': ({ bulk }) => bulk.stopped,
  'a bulk request that was denied': ({ bulk }) => bulk.denied,
  'a bulk request that expired': ({ bulk }) => bulk.expired,
};

/** What never happened, in words; nothing: the run has tested what it is for. */
export function missing(months: readonly Month[]): string[] {
  return Object.entries(counts)
    .filter(([, count]) => months.every((month) => count(month) === 0))
    .map(([what]) => what);
}
