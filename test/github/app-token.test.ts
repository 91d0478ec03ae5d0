import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../sandbox/github/start.ts';
import { installationTokens } from '../../shared/github/app-token.ts';
import { readRepository } from '../../shared/github/repository.ts';
import { connect, name } from './connected.ts';

const route = 'POST /app/installations/{installation_id}/access_tokens';
let time: Date;
let github: GitHubStandIn;

beforeEach(async () => {
  time = new Date('2026-03-01T12:00:00Z');
  github = await startGitHub({ now: () => time });
});
afterEach(() => github.close());

function tokens(change: { appId?: string; privateKey?: string; installationId?: number } = {}) {
  const { id, installationId, privateKey } = github.app;
  return installationTokens({
    baseUrl: github.url,
    appId: id,
    installationId,
    privateKey,
    now: () => time,
    ...change,
  });
}

test('an app works with one token for the most of an hour, then with the next', async () => {
  const client = connect(github, { token: tokens() });
  await Promise.all([readRepository(client, name), readRepository(client, name)]);
  time = new Date('2026-03-01T12:54:59Z');
  await readRepository(client, name);
  expect(github.requests.of(route)).toBe(1);
  time = new Date('2026-03-01T12:55:00Z');
  await readRepository(client, name);
  expect(github.requests.of(route)).toBe(2);
});

test('the stand-in refuses a token that has expired', async () => {
  const token = await tokens()();
  time = new Date('2026-03-01T13:00:00Z');
  await expect(readRepository(connect(github, { token }), name)).rejects.toMatchObject({
    code: 'github-token-invalid',
  });
});

test('after a failure the token is asked for again', async () => {
  const token = tokens();
  github.faults.add({ route, status: 503 });
  await expect(token()).rejects.toMatchObject({ code: 'github-unreachable' });
  expect(await token()).toBe('ghs_installation1');
});

test('a key that is none is an error that does not quote it', () => {
  expect(() => tokens({ privateKey: 'hush-hush' })).toThrow('GITHUB_APP_PRIVATE_KEY is no private key');
  expect(() => tokens({ privateKey: 'hush-hush' })).not.toThrow('hush-hush');
});

test('another app, another key or another installation is refused with a remedy', async () => {
  const other = await startGitHub();
  await expect(tokens({ appId: '1' })()).rejects.toMatchObject({ code: 'github-token-invalid' });
  await expect(tokens({ privateKey: other.app.privateKey })()).rejects.toMatchObject({
    code: 'github-token-invalid',
  });
  await expect(tokens({ installationId: 1 })()).rejects.toMatchObject({ code: 'github-not-found' });
  await other.close();
});
