import { percentile } from './bench-bot-figures.ts';

export interface AutomationFigures {
  readonly count: number;
  /** DescribeAutomationExecutions in one round of the watch, at most. */
  readonly mostRequests: number;
  readonly rounds: number;
  /** From the end of each automation to its sealed report, in milliseconds of the clock. */
  readonly delays: readonly number[];
}

/** One request shows 50 executions. */
export function requestsAllowed({ count }: Pick<AutomationFigures, 'count'>): number {
  return Math.ceil(count / 50);
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const seconds = (milliseconds: number): string => `${whole.format(milliseconds / 1_000)} s`;

/** A table in markdown. */
export function automationTable(figures: AutomationFigures): string {
  const { count, mostRequests, rounds, delays } = figures;
  const rows = [
    ['automations at once', whole.format(count), ''],
    [
      'requests in one round of looking at them, at most',
      whole.format(mostRequests),
      `≤ ${requestsAllowed(figures)}`,
    ],
    ['rounds until all were reported', whole.format(rounds), ''],
    ['from the end of an automation to its report, median', seconds(percentile(delays, 0.5)), ''],
    ['the same, p99', seconds(percentile(delays, 0.99)), ''],
  ];
  return [
    '| measure | figure | at most |',
    '| --- | ---: | ---: |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}
