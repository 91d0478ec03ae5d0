import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectRepository } from '../../bot/connections.ts';
import { readEnvironment } from '../../bot/environment.ts';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { parseRepositoryName, readRepository } from '../../shared/github/repository.ts';
import { trailKeyText } from './stage.ts';

let github: GitHubStandIn;
beforeAll(async () => {
  github = await startGitHub();
});
afterAll(() => github.close());

test('the bot runs as a GitHub App, too', async () => {
  const { id, installationId, privateKey } = github.app;
  const environment = readEnvironment({
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_APP_TOKEN: 'xapp-1',
    GITHUB_REPOSITORY: github.repository,
    GITHUB_API_URL: github.url,
    GITHUB_APP_ID: String(id),
    GITHUB_APP_INSTALLATION_ID: String(installationId),
    GITHUB_APP_PRIVATE_KEY: String(privateKey).replaceAll('\n', '\\n'),
    KEYTURN_TRAIL_KEY: trailKeyText,
  });
  const client = connectRepository(environment, () => new Date());
  const facts = await readRepository(client, parseRepositoryName(github.repository));
  expect(facts.id).toBe(github.repositoryId);
});
