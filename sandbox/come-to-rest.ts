import { setTimeout as pause } from 'node:timers/promises';
import { check } from './checker/check.ts';
import type { Witness } from './checker/witness.ts';
import type { Loop } from './loop.ts';

/** The bot looks at everything again once a minute: so long may it take to be as it should, in milliseconds. */
const patience = 100_000;

/** Nothing goes wrong any more. */
export function healAll({ aws, github, slack }: Loop): void {
  aws.faults.clear();
  github.faults.clear();
  slack.faults.clear();
}

/** AWS Config sees the keys as they are now, and a scan passes. Throws when it fails. */
export async function scanNow(loop: Loop): Promise<void> {
  const { world } = loop.aws;
  for (const account of world.accounts.values()) {
    account.report.latest = undefined;
    world.evaluateRule(account);
  }
  const { exitCode, log } = await loop.scan();
  if (exitCode !== 0) throw new Error(log);
}

/**
 * Faults end, a scan passes, and the checker is asked: until it has nothing to say, or the bot has looked at everything
 * again. Returns what it says then.
 */
export async function comeToRest(loop: Loop, witness: Witness): Promise<string[]> {
  healAll(loop);
  await scanNow(loop);
  let problems = check(await witness.observe());
  for (const end = performance.now() + patience; problems.length > 0 && performance.now() < end; ) {
    await pause(1_000);
    problems = check(await witness.observe());
  }
  return problems;
}
