/**
 * Measures the bot's process: how fast 200 commands at once are acknowledged, what 10,000 commands leave in memory, and
 * how long a start takes. Prints a table in markdown; `--write` also writes docs/performance-bot.md.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { BotProcess } from '../sandbox/bot-process.ts';
import { type Loop, startLoop } from '../sandbox/loop.ts';
import { until } from '../sandbox/until.ts';
import { type BotFigures, botPage, botTable } from './bench-bot-figures.ts';
import { Sender } from './bench-bot-sender.ts';

const root = resolve(import.meta.dirname, '..');
const probe = join(root, 'scripts', 'bench-bot-probe.ts');
const atOnce = 200;
/** Of 200 commands each: those that let V8 warm up, and those that count. */
const warmUps = 4;
const bursts = 10;
const rounds = 5;
const perRound = 2_000;
const measuredStarts = 5;

/** Takes answers and counts them: what a command came to is not measured by the stand-in of Slack. */
async function startAnswers() {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      count += 1;
      response.end('ok');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no port for answers.');
  return { url: `http://127.0.0.1:${address.port}/`, count: () => count, close: () => server.close() };
}

/** KiB that stay in the bot's heap after a collection. */
async function liveHeap({ pid, log }: BotProcess): Promise<number> {
  const told = () => log.flatMap((line) => /^live heap: (\d+) KiB$/.exec(line)?.[1] ?? []);
  const before = told().length;
  process.kill(pid, 'SIGUSR2');
  return Number(await until('the live heap', () => told()[before]));
}

/** KiB; undefined: not Linux. Source: proc_pid_status(5). */
function residentMemory({ pid }: BotProcess): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

async function measureStart(loop: Loop): Promise<number> {
  const start = performance.now();
  const bot = await loop.startBot();
  const milliseconds = performance.now() - start;
  await bot.end('SIGTERM');
  return milliseconds;
}

async function measureStarts(loop: Loop) {
  rmSync(join(root, 'node_modules', '.cache', 'keyturn'), { recursive: true, force: true });
  const firstStart = await measureStart(loop);
  const starts: number[] = [];
  for (let n = 0; n < measuredStarts; n += 1) starts.push(await measureStart(loop));
  return { firstStart, starts };
}

async function measureCommands(loop: Loop) {
  const answers = await startAnswers();
  const { slack } = loop;
  const bot = await loop.startBot({ NODE_OPTIONS: `--import=${probe}` });
  const { signingSecret, teamId, channel } = slack;
  const userId = slack.people.olivia.id;
  const target = { port: bot.port, signingSecret, teamId, userId, channel, responseUrl: answers.url };
  const sender = await Sender.connect(target, atOnce);
  try {
    const liveBefore = await liveHeap(bot);
    const before = residentMemory(bot);
    let commands = 0;
    const burst = async () => {
      const acks = await sender.sendAll('help');
      commands += atOnce;
      await until('the answers', () => answers.count() >= commands || undefined);
      return acks;
    };
    // Opens the connections, and runs the code for the first time.
    const firstAcks = await burst();
    for (let n = 0; n < warmUps; n += 1) await burst();
    const acks: number[] = [];
    for (let n = 0; n < bursts; n += 1) acks.push(...(await burst()));
    const after: { commands: number; kib: number }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (let sent = 0; sent < perRound; sent += atOnce) await burst();
      after.push({ commands: round * perRound, kib: residentMemory(bot) ?? 0 });
    }
    const live = { before: liveBefore, after: await liveHeap(bot) };
    const memory = before === undefined ? {} : { memory: { before, rounds: after, live } };
    return { firstAcks, acks, commands, answered: answers.count(), ...memory };
  } finally {
    sender.close();
    answers.close();
  }
}

/** With the load that others put on it: on a busy machine times mean little. */
function describeMachine(): string {
  const [load = 0] = loadavg();
  return `${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.version}; load average at the start ${load.toFixed(1)}`;
}

const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const machine = describeMachine();
const loop = await startLoop();
try {
  loop.aws.world.addRule({ maxAccessKeyAge: 90 });
  const figures: BotFigures = { ...(await measureStarts(loop)), ...(await measureCommands(loop)) };
  console.log(`${machine}\n\n${botTable(figures)}`);
  if (options.write) {
    writeFileSync(join(root, 'docs', 'performance-bot.md'), botPage(figures, machine, new Date()));
  }
} finally {
  await loop.close();
}
