/** The bot's process: `npm start`. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

// While there is room V8 lets garbage stand: 400 MiB under load, of which 40 are in use.
setFlagsFromString('--optimize-for-size');
// Compiling takes half of a start, so Node keeps what it compiled: where only those can write who can write the code.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'keyturn'));
const [{ readEnvironment }, { describeFailures }, { createLog, redactor }, { startBot }] = await Promise.all([
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
const log = createLog(secrets, (line) => process.stdout.write(line));

try {
  const bot = await startBot(readEnvironment(env), log);
  const stop = async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'Keyturn stops: it takes nothing new and finishes what it took');
    await bot.stop();
    log.info('Keyturn has stopped');
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  for (const { fact, remedy } of describeFailures(error)) {
    process.stderr.write(redact(`${fact}\n  ${remedy}\n`));
  }
  process.exit(1);
}
