import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BotEnvironment, readEnvironment } from '../../bot/environment.ts';
import { createLog } from '../../bot/log.ts';
import { type RunningBot, startBot } from '../../bot/start.ts';
import { type AwsStandIn, startAws } from '../../sandbox/aws/start.ts';
import type { World as AwsWorld } from '../../sandbox/aws/world.ts';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { patienceHere } from '../../sandbox/loop.ts';
import type { PersonName } from '../../sandbox/slack/people.ts';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';
import { until } from '../../sandbox/until.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import type { Clock } from '../../shared/remediation/ports.ts';

type User = ReturnType<AwsWorld['addUser']>;

/** AWS, GitHub, Slack and the bot between them, in one process. */
export interface Stage {
  readonly aws: AwsStandIn;
  readonly github: GitHubStandIn;
  readonly slack: SlackStandIn;
  readonly environment: BotEnvironment;
  /** What the bot has logged, one JSON object a line. */
  readonly logged: string[];
  /** Where the bot that was started last listens: `http://127.0.0.1:PORT`. */
  readonly url: string;
  writePolicy(edit?: (text: string) => string): Promise<void>;
  /** Opens the issue of a finding, as the Action does. Resolves to its number. */
  openIssue(
    user: User,
    options?: { readonly accountId?: string; readonly labels?: string[] },
  ): Promise<number>;
  start(changes?: Partial<BotEnvironment>): Promise<RunningBot>;
  /** Types a command; resolves to the text of the next answer that this person alone sees. */
  ask(who: PersonName, line: string): Promise<string>;
  /** What this person is told, once it says so: to them alone, or in a modal. */
  told(who: PersonName, text: string): Promise<string>;
  close(): Promise<void>;
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
export const trailKeyText = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

/** The machine's time; nothing waits long. */
const clock: Clock = {
  now: () => new Date(),
  sleep: (duration) => sleep(Math.min(duration, 20)),
  random: () => 0.5,
};

function policyText(channel: string, group: string): string {
  return `version: 1
aws:
  region: us-east-1
  runbookRole: arn:{partition}:iam::{account}:role/KeyturnRunbook
slack:
  channel: ${channel}
trail:
  publicKeys: [${spki}]
approvals:
  runbook: {approvers: [${group}]}
  strict: {approvers: [${group}], count: 2}
`;
}

export async function startStage(): Promise<Stage> {
  const [aws, github, slack] = await Promise.all([
    startAws(),
    startGitHub(),
    startSlack({ patience: patienceHere }),
  ]);
  aws.world.addRule({ maxAccessKeyAge: 90 });
  aws.world.addRole({ name: 'KeyturnRunbook', trust: { kind: 'service', service: 'ssm.amazonaws.com' } });
  Object.assign(aws.world.automation, { pendingMs: 20, inProgressMs: 50 });
  process.env['AWS_ENDPOINT_URL'] = aws.url;
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIASTATIC';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'static';
  const environment = readEnvironment({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.url,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_TOKEN: github.botToken,
    GITHUB_API_URL: github.url,
    KEYTURN_TRAIL_KEY: trailKeyText,
    PORT: '0',
  });
  let url = '';
  const logged: string[] = [];
  const running: RunningBot[] = [];

  const stage: Stage = {
    aws,
    github,
    slack,
    environment,
    logged,
    get url() {
      return url;
    },
    writePolicy: (edit = String) =>
      github.byHand.writeFile('.github/keyturn.yml', edit(policyText(slack.channel, slack.securityGroup))),
    async openIssue(user, { accountId = aws.world.account().id, labels = [] } = {}) {
      const keys = user.accessKeys.map(({ id, createdAt }) => ({
        id,
        createdAt: createdAt.toISOString(),
        rotatedAt: createdAt.toISOString(),
      }));
      const remembered = { userName: user.name, readIn: '2026-11', keys };
      const body = `A finding\n\n${writeMarker({ accountId, userId: user.id, remembered })}`;
      const title = `Old access key of ${user.name}`;
      return (await github.byHand.openIssue('keyturn[bot]', { title, body, labels: ['keyturn', ...labels] }))
        .number;
    },
    async start(changes = {}) {
      const bot = await startBot(
        { ...environment, ...changes },
        createLog([], (line) => logged.push(line)),
        clock,
      );
      running.push(bot);
      url = `http://127.0.0.1:${bot.port}`;
      slack.connect({ kind: 'http', url: `${url}/slack/events` });
      return bot;
    },
    async ask(who, line) {
      const before = slack.reader.ephemerals(who).length;
      await slack.byHand.command(who, line);
      const answer = await until(`an answer to ${line}`, () => slack.reader.ephemerals(who)[before]);
      return JSON.stringify(answer.blocks);
    },
    told: (who, text) =>
      until(`${who} is told ${text}`, () =>
        [...slack.reader.ephemerals(who), ...slack.reader.openViews(who)]
          .map((one) => JSON.stringify(one))
          .findLast((shown) => shown.includes(text)),
      ),
    async close() {
      await Promise.all(running.map((bot) => bot.stop()));
      await Promise.all([aws.close(), github.close(), slack.close()]);
    },
  };
  await stage.writePolicy();
  return stage;
}
