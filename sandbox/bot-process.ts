/** The bot as `npm start` runs it, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const entry = resolve(import.meta.dirname, '..', 'bot', 'main.ts');

export interface BotProcess {
  readonly pid: number;
  readonly port: number;
  /** What it printed so far, line by line. */
  readonly log: readonly string[];
  /** `SIGTERM` to stop, `SIGKILL` to kill. Resolves to the exit code; null: killed. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves as `end` does, whatever ends it. */
  readonly ended: Promise<number | null>;
  /** From now on nobody reads what it prints. */
  stopReading(): void;
}

const portSchema = z.object({ port: z.int() });

/** Nothing of this process's own environment reaches the bot but PATH. */
export async function startBotProcess(env: Readonly<Record<string, string>>): Promise<BotProcess> {
  const log: string[] = [];
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close').then(([code]): number | null =>
    typeof code === 'number' ? code : null,
  );
  const port = await new Promise<number>((ready, reject) => {
    const collect = (line: string): void => {
      log.push(line);
      if (line.includes('Keyturn is running')) ready(portSchema.parse(JSON.parse(line)).port);
    };
    createInterface({ input: child.stdout }).on('line', collect);
    createInterface({ input: child.stderr }).on('line', collect);
    void exited.then((code) => reject(new Error(`The bot ended with ${code}:\n${log.join('\n')}`)));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The bot has no process id');
  return {
    pid,
    port,
    log,
    end(signal) {
      child.kill(signal);
      return exited;
    },
    ended: exited,
    stopReading() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}
