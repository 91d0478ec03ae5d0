import { generateKeyPairSync } from 'node:crypto';
import { type BotProcess, startBotProcess } from './bot-process.ts';
import { type SlackStandIn, startSlack } from './slack/start.ts';
import { type Stage, type StageOptions, startStage } from './stage.ts';

export interface LoopOptions extends StageOptions {
  /** How Slack reaches the bot; `http` unless said otherwise. */
  readonly connection?: 'http' | 'socket';
  /** Changes the policy file before it is committed. */
  readonly editPolicy?: (text: string) => string;
  /** More of every bot's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What Slack's signed requests are stamped with; the machine's clock unless said otherwise. */
  readonly slackRequestClock?: () => Date;
}

/** The whole loop on one machine: the scan's stage, Slack, and the bot's process between them. */
export interface Loop extends Stage {
  readonly slack: SlackStandIn;
  /** The bot that runs now. */
  readonly bot: BotProcess;
  /** base64 of its SPKI form. */
  readonly publicKey: string;
  /** Starts a bot process: after the one before has ended, or beside it. Slack's requests go to this one. */
  startBot(env?: Readonly<Record<string, string>>): Promise<BotProcess>;
  writePolicy(text: string): Promise<void>;
  readonly policyText: string;
}

/** The policy file that everything in the sandbox goes by. */
export function policyFor(slack: SlackStandIn, publicKey: string, region: string): string {
  return `version: 1
aws:
  region: ${region}
  rule: access-keys-rotated
  runbookRole: arn:{partition}:iam::{account}:role/KeyturnRunbook
slack:
  channel: ${slack.channel}
trail:
  publicKeys: [${publicKey}]
approvals:
  runbook: {approvers: [${slack.securityGroup}], count: 1}
  strict: {approvers: [${slack.securityGroup}], count: 2}
`;
}

/** Everything shares one machine, at times a busy one. How much faster the bot is than Slack's limit, its benchmark tells. */
export const patienceHere = 30_000;

export const policyPath = '.github/keyturn.yml';

/** Starts everything but the Action, which a test or the demonstration runs when it wants a scan. */
export async function startLoop(options: LoopOptions = {}): Promise<Loop> {
  const { slackRequestClock: requestClock } = options;
  const slackOptions = { patience: patienceHere, ...(requestClock && { requestClock }) };
  const [stage, slack] = await Promise.all([startStage(options), startSlack(slackOptions)]);
  const { aws, github } = stage;
  aws.world.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
  const pair = generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const writePolicy = (text: string): Promise<void> => github.byHand.writeFile(policyPath, text);
  const policyText = (options.editPolicy ?? String)(policyFor(slack, publicKey, aws.world.account().region));
  await writePolicy(policyText);
  const connection =
    options.connection === 'socket'
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret };
  const env = {
    ...connection,
    SLACK_API_URL: slack.url,
    SLACK_BOT_TOKEN: slack.botToken,
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_TOKEN: github.botToken,
    KEYTURN_TRAIL_KEY: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    AWS_ENDPOINT_URL: aws.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'AKIAKEYTURNBOT000000',
    AWS_SECRET_ACCESS_KEY: 'a secret of the stand-in',
    ...options.env,
  };
  const started: BotProcess[] = [];

  async function startBot(more: Readonly<Record<string, string>> = {}): Promise<BotProcess> {
    const bot = await startBotProcess({ ...env, ...more });
    started.push(bot);
    if (options.connection !== 'socket') {
      slack.connect({ kind: 'http', url: `http://127.0.0.1:${bot.port}/slack/events` });
    }
    return bot;
  }

  await startBot();
  return {
    ...stage,
    slack,
    publicKey,
    policyText,
    writePolicy,
    startBot,
    get bot() {
      const bot = started.at(-1);
      if (!bot) throw new Error('No bot was started');
      return bot;
    },
    async close() {
      await Promise.all(started.map((bot) => bot.end('SIGKILL')));
      await Promise.all([stage.close(), slack.close()]);
    },
  };
}
