/** What `npm run bench:bot` reports. Durations in milliseconds, memory in KiB. */
export interface BotFigures {
  /** Of 200 commands at once: right after a start, and of several bursts later on. */
  readonly firstAcks: readonly number[];
  readonly acks: readonly number[];
  /** Of a process whose modules were never compiled before, and of those that came after it. */
  readonly firstStart: number;
  readonly starts: readonly number[];
  /** Resident, before the commands and after each round of them; undefined: not Linux. */
  readonly memory?: {
    readonly before: number;
    readonly rounds: readonly { commands: number; kib: number }[];
    /** What stays in the heap after a collection, before and after all of them. */
    readonly live: { readonly before: number; readonly after: number };
  };
  /** Commands that were answered, of how many. */
  readonly answered: number;
  readonly commands: number;
}

export const goals = { ackP99: 100, start: 1_000 } as const;

/** The value below which this share (0 to 1) of them lies, by the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('There is nothing to rank.');
  return value;
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

function milliseconds(value: number): string {
  return `${whole.format(value)} ms`;
}

function mebibytes(kib: number): string {
  return `${whole.format(kib / 1_024)} MiB`;
}

/** A table in markdown. */
export function botTable(figures: BotFigures): string {
  const { firstAcks, acks, starts, firstStart, memory, answered, commands } = figures;
  const rows = [
    ['ack, 200 commands at once, p50', milliseconds(percentile(acks, 0.5)), ''],
    ['ack, 200 commands at once, p99', milliseconds(percentile(acks, 0.99)), `≤ ${goals.ackP99} ms`],
    ['ack, the first 200 after a start, p99', milliseconds(percentile(firstAcks, 0.99)), ''],
    ['commands answered', `${whole.format(answered)} of ${whole.format(commands)}`, 'all'],
    ['start, nothing compiled before', milliseconds(firstStart), ''],
    [
      `start, median of ${starts.length}`,
      milliseconds(percentile(starts, 0.5)),
      `≤ ${whole.format(goals.start)} ms`,
    ],
    ...memoryRows(memory),
  ];
  return [
    '| measure | figure | goal |',
    '| --- | ---: | ---: |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function memoryRows(memory: BotFigures['memory']): string[][] {
  if (!memory) return [];
  return [
    ['resident memory after the start', mebibytes(memory.before), ''],
    ...memory.rounds.map(({ commands, kib }) => [
      `resident memory after ${whole.format(commands)} commands`,
      mebibytes(kib),
      '',
    ]),
    ['live heap after the start', mebibytes(memory.live.before), ''],
    ['live heap after all commands', mebibytes(memory.live.after), ''],
  ];
}

/** docs/performance-bot.md */
export function botPage(figures: BotFigures, machine: string, date: Date): string {
  return `# How fast the bot answers

Measured by \`npm run bench:bot -- --write\` on ${date.toISOString().slice(0, 10)}; ${machine}. The bot's process beside stand-ins of
Slack, GitHub and AWS on the same machine, which take their share of it. Slack gives up on an ack after 3,000 ms. A start is
measured from the spawn of the process to "Keyturn is running", with what it asks Slack and GitHub first. Resident memory is what V8 has
taken: it collects late while there is room. The live heap is what stays after a collection; it grows by the ids of deliveries, which are
remembered for ten minutes.

${botTable(figures)}
`;
}
