import { webApi } from '@slack/bolt';
import { installationTokens } from '../shared/github/app-token.ts';
import { connectGitHub, type GitHubClient } from '../shared/github/octokit.ts';
import { paceFor } from '../shared/github/pace.ts';
import type { BotEnvironment } from './environment.ts';
import { type Log, slackLogger } from './log.ts';

/** Slack's answers come within seconds; a request that failed is worth a few repetitions and no half hour. */
export function slackSettings({ slack }: BotEnvironment, log: Log): webApi.WebClientOptions {
  return {
    slackApiUrl: slack.apiUrl,
    timeout: 10_000,
    retryConfig: { retries: 3, minTimeout: 500, factor: 3, randomize: true },
    logger: slackLogger(log),
  };
}

/**
 * For the socket, which has to come back however long Slack is away: when these repetitions end, Slack's library rejects
 * where nobody can catch it.
 */
export function socketSettings(environment: BotEnvironment, log: Log): webApi.WebClientOptions {
  const retryConfig = {
    forever: true,
    retries: 20,
    minTimeout: 500,
    maxTimeout: 10_000,
    factor: 1.3,
    randomize: true,
  };
  return { ...slackSettings(environment, log), retryConfig };
}

export function connectSlack(environment: BotEnvironment, log: Log): webApi.WebClient {
  return new webApi.WebClient(environment.slack.botToken, slackSettings(environment, log));
}

/** For posts: the SDK would repeat one whose answer is lost, and it would be there twice. */
export function connectPoster(environment: BotEnvironment, log: Log): webApi.WebClient {
  const settings = { ...slackSettings(environment, log), retryConfig: { retries: 0 } };
  return new webApi.WebClient(environment.slack.botToken, settings);
}

export function connectRepository({ github }: BotEnvironment, now: () => Date): GitHubClient {
  const { apiUrl: baseUrl, identity } = github;
  const pace = paceFor(baseUrl);
  if (identity.kind === 'token') return connectGitHub({ baseUrl, token: identity.token, pace });
  const { appId, privateKey, installationId } = identity;
  const token = installationTokens({ baseUrl, appId: String(appId), privateKey, installationId, now });
  return connectGitHub({ baseUrl, token, pace });
}
