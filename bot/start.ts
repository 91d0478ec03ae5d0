import { setTimeout as sleep } from 'node:timers/promises';
import { bulkShare, paceFor } from '../shared/github/pace.ts';
import { parseRepositoryName, readRepository } from '../shared/github/repository.ts';
import type { Clock } from '../shared/remediation/ports.ts';
import { connectAccounts } from './accounts.ts';
import { createReception } from './app.ts';
import { connectAws } from './aws.ts';
import { type Connections, composeBot, machineClock } from './compose.ts';
import {
  connectPoster,
  connectRepository,
  connectSlack,
  slackSettings,
  socketSettings,
} from './connections.ts';
import type { BotEnvironment } from './environment.ts';
import { createReadiness } from './health.ts';
import { createJournal } from './journal.ts';
import type { Log } from './log.ts';
import { currentPolicy, filePolicy, repositoryPolicy } from './policies.ts';
import { preflight, readIdentity } from './preflight.ts';
import { listen, route } from './server.ts';
import { keepWatch } from './watching.ts';

export interface RunningBot {
  /** Where it listens; absent: nowhere. */
  readonly port?: number;
  /** Takes no new requests, finishes what was acknowledged, and resolves. */
  stop(): Promise<void>;
}

/**
 * Starts the bot: everything is tried, then it listens, goes on with what was left half done, and keeps watch.
 *
 * @throws KeyturnError, or Failures with several of them
 */
export async function startBot(
  environment: BotEnvironment,
  log: Log,
  clock: Clock = machineClock,
): Promise<RunningBot> {
  const { now } = clock;
  const connections = connect(environment, log, now);
  const { slack, github, repository, aws, policies } = connections;
  const surroundings = await preflight(slack, github, repository, policies, environment, now);
  const journal = createJournal(log);
  const bot = composeBot(connections, surroundings, environment.trailKey, journal, clock);
  const reception = createReception(bot, {
    ...environment.slack,
    settings: slackSettings(environment, log),
    socketSettings: socketSettings(environment, log),
    identity: surroundings.identity,
    log,
  });
  let isStopping = false;
  const readiness = createReadiness({
    checks: {
      slack: async () => void (await readIdentity(slack)),
      github: async () => void (await readRepository(github, repository, now)),
      aws: aws.check,
    },
    now,
    // Nobody waits for what comes too late.
    sleep: (patience) => sleep(patience, undefined, { ref: false }),
    isStopping: () => isStopping,
    onFailure: (name, error) => journal.warn(`${name} does not answer`, error),
  });
  const { listener } = reception;
  const server =
    environment.port === undefined
      ? undefined
      : await listen(route({ readiness, now, ...(listener && { slack: listener }) }), environment.port);
  await reception.open();
  const loops = [bot.watch, bot.bulks].map((loop) => keepWatch(loop, clock));
  const { port } = server ?? {};
  log.info({ mode: environment.slack.connection.kind, port, repository }, 'Keyturn is running');
  return {
    ...(port !== undefined && { port }),
    async stop() {
      isStopping = true;
      await Promise.all([reception.close(), server?.close(), ...loops.map((loop) => loop.stop())]);
      await bot.tasks.drain();
    },
  };
}

function connect(environment: BotEnvironment, log: Log, now: () => Date): Connections {
  const repository = parseRepositoryName(environment.github.repository);
  const github = connectRepository(environment, now);
  const { policyPath } = environment;
  const source = policyPath === undefined ? repositoryPolicy(github, repository) : filePolicy(policyPath);
  const policies = currentPolicy(source, now);
  return {
    slack: connectSlack(environment, log),
    dialogs: connectSlack(environment, log),
    poster: connectPoster(environment, log),
    github,
    repository,
    aws: connectAws(policies, connectAccounts(repository, now)),
    policies,
    bulkCommentsPerHour: bulkShare(paceFor(environment.github.apiUrl)),
  };
}
