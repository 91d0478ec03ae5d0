import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describeFailures } from '../../bot/failure.ts';
import { until } from '../../sandbox/until.ts';
import { KeyturnError } from '../../shared/errors.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.close());

/** What the bot would print instead of starting. */
async function failuresOf(start: () => Promise<unknown>): Promise<string[]> {
  try {
    await start();
    return [];
  } catch (error) {
    return describeFailures(error).map(({ fact }) => fact);
  }
}

describe('what keeps the bot from starting is named, all at once', () => {
  test('Slack and the policy', async () => {
    await stage.writePolicy((text) => text.replace('count: 2', 'count: 0'));
    stage.slack.faults.add({ route: 'auth.test', status: 200, body: { ok: false, error: 'invalid_auth' } });
    const failures = await failuresOf(() => stage.start());
    expect(failures).toHaveLength(2);
    expect(failures[0]).toContain('invalid_auth');
    expect(failures[1]).toMatch(/keyturn.yml on the default branch.*approvals.strict.count/);
  });

  test('a trail key that the policy does not know', async () => {
    await stage.writePolicy((text) => text.replace(/publicKeys: \[.*\]/, `publicKeys: [${otherKey}]`));
    expect(await failuresOf(() => stage.start())).toEqual([
      expect.stringMatching(/^KEYTURN_TRAIL_KEY is [0-9a-f]{16}, which is none/),
    ]);
  });

  test('a port that is taken', async () => {
    const { port = 0 } = await stage.start();
    expect(await failuresOf(() => stage.start({ port }))).toEqual([expect.stringContaining('EADDRINUSE')]);
  });

  test('what nobody foresaw is told, too, and each thing once', () => {
    expect(describeFailures(new TypeError('x is not a function'))[0]?.fact).toContain('x is not a function');
    expect(describeFailures('odd')[0]?.fact).toContain('odd');
    expect(describeFailures(new KeyturnError('policy-absent', 'There is none.'))).toHaveLength(1);
  });
});

describe('health', () => {
  async function ready(): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${stage.url}/readyz`);
    return { status: response.status, body: await response.json() };
  }

  test('alive and ready', async () => {
    await stage.start();
    expect((await fetch(`${stage.url}/healthz`)).status).toBe(200);
    expect(await ready()).toEqual({
      status: 200,
      body: { ready: true, checks: { slack: 'ok', github: 'ok', aws: 'ok' } },
    });
    expect((await fetch(`${stage.url}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${stage.url}/slack/events`)).status).toBe(404);
  });

  test('alive, but not ready without the rule', async () => {
    await stage.writePolicy((text) =>
      text.replace('region: us-east-1', 'region: us-east-1\n  rule: another'),
    );
    await stage.start();
    expect(await ready()).toMatchObject({ status: 503, body: { checks: { aws: 'config-rule-missing' } } });
  });
});

test('Socket Mode: the same bot, with health checks on its port', async () => {
  const { connection: _, ...slack } = stage.environment.slack;
  const connection = { kind: 'socket', appToken: stage.slack.appToken } as const;
  const bot = await stage.start({ slack: { ...slack, connection } });
  await until('the socket', () => (stage.slack.sockets.size > 0 ? true : undefined));
  expect(await stage.ask('olivia', '/keys help')).toContain('/keys whoami');
  expect((await fetch(`${stage.url}/healthz`)).status).toBe(200);
  await bot.stop();
  await until('the end of the socket', () => (stage.slack.sockets.size === 0 ? true : undefined));
});

test('a stop finishes what was acknowledged', async () => {
  const { world } = stage.aws;
  await stage.openIssue(world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(120) }] }));
  const bot = await stage.start();
  await stage.slack.byHand.command('alice', '/keys remediate alice');
  await bot.stop();
  expect(JSON.stringify(stage.slack.reader.ephemerals('alice').at(-1)?.blocks)).toContain('*Requested*');
  await expect(fetch(`${stage.url}/healthz`)).rejects.toThrow();
});

const otherKey = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
