import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readEnvironment } from '../../bot/environment.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const trailKey = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

const socketMode = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  GITHUB_REPOSITORY: 'octo-org/keys',
  GITHUB_TOKEN: 'ghs_1',
  KEYTURN_TRAIL_KEY: trailKey,
};

function complaint(env: Record<string, string | undefined>): string {
  try {
    readEnvironment(env);
    return 'nothing to complain about';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

describe('what is read', () => {
  test('Socket Mode with a token', () => {
    const { trailKey: key, ...rest } = readEnvironment(socketMode);
    expect(key.equals(privateKey)).toBe(true);
    expect(rest).toEqual({
      slack: {
        apiUrl: 'https://slack.com/api/',
        botToken: 'xoxb-1',
        connection: { kind: 'socket', appToken: 'xapp-1' },
      },
      github: {
        apiUrl: 'https://api.github.com',
        repository: 'octo-org/keys',
        identity: { kind: 'token', token: 'ghs_1' },
      },
    });
  });

  test('HTTP with a GitHub App, a policy file of its own and a port', () => {
    const { SLACK_APP_TOKEN: _, GITHUB_TOKEN: __, ...rest } = socketMode;
    const env = {
      ...rest,
      SLACK_SIGNING_SECRET: 'shhh-shhh',
      PORT: '8080',
      GITHUB_APP_ID: '12',
      GITHUB_APP_PRIVATE_KEY: '-----BEGIN-----\\nAAA\\n-----END-----',
      GITHUB_APP_INSTALLATION_ID: '34',
      KEYTURN_POLICY: '/etc/keyturn.yml',
    };
    expect(readEnvironment(env)).toMatchObject({
      slack: { connection: { kind: 'http', signingSecret: 'shhh-shhh' } },
      github: {
        identity: {
          kind: 'app',
          appId: 12,
          privateKey: '-----BEGIN-----\nAAA\n-----END-----',
          installationId: 34,
        },
      },
      policyPath: '/etc/keyturn.yml',
      port: 8080,
    });
  });

  test('port 0 is any free one, and not the same as none', () => {
    expect(readEnvironment({ ...socketMode, PORT: '0' }).port).toBe(0);
    expect(readEnvironment(socketMode)).not.toHaveProperty('port');
  });

  test('Socket Mode and a token win over their alternatives', () => {
    const env = readEnvironment({ ...socketMode, SLACK_SIGNING_SECRET: 's', PORT: '1', GITHUB_APP_ID: 'x' });
    expect([env.slack.connection.kind, env.github.identity.kind]).toEqual(['socket', 'token']);
  });
});

describe('what is wrong is named, all of it at once', () => {
  test('nothing set', () => {
    const message = complaint({ SLACK_BOT_TOKEN: ' ' });
    for (const name of [
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'PORT',
      'GITHUB_REPOSITORY',
      'GITHUB_TOKEN',
      'KEYTURN_TRAIL_KEY',
    ]) {
      expect(message).toContain(name);
    }
    expect(message.match(/PORT/g)).toHaveLength(1);
  });

  test('a signing secret that is too short to be one', () => {
    const { SLACK_APP_TOKEN: _, ...http } = socketMode;
    const message = complaint({ ...http, SLACK_SIGNING_SECRET: 'a', PORT: '1' });
    expect(message).toContain('SLACK_SIGNING_SECRET: is too short');
  });

  test('half a GitHub App', () => {
    const message = complaint({ ...socketMode, GITHUB_TOKEN: '', GITHUB_APP_ID: '12' });
    expect(message).toContain('GITHUB_APP_PRIVATE_KEY: missing; GITHUB_APP_INSTALLATION_ID: missing');
  });

  test.each([
    ['SLACK_BOT_TOKEN', 'xoxp-secret', 'is no Slack bot token'],
    ['SLACK_APP_TOKEN', 'secret', 'is no Slack app-level token'],
    ['GITHUB_REPOSITORY', 'secret', 'is not of the form OWNER/REPO'],
    ['PORT', 'secret', 'is not valid'],
    ['PORT', '-1', 'is not valid'],
    ['SLACK_API_URL', 'secret', 'is not valid'],
    ['KEYTURN_TRAIL_KEY', 'secret', 'is no base64'],
    ['GITHUB_TOKEN', 'ghp_secret\n# my token', 'holds something that no token has'],
    ['SLACK_BOT_TOKEN', 'xoxb-secret\n# my token', 'holds something that no token has'],
    ['SLACK_APP_TOKEN', 'xapp-sécret', 'holds something that no token has'],
  ])('%s that is malformed, without its value', (name, value, expected) => {
    const message = complaint({ ...socketMode, [name]: value });
    expect(message).toContain(`${name}: ${expected}`);
    expect(message).not.toContain('secret');
  });
});
