import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';
import type { RunningBot } from './start.ts';

/** Milliseconds after which a process that failed ends, whatever is left: nobody else would end it. */
const patience = 60_000;

/** How the bot's process ends: once, and after what it took was finished. */
export interface Ending {
  /** From now on there is a bot to be stopped. */
  follow(bot: RunningBot): void;
  /** Somebody wants it to end. */
  stop(signal: NodeJS.Signals): Promise<void>;
  /**
   * Something failed that nobody caught, such as in a library's timer. What the process is worth is not known any more:
   * it ends, and whoever runs it starts another one.
   */
  fail(error: unknown): Promise<void>;
}

export function createEnding(log: Log, exit: (code: number) => void): Ending {
  let bot: RunningBot | undefined;
  let isEnding = false;
  return {
    follow(running) {
      bot = running;
    },
    async stop(signal) {
      if (isEnding) return;
      isEnding = true;
      log.info({ signal }, 'Keyturn stops: it takes nothing new and finishes what it took');
      await bot?.stop();
      log.info('Keyturn has stopped');
      exit(0);
    },
    async fail(error) {
      log.error({ err: error }, 'Something failed that nobody caught');
      if (isEnding) return;
      isEnding = true;
      await Promise.race([bot?.stop().catch(() => undefined), sleep(patience, undefined, { ref: false })]);
      exit(1);
    },
  };
}
