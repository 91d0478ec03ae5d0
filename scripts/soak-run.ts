import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seededRandom } from '../sandbox/http/chance.ts';
import type { ReportedFinding } from '../shared/findings/report.ts';
import { People } from './soak-people.ts';
import { type Product, startProduct } from './soak-product.ts';
import { type Month, missing } from './soak-verdict.ts';

export interface SoakOptions {
  readonly weeks: number;
  readonly seed: number;
  readonly onMonth?: (month: Month) => void;
}

const day = 86_400_000;
const daysAMonth = 28;
const idle = 5_000;
const start = new Date('2027-01-04T06:00:00Z');

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** A run whose people and faults have left something out goes on, at most this many times as long. */
const patience = 3;

/**
 * Lets people work for so many weeks, a scan a day, faults on, and has everything checked each month. Chance decides
 * what happens, and parallel calls draw from it in their own order: a run goes on until everything has happened.
 */
export async function runSoak({ weeks, seed, onMonth }: SoakOptions): Promise<Month[]> {
  const random = seededRandom(seed);
  const product = await startProduct(seed, start, random);
  const people = new People(product, random);
  const months: Month[] = [];
  try {
    await product.world.tell('trouble');
    const isOver = (days: number) =>
      days >= weeks * 7 * patience || (days >= weeks * 7 && missing(months).length === 0);
    for (let days = 1; !isOver(days - 1); days += 1) {
      await liveADay(product, people);
      if (days % daysAMonth !== 0 && days % (weeks * 7) !== 0) continue;
      const month = await endMonth(product, people, Math.ceil(days / 7));
      months.push(month);
      onMonth?.(month);
    }
    return months;
  } finally {
    await product.world.close();
  }
}

async function liveADay(product: Product, people: People): Promise<void> {
  await product.world.tell('live');
  await people.work(await findings(product));
  await settle(product);
  product.world.advance(day - (product.world.now().getTime() % day) + 6 * 3_600_000);
}

/** A scan that fails as a whole shows nobody anything until tomorrow. */
async function findings(product: Product): Promise<readonly ReportedFinding[]> {
  try {
    return (await product.scan()).findings;
  } catch {
    return [];
  }
}

/** Turns the bot's loops until nothing runs and they have looked at everything. */
async function settle({ turn, clock }: Product): Promise<void> {
  for (let quiet = 0, turns = 0; quiet < 3 && turns < 200; turns += 1) {
    const pause = await turn();
    quiet = pause === idle ? quiet + 1 : 0;
    await clock.sleep(pause === idle ? 61_000 : pause);
  }
}

async function endMonth(product: Product, people: People, weeks: number): Promise<Month> {
  const { world } = product;
  await world.tell('peace');
  await settle(product);
  let problems = await checkNow(product, people);
  // A key may come of age between the scan and the check: then the next scan sees it.
  for (let again = 1; problems.length > 0 && again < 3; again += 1)
    problems = await checkNow(product, people);
  const bulk = await people.bulks.tally();
  const throttled = await world.countThrottled();
  await world.tell('trouble');
  return { weeks, ...people.takeTally(), bulk, throttled, problems, ...(await measure()) };
}

async function checkNow(product: Product, { promises }: People): Promise<string[]> {
  await product.world.tell('evaluate');
  const { complete, failures } = await product.scan();
  await settle(product);
  const incomplete = complete ? [] : ['the scan is incomplete', ...failures];
  return [...(await product.world.check(promises)), ...incomplete];
}

async function measure(): Promise<Pick<Month, 'heap' | 'handles'>> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
  }
  return {
    heap: process.memoryUsage().heapUsed / 2 ** 20,
    handles: process.getActiveResourcesInfo().length,
  };
}
