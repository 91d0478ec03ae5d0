/** The bot as `npm start` runs it, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

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

/** Nothing of this process's own environment reaches the bot but PATH. */
export async function startBotProcess(env: Readonly<Record<string, string>>): Promise<BotProcess> {
  const port = await freePort();
  const log: string[] = [];
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'] ?? '', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close').then(([code]): number | null =>
    typeof code === 'number' ? code : null,
  );
  await new Promise<void>((ready, reject) => {
    const collect = (line: string): void => {
      log.push(line);
      if (line.includes('Keyturn is running')) ready();
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

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('There is no free port');
  return address.port;
}
