/** What the page plays with: the loop, its scans, and the bot that may be killed. */
import type { Loop } from '../loop.ts';

/** The last scan, or the one that runs. */
export interface ScanRun {
  readonly number: number;
  readonly isRunning: boolean;
  readonly exitCode?: number;
  /** What GitHub's page shows of the log so far. */
  readonly log: readonly string[];
  /** The job summary, as markdown. */
  readonly summary: string;
}

const startsWork = new Set(['StartAutomationExecution', 'UpdateAccessKey']);

export class Playground {
  readonly loop: Loop;
  scan: ScanRun | undefined;
  isBotRunning = true;
  /** Kills the bot as soon as it has told AWS to begin. */
  killsInFlight = false;
  #seenRequests = 0;

  constructor(loop: Loop) {
    this.loop = loop;
  }

  /** Runs the Action. Rejects when it runs already. */
  async runScan(): Promise<void> {
    if (this.scan?.isRunning) throw new Error('The scan runs already.');
    const number = (this.scan?.number ?? 0) + 1;
    const log: string[] = [];
    this.scan = { number, isRunning: true, log, summary: '' };
    const { exitCode, summary } = await this.loop.scan({ onLine: (line) => log.push(line) });
    this.scan = { number, isRunning: false, exitCode, log, summary };
  }

  async killBot(): Promise<void> {
    if (!this.isBotRunning) return;
    this.isBotRunning = false;
    await this.loop.bot.end('SIGKILL');
  }

  async startBot(): Promise<void> {
    if (this.isBotRunning) return;
    await this.loop.startBot();
    this.isBotRunning = true;
  }

  /** Looks whether the bot has begun something in AWS since the last look. */
  async watchFlight(): Promise<void> {
    const { list } = this.loop.aws.requests;
    const begun = list.slice(this.#seenRequests).some(({ operation }) => startsWork.has(operation));
    this.#seenRequests = list.length;
    if (!begun || !this.killsInFlight) return;
    this.killsInFlight = false;
    await this.killBot();
  }
}
