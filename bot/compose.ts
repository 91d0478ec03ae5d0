import { setTimeout as sleep } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import { GitHubBulkIssues } from '../shared/github/bulk-issues.ts';
import { GitHubIssueLedger } from '../shared/github/issue-ledger.ts';
import type { GitHubClient } from '../shared/github/octokit.ts';
import type { RepositoryName } from '../shared/github/repository.ts';
import { GitHubTrailComments } from '../shared/github/trail-comments.ts';
import { GitHubTrailIssues } from '../shared/github/trail-issues.ts';
import { createBulks } from '../shared/remediation/bulks.ts';
import { createLocks } from '../shared/remediation/locks.ts';
import { createPacer } from '../shared/remediation/pacer.ts';
import type { Clock, Policies, World } from '../shared/remediation/ports.ts';
import { createWatch } from '../shared/remediation/watch.ts';
import type { Aws } from './aws.ts';
import type { Bot } from './bot.ts';
import { slackBulkBoard } from './bulk-board.ts';
import { createPending } from './commands/pending.ts';
import { slackConversation } from './conversation.ts';
import { countComments } from './counted-comments.ts';
import { createDeliveries } from './deliveries.ts';
import { slackDirectory } from './directory.ts';
import { createFindingIndex } from './finding-index.ts';
import type { Journal } from './journal.ts';
import type { Surroundings } from './preflight.ts';
import { createTasks } from './tasks.ts';

export const machineClock: Clock = {
  now: () => new Date(),
  sleep: (duration) => sleep(duration),
  random: Math.random,
};

/** What has been connected. */
export interface Connections {
  readonly slack: webApi.WebClient;
  /** A rate limit makes a client wait with all that it has to ask; dialogs have three seconds, and one of their own. */
  readonly dialogs: webApi.WebClient;
  /** Repeats nothing by itself. */
  readonly poster: webApi.WebClient;
  readonly github: GitHubClient;
  readonly repository: RepositoryName;
  readonly aws: Aws;
  readonly policies: Policies;
  /** Comments an hour that bulk requests may cause; undefined: any number. */
  readonly bulkCommentsPerHour: number | undefined;
}

/** The whole bot but for what listens to Slack. */
export function composeBot(
  connections: Connections,
  { identity, facts }: Surroundings,
  trailKey: World['trailKey'],
  journal: Journal,
  clock: Clock,
): Bot {
  const { slack, dialogs, poster, github, repository, aws, policies, bulkCommentsPerHour } = connections;
  const { now } = clock;
  const { teamId, botUserId } = identity;
  const warn = journal.warn;
  const channel = async () => (await policies.read()).slack.channel;
  const writer = {
    slack,
    poster,
    botUserId,
    sleep: (milliseconds: number) => clock.sleep(milliseconds),
    warn,
  };
  const ledger = new GitHubIssueLedger(github, repository, {
    patience: clock,
    warn: (message) => warn(message, undefined),
  });
  const { comments, written } = countComments(new GitHubTrailComments(github, repository, { now }));
  const world: World = {
    repositoryId: facts.id,
    trailKey,
    users: aws.users,
    rules: aws.rules,
    runbooks: aws.runbooks,
    issues: new GitHubTrailIssues(github, repository),
    comments,
    bulkIssues: new GitHubBulkIssues(github, repository, ledger),
    conversation: slackConversation({ ...writer, channel, now, deviated: journal.deviated }),
    bulkBoard: slackBulkBoard({ ...writer, channel }),
    directory: slackDirectory(dialogs, { teamId, now, warn }),
    policies,
    clock,
    log: journal,
    locks: createLocks(),
    startPacer: createPacer(clock, 1_000),
    listPacer: createPacer(clock, 334),
  };
  const watch = createWatch(world);
  return {
    world,
    slack,
    dialogs,
    pending: createPending(world, written),
    findings: createFindingIndex(world.issues, world.users, clock),
    watch,
    bulks: createBulks(world, watch, bulkCommentsPerHour),
    tasks: createTasks(),
    deliveries: createDeliveries(now),
    journal,
    teamId,
  };
}
