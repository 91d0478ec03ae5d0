/**
 * The world of the soak, in a thread of its own: what AWS, GitHub and Slack remember grows with the years and is none of
 * the heap that is measured. Time is the other thread's, read from shared memory.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { startAws } from '../aws/start.ts';
import { check } from '../checker/check.ts';
import { Witness } from '../checker/witness.ts';
import { startGitHub } from '../github/start.ts';
import { seededRandom } from '../http/chance.ts';
import { policyFor, policyPath } from '../loop.ts';
import { startSlack } from '../slack/start.ts';
import { liveADay } from './life.ts';
import { Trouble } from './trouble.ts';

const given = z
  .object({ time: z.instanceof(SharedArrayBuffer), seed: z.number(), publicKey: z.string() })
  .parse(workerData);
const time = new BigInt64Array(given.time);
const now = () => new Date(Number(Atomics.load(time, 0)));
const random = seededRandom(given.seed);
const [aws, github, slack] = await Promise.all([
  startAws({ now, milliseconds: () => now().getTime() }),
  startGitHub({ now }),
  startSlack({ now }),
]);
const { world } = aws;
const { publicKey } = given;
world.addRule({ maxAccessKeyAge: 90 });
world.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
await github.byHand.writeFile(policyPath, policyFor(slack, publicKey, world.account().region));
const witness = new Witness({ aws, github, slack, publicKey });
const trouble = new Trouble({ aws, github, slack }, random);
const promises = z.array(z.object({ person: z.string(), issue: z.number() }));

const methods: Readonly<Record<string, (argument: unknown) => unknown>> = {
  addresses: () => ({
    awsUrl: aws.url,
    githubUrl: github.url,
    repository: github.repository,
    account: world.account().id,
    githubToken: github.botToken,
    slackUrl: slack.url,
    slackToken: slack.botToken,
    people: { alice: slack.people.alice.id, sam: slack.people.sam.id, kim: slack.people.kim.id },
  }),
  live: () => {
    liveADay(world, random, (change) => witness.byHand.push(change));
    witness.note();
  },
  evaluate: () => {
    world.account().report.latest = undefined;
    world.evaluateRule();
  },
  trouble: () => trouble.begin(),
  peace: () => trouble.end(),
  throttled: () => trouble.countThrottled(),
  check: async (made) => check({ ...(await witness.observe()), promises: promises.parse(made) }),
  close: async () => {
    await Promise.all([aws.close(), github.close(), slack.close()]);
  },
};

const call = z.object({ id: z.number(), name: z.string(), argument: z.unknown() });
parentPort?.on('message', async (message: unknown) => {
  const { id, name, argument } = call.parse(message);
  try {
    parentPort?.postMessage({ id, result: await methods[name]?.(argument) });
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error instanceof Error ? error.stack : error) });
  }
});
