/** What the tests of faults share: a loop with findings, a witness, and the end that all of them must come to. */
import { expect } from '@jest/globals';
import { type Fault, throttled } from '../../sandbox/aws/faults.ts';
import type { Call } from '../../sandbox/aws/operation.ts';
import type { Law } from '../../sandbox/checker/observed.ts';
import { Witness } from '../../sandbox/checker/witness.ts';
import { comeToRest } from '../../sandbox/come-to-rest.ts';
import { seededRandom, shareOf } from '../../sandbox/http/chance.ts';
import { type Loop, type LoopOptions, startLoop } from '../../sandbox/loop.ts';
import type { Stage } from '../../sandbox/stage.ts';
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

/** Throttling on 30 % of all calls; of the others a 5xx, a cut connection, or one cut when it is done. */
export function letAwsStumble({ aws }: Pick<Stage, 'aws'>, seed: number): void {
  const random = seededRandom(seed);
  const odd = (call: Call): Fault => {
    const luck = random();
    if (luck < 0.75) return throttled(call);
    if (luck < 0.85) return { kind: 'status', status: 503 };
    return { kind: 'drop', effect: luck < 0.93 ? 'before' : 'after' };
  };
  aws.faults.fail(/./, odd, { chance: shareOf(0.4, random) });
}

/** Everything comes to rest, and the checker has nothing to say. */
export async function expectSound({ loop, witness }: Trouble): Promise<void> {
  const problems = await comeToRest(loop, witness);
  expect({ problems, log: problems.length > 0 ? loop.bot.log.slice(-30) : [] }).toEqual({
    problems: [],
    log: [],
  });
}
