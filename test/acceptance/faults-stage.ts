/** What the tests of faults share: a loop with findings, a witness, and the end that all of them must come to. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { check } from '../../sandbox/checker/check.ts';
import type { Law } from '../../sandbox/checker/observed.ts';
import { Witness } from '../../sandbox/checker/witness.ts';
import { type Loop, type LoopOptions, startLoop } from '../../sandbox/loop.ts';
import { scanAll } from './bot-at-work.ts';

export interface Trouble {
  readonly loop: Loop;
  readonly witness: Witness;
}

/** A loop in which each of these users is a finding that has its issue. */
export async function startTrouble(
  users: readonly string[],
  options: LoopOptions = {},
  law: Partial<Law> = {},
): Promise<Trouble> {
  const loop = await startLoop(options);
  const { world } = loop.aws;
  Object.assign(world.automation, { pendingMs: 20, inProgressMs: 50 });
  world.addRule({ maxAccessKeyAge: 90 });
  for (const name of users) world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  await scanAll(loop);
  return { loop, witness: new Witness(loop, law) };
}

/** The work, in a loop of its own that is closed afterwards. */
export async function inTrouble(
  users: readonly string[],
  work: (trouble: Trouble) => Promise<void>,
  options?: LoopOptions,
  law?: Partial<Law>,
): Promise<void> {
  const trouble = await startTrouble(users, options, law);
  try {
    await work(trouble);
  } finally {
    await trouble.loop.close();
  }
}

/** Nothing goes wrong any more. */
export function healAll({ aws, github, slack }: Loop): void {
  aws.faults.clear();
  github.faults.clear();
  slack.faults.clear();
}

/** The bot looks at everything again once a minute: so long may it take to be as it should. */
const rest = 100_000;

/** Faults end, a scan passes, and the checker has nothing to say: at once or when the bot has looked again. */
export async function expectSound({ loop, witness }: Trouble): Promise<void> {
  healAll(loop);
  await scanAll(loop);
  let problems = check(await witness.observe());
  for (const end = performance.now() + rest; problems.length > 0 && performance.now() < end; ) {
    await pause(1_000);
    problems = check(await witness.observe());
  }
  expect({ problems, log: problems.length > 0 ? loop.bot.log.slice(-30) : [] }).toEqual({
    problems: [],
    log: [],
  });
}
