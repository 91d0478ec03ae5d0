import { generateKeyPairSync } from 'node:crypto';
import { webApi } from '@slack/bolt';
import { connectAccounts } from '../bot/accounts.ts';
import { connectAws } from '../bot/aws.ts';
import type { Bot } from '../bot/bot.ts';
import { composeBot } from '../bot/compose.ts';
import { createJournal } from '../bot/journal.ts';
import { createLog, slackLogger } from '../bot/log.ts';
import { currentPolicy, repositoryPolicy } from '../bot/policies.ts';
import { readIdentity } from '../bot/preflight.ts';
import { type SoakWorld, startWorld } from '../sandbox/soak/start-world.ts';
import { readerClients } from '../shared/aws/clients.ts';
import { configCompliance } from '../shared/aws/compliance.ts';
import { defaultCredentials } from '../shared/aws/credentials.ts';
import { readRecordedUsers } from '../shared/aws/recorded-users.ts';
import { awsUserReader } from '../shared/aws/user-reader.ts';
import type { ScanReport } from '../shared/findings/report.ts';
import { scan } from '../shared/findings/scan.ts';
import { trailHolds } from '../shared/findings/trail-holds.ts';
import { GitHubIssueLedger } from '../shared/github/issue-ledger.ts';
import { connectGitHub } from '../shared/github/octokit.ts';
import { bulkShare, githubPace, unpaced } from '../shared/github/pace.ts';
import { parseRepositoryName, readRepository } from '../shared/github/repository.ts';
import { GitHubTrailComments } from '../shared/github/trail-comments.ts';
import type { Clock } from '../shared/remediation/ports.ts';
import { waitForAwsBy, waitForSlackBy } from './soak-waits.ts';

/** Scan and bot as they are composed, but for their clock, in which sleeping takes no time. */
export interface Product {
  readonly world: SoakWorld;
  readonly bot: Bot;
  readonly clock: Clock;
  scan(): Promise<ScanReport>;
  /** One round of each of the bot's loops. Returns how long they would wait before the next, in milliseconds. */
  turn(): Promise<number>;
}

const settings = { labels: [], assignees: [], ownerTag: 'owner', maxNewIssues: 50 };
const region = 'us-east-1';

export async function startProduct(seed: number, start: Date, random: () => number): Promise<Product> {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const world = await startWorld(seed, publicKey, start);
  const sleep = async (milliseconds: number) => world.advance(milliseconds);
  const clock: Clock = { now: world.now, sleep, random };
  const { awsUrl, githubUrl, githubToken, slackUrl, slackToken, repository } = world.addresses;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ACCESS_KEY_ID: 'AKIASOAK',
    AWS_SECRET_ACCESS_KEY: 'of the stand-in',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const log = createLog([], () => undefined);
  const name = parseRepositoryName(repository);
  const github = connectGitHub({ baseUrl: githubUrl, token: githubToken, pace: unpaced, sleep });
  const fetch = waitForSlackBy(world);
  const slackWith = (retries: number) =>
    new webApi.WebClient(slackToken, {
      fetch,
      slackApiUrl: slackUrl,
      timeout: 10_000,
      retryConfig: { retries, minTimeout: 1, maxTimeout: 5 },
      logger: slackLogger(log),
    });
  const slack = slackWith(3);
  const accounts = connectAccounts(name, world.now);
  await waitForAwsBy(world, Object.values(accounts.own(region)));
  const policies = currentPolicy(repositoryPolicy(github, name), world.now);
  const facts = await readRepository(github, name, world.now);
  const bot = composeBot(
    {
      slack,
      dialogs: slackWith(3),
      poster: slackWith(0),
      github,
      repository: name,
      aws: connectAws(policies, accounts),
      policies,
      bulkCommentsPerHour: bulkShare(githubPace),
    },
    { identity: await readIdentity(slack), facts },
    pair.privateKey,
    createJournal(log),
    clock,
  );
  const { config, iam } = readerClients({
    region,
    credentials: defaultCredentials(region),
    userAgent: 'soak',
  });
  await waitForAwsBy(world, [config, iam]);
  return {
    world,
    bot,
    clock,
    turn: async () => Math.min(await bot.watch.tick(), await bot.bulks.tick()),
    scan: () =>
      scan(
        {
          compliance: configCompliance(config, 'access-keys-rotated'),
          users: awsUserReader({
            readRecorded: (ids) => readRecordedUsers(config, ids),
            iam,
            sleep,
            now: world.now,
          }),
          issues: new GitHubIssueLedger(github, name, {
            patience: { now: world.now, sleep },
            warn: () => undefined,
          }),
          holds: trailHolds(new GitHubTrailComments(github, name), {
            repositoryId: facts.id,
            publicKeys: [publicKey],
          }),
          progress: { step: () => undefined },
        },
        settings,
        world.now(),
      ),
  };
}
