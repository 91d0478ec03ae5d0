/** Remediations, one by one or in bulk, in the midst of which the bot is killed, and a scan that is killed, at moments that a seed decides. */
import { setTimeout as pause } from 'node:timers/promises';
import { Witness } from './checker/witness.ts';
import { comeToRest, scanNow } from './come-to-rest.ts';
import { type Loop, startLoop } from './loop.ts';
import { remediateAll } from './persistent-bulk.ts';
import { remediate } from './persistent-people.ts';

export interface Wave {
  /** Users with an old key, each of whom is remediated. */
  readonly users: readonly string[];
  /** How often the bot dies meanwhile. */
  readonly deaths: number;
  readonly random: () => number;
}

/** How long a remediation takes about, in milliseconds, one in bulk for each user more, and a scan. */
const remediation = 9_000;
const oneMore = 1_500;
const scan = 900;
const keysDeactivatedPerDay = 1_000;

export async function startKillLoop(): Promise<Loop> {
  // The policy's own limit of 20 keys a day would stop the second dozen.
  const editPolicy = (text: string) => `${text}limits: {keysDeactivatedPerDay: ${keysDeactivatedPerDay}}\n`;
  const loop = await startLoop({ editPolicy });
  Object.assign(loop.aws.world.automation, { pendingMs: 20, inProgressMs: 300 });
  loop.aws.world.addRule({ maxAccessKeyAge: 90 });
  return loop;
}

/** Each user by a request of their own. Returns what the checker says in the end. */
export function runWave(loop: Loop, wave: Wave): Promise<string[]> {
  const work = async () => {
    await Promise.all(wave.users.map((user, index) => remediate(loop, { user, strict: index % 2 === 1 })));
  };
  return dieMeanwhile(loop, wave, remediation, work);
}

/** All users by one bulk request. Returns what the checker says in the end. */
export async function runBulkWave(loop: Loop, wave: Wave): Promise<string[]> {
  const work = async () => void (await remediateAll(loop));
  return dieMeanwhile(loop, wave, remediation + wave.users.length * oneMore, work);
}

async function dieMeanwhile(
  loop: Loop,
  { users, deaths, random }: Wave,
  duration: number,
  work: () => Promise<void>,
): Promise<string[]> {
  const { world } = loop.aws;
  const before = new Set(world.account().users.keys());
  for (const name of users) world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  const witness = new Witness(loop, { keysDeactivatedPerDay });
  await scanAndDie(loop, random);
  await scanNow(loop);
  const ended = work();
  // Whoever fails is heard below.
  ended.catch(() => undefined);
  for (let death = 0; death < deaths; death += 1) {
    await pause((random() * duration) / deaths);
    await die(loop, random);
  }
  await ended;
  const problems = await comeToRest(loop, witness);
  return before.size === world.account().users.size ? ['no user was added'] : problems;
}

/** SIGKILL, or SIGTERM with the next process waiting for the end of this one or not, as in a rolling deployment. */
async function die(loop: Loop, random: () => number): Promise<void> {
  const { bot } = loop;
  const luck = random();
  const ending = bot.end(luck < 0.5 ? 'SIGKILL' : 'SIGTERM');
  if (luck < 0.75) await ending;
  await loop.startBot();
}

async function scanAndDie(loop: Loop, random: () => number): Promise<void> {
  loop.aws.world.account().report.latest = undefined;
  loop.aws.world.evaluateRule();
  const killWith = random() < 0.5 ? 'SIGKILL' : 'SIGTERM';
  await loop.scan({ signal: AbortSignal.timeout(Math.floor(random() * scan)), killWith });
}
