import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
  loop.aws.world.addRule({ maxAccessKeyAge: 90 });
});
afterAll(() => loop.close());

/** What a bot says that does not start; fails when it does. */
async function failure(env: Readonly<Record<string, string>>): Promise<string> {
  const words = await loop.startBot(env).then(
    () => 'it started',
    (error: unknown) => String(error),
  );
  expect(words).toContain('The bot ended with 1:');
  expect(words).not.toMatch(/\n {4}at /);
  for (const secret of [loop.slack.botToken, loop.slack.signingSecret, loop.github.botToken]) {
    expect(words).not.toContain(secret);
  }
  return words;
}

describe('it does not start', () => {
  test('with mistakes in the environment, and names all of them', async () => {
    const words = await failure({
      SLACK_BOT_TOKEN: 'xapp-mistaken',
      SLACK_SIGNING_SECRET: '',
      GITHUB_REPOSITORY: 'no-owner',
      GITHUB_TOKEN: '',
      KEYTURN_TRAIL_KEY: 'no key',
      GITHUB_API_URL: 'ftp://github.example',
    });
    expect(words).not.toContain('xapp-mistaken');
    for (const name of [
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET',
      'SLACK_APP_TOKEN',
      'GITHUB_REPOSITORY',
      'GITHUB_TOKEN',
      'GITHUB_APP_ID',
      'KEYTURN_TRAIL_KEY',
      'GITHUB_API_URL',
    ]) {
      expect(words).toContain(name);
    }
  });

  test('with tokens that Slack and GitHub do not know, told at once', async () => {
    const words = await failure({ SLACK_BOT_TOKEN: 'xoxb-wrong', GITHUB_TOKEN: 'ghs_wrong' });
    expect(words).toMatch(/Slack would not say who the bot is: invalid_auth/);
    expect(words).toContain('GitHub');
    expect(words).not.toMatch(/xoxb-wrong|ghs_wrong/);
  });

  test('in Socket Mode with a wrong app token', async () => {
    expect(await failure({ SLACK_APP_TOKEN: 'xapp-wrong' })).toContain('Slack would not open a socket');
  });

  test('on a port that is taken', async () => {
    expect(await failure({ PORT: String(loop.bot.port) })).toContain('EADDRINUSE');
  });
});

describe('it does not start by a policy', () => {
  afterEach(() => loop.writePolicy(loop.policyText));

  test('that has not its public key', async () => {
    const other = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
    await loop.writePolicy(loop.policyText.replace(/publicKeys: \[.*\]/, `publicKeys: [${other}]`));
    expect(await failure({})).toContain("none of the policy's public keys");
  });

  test('with a mistake, and names its line', async () => {
    await loop.writePolicy(loop.policyText.replace('count: 2', 'count: two'));
    expect(await failure({})).toMatch(/line \d+: approvals\.strict\.count/);
  });
});

describe('/readyz and /healthz', () => {
  const check = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${loop.bot.port}${path}`);
    return { status: response.status, body: await response.json() };
  };
  const readyz = (expected: object) =>
    until(`readyz ${JSON.stringify(expected)}`, async () => {
      const { status, body } = await check('/readyz');
      const isSo = JSON.stringify(body) === JSON.stringify(expected);
      return isSo && status === (JSON.stringify(expected).includes('true') ? 200 : 503) ? true : undefined;
    });
  const fine = { slack: 'ok', github: 'ok', aws: 'ok' };

  test('everything answers', async () => {
    await readyz({ ready: true, checks: fine });
  });

  test("connections outlive those of AWS's load balancers", async () => {
    const { headers } = await fetch(`http://127.0.0.1:${loop.bot.port}/healthz`);
    expect(headers.get('keep-alive')).toBe('timeout=65');
  });

  test.each([
    [
      'slack',
      'slack-token-invalid',
      () => {
        const body = { ok: false, error: 'invalid_auth' };
        loop.slack.faults.add({ route: 'auth.test', times: 99, status: 200, body });
      },
    ],
    [
      'slack',
      'no answer in time',
      () => loop.slack.faults.add({ route: 'auth.test', times: 99, delayMilliseconds: 8_000 }),
    ],
    [
      'github',
      'github-token-invalid',
      () => loop.github.faults.add({ route: 'GET /repos/{owner}/{repo}', times: 99, status: 401 }),
    ],
    ['aws', 'aws-access-denied', () => loop.aws.faults.deny('DescribeConfigRules')],
  ] as const)('%s: %s', async (name, code, breakDown) => {
    breakDown();
    await readyz({ ready: false, checks: { ...fine, [name]: code } });
    expect(await check('/healthz')).toEqual({ status: 200, body: { alive: true } });
    for (const { faults } of [loop.slack, loop.github, loop.aws]) faults.clear();
  });
});
