import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { type BotProcess, startBotProcess } from '../../sandbox/bot-process.ts';
import { type Stage, startStage, trailKeyText } from './stage.ts';

const main = resolve(import.meta.dirname, '../../bot/main.ts');

/** Without what tells whether it is Socket Mode or HTTP. */
function environmentOf({ slack, github, aws }: Stage) {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: slack.url,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_TOKEN: github.botToken,
    GITHUB_API_URL: github.url,
    KEYTURN_TRAIL_KEY: trailKeyText,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'AKIASTATIC',
    AWS_SECRET_ACCESS_KEY: 'static-secret',
  };
}

test('without an environment it names everything that is missing, and ends', async () => {
  const child = spawn(process.execPath, [main], { env: { PATH: process.env['PATH'] } });
  const [[code], out, err] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toMatch(/SLACK_BOT_TOKEN.*GITHUB_REPOSITORY.*KEYTURN_TRAIL_KEY.*\n {2}Set the variables/);
  expect(err).not.toContain('    at ');
});

test('what it prints when it cannot start holds no secret, whoever said it', async () => {
  const secret = 'static-secret-of-aws';
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_APP_TOKEN: 'xapp-1',
      // Nobody listens on port 9; the policy's path is told in the failure.
      SLACK_API_URL: 'http://127.0.0.1:9/',
      GITHUB_API_URL: 'http://127.0.0.1:9',
      GITHUB_REPOSITORY: 'octo-org/keys',
      GITHUB_TOKEN: 'ghp_1',
      KEYTURN_TRAIL_KEY: trailKeyText,
      KEYTURN_POLICY: `/${secret}/ghp_0123456789.yml`,
      AWS_SECRET_ACCESS_KEY: secret,
    },
  });
  const [[code], err] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  expect(code).toBe(1);
  expect(err).toContain('/[secret]/[secret].yml');
});

test('what nobody caught is told in the log, without secrets, and ends it after what it took', async () => {
  const stage = await startStage();
  const { slack } = stage;
  // As a timer of Slack's library rejects, with its requests hung on the error.
  const reject = "process.on('SIGUSR2', () => void Promise.reject(new Error('with xoxb-123-abc')))";
  const bot = await startBotProcess({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(reject)}`,
    ...environmentOf(stage),
    SLACK_APP_TOKEN: slack.appToken,
  });
  expect(await bot.end('SIGUSR2')).toBe(1);
  expect(bot.log.map((line) => JSON.parse(line)).at(-1)).toMatchObject({
    level: 'error',
    err: { message: 'with [secret]' },
  });
  expect(slack.sockets.size).toBe(0);
  await stage.close();
});

test.each(['SIGTERM', 'SIGINT'] as const)('it runs until %s, without a secret in its log', async (signal) => {
  const stage = await startStage();
  const { slack, github } = stage;
  const bot = await startBotProcess({ ...environmentOf(stage), SLACK_SIGNING_SECRET: slack.signingSecret });
  slack.connect({ kind: 'http', url: `http://127.0.0.1:${bot.port}/slack/events` });
  expect(await stage.ask('olivia', '/keys list')).toContain('No finding is open');
  expect(await bot.end(signal)).toBe(0);
  const log = bot.log.join('\n');
  expect(log).toContain('Keyturn has stopped');
  for (const secret of [slack.botToken, github.botToken, trailKeyText, 'static-secret']) {
    expect(log).not.toContain(secret);
  }
  await stage.close();
});

test.each([
  ['of its own accord', 1, () => undefined],
  ['when it is told to', 0, ({ end }: BotProcess) => void end('SIGTERM')],
] as const)('when nobody reads its log any more it ends %s', async (_, code, tell) => {
  const stage = await startStage();
  const { slack } = stage;
  const bot = await startBotProcess({ ...environmentOf(stage), SLACK_SIGNING_SECRET: slack.signingSecret });
  slack.connect({ kind: 'http', url: `http://127.0.0.1:${bot.port}/slack/events` });
  bot.stopReading();
  tell(bot);
  // What is refused is written to the log.
  if (code === 1) await stage.ask('olivia', '/keys show nobody');
  expect(await bot.ended).toBe(code);
  await stage.close();
});
