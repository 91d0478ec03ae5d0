/** The bot's process: `npm start`. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// Compiling takes half of a start, so Node keeps what it compiled: where only those can write who can write the code.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'keyturn'));
const [
  { createEnding },
  { readEnvironment },
  { describeFailures },
  { createLog, lineWriter, redactor },
  { startBot },
] = await Promise.all([
  import('./ending.ts'),
  import('./environment.ts'),
  import('./failure.ts'),
  import('./log.ts'),
  import('./start.ts'),
]);
// Now, because a process that is killed leaves nothing behind.
flushCompileCache();

const { env } = process;
const secretNames = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'GITHUB_TOKEN',
  'GITHUB_APP_PRIVATE_KEY',
  'KEYTURN_TRAIL_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
];
const secrets = secretNames.map((name) => env[name]?.trim() ?? '');
const redact = redactor(secrets);
const log = createLog(
  secrets,
  lineWriter(process.stdout, (error) => ending.fail(error)),
);

const ending = createEnding(log, process.exit);
process.on('uncaughtException', ending.fail);
process.on('unhandledRejection', ending.fail);

process.once('SIGTERM', ending.stop);
process.once('SIGINT', ending.stop);

try {
  ending.follow(await startBot(readEnvironment(env), log));
} catch (error) {
  for (const { fact, remedy } of describeFailures(error)) {
    process.stderr.write(redact(`${fact}\n  ${remedy}\n`));
  }
  process.exit(1);
}
