import { setTimeout as sleep } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import type { GitHubClient } from '../shared/github/octokit.ts';
import type { RepositoryName } from '../shared/github/repository.ts';
import { GitHubTrailComments } from '../shared/github/trail-comments.ts';
import { GitHubTrailIssues } from '../shared/github/trail-issues.ts';
import { createLocks } from '../shared/remediation/locks.ts';
import { createPacer } from '../shared/remediation/pacer.ts';
import type { Clock, Policies, World } from '../shared/remediation/ports.ts';
import { createWatch } from '../shared/remediation/watch.ts';
import type { Aws } from './aws.ts';
import type { Bot } from './bot.ts';
import { slackConversation } from './conversation.ts';
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
  /** Repeats nothing by itself. */
  readonly poster: webApi.WebClient;
  readonly github: GitHubClient;
  readonly repository: RepositoryName;
  readonly aws: Aws;
  readonly policies: Policies;
}

/** The whole bot but for what listens to Slack. */
export function composeBot(
  connections: Connections,
  { identity, facts }: Surroundings,
  trailKey: World['trailKey'],
  journal: Journal,
  clock: Clock,
): Bot {
  const { slack, poster, github, repository, aws, policies } = connections;
  const { now } = clock;
  const { teamId, botUserId } = identity;
  const warn = journal.warn;
  const channel = async () => (await policies.read()).slack.channel;
  const world: World = {
    repositoryId: facts.id,
    trailKey,
    users: aws.users,
    rules: aws.rules,
    runbooks: aws.runbooks,
    issues: new GitHubTrailIssues(github, repository),
    comments: new GitHubTrailComments(github, repository, { now }),
    conversation: slackConversation({
      slack,
      poster,
      sleep: (milliseconds) => clock.sleep(milliseconds),
      channel,
      botUserId,
      now,
      warn,
      deviated: journal.deviated,
    }),
    directory: slackDirectory(slack, { teamId, now, warn }),
    policies,
    clock,
    log: journal,
    locks: createLocks(),
    startPacer: createPacer(clock, 1_000),
    listPacer: createPacer(clock, 334),
  };
  return {
    world,
    slack,
    findings: createFindingIndex(world.issues, world.users, clock),
    watch: createWatch(world),
    tasks: createTasks(),
    deliveries: createDeliveries(now),
    journal,
    teamId,
  };
}
