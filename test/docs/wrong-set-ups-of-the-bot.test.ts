import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type BotEnvironment, readEnvironment } from '../../bot/environment.ts';
import { describeFailures } from '../../bot/failure.ts';
import { remedies } from '../../shared/errors.ts';
import { withAggregator } from '../bot/organization.ts';
import { type Stage, startStage } from '../bot/stage.ts';
import { type SetUp, toldSetUps, withoutArrangement } from './told-set-ups.ts';

interface WrongBot extends SetUp {
  readonly arrange?: (stage: Stage) => unknown;
  /** What is wrong in it; asked for after the arrangement. */
  readonly environment?: (stage: Stage) => Partial<BotEnvironment>;
  /** That the finding is in. */
  readonly accountId?: string;
}

const otherKey = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
const slackSays = (error: string, more: object = {}) => ({
  status: 200,
  times: 9,
  body: { ok: false, error, ...more },
});

/** The bot does not start, and says why. */
const fatal: readonly WrongBot[] = [
  { is: 'an empty environment', code: 'environment-invalid', environment: () => readEnvironment({}) },
  {
    is: 'a wrong Slack token',
    code: 'slack-token-invalid',
    arrange: ({ slack }) => slack.faults.add({ route: 'auth.test', ...slackSays('invalid_auth') }),
  },
  {
    is: 'a wrong GitHub token',
    code: 'github-token-invalid',
    environment: ({ environment: { github } }) => ({
      github: { ...github, identity: { kind: 'token', token: 'ghp_wrong' } },
    }),
  },
  {
    is: 'a repository that the token does not see',
    code: 'github-not-found',
    environment: ({ environment: { github } }) => ({ github: { ...github, repository: 'acme/nowhere' } }),
  },
  {
    is: 'a policy file with a mistake',
    code: 'policy-invalid',
    arrange: ({ writePolicy }) => writePolicy((text) => text.replace('count: 2', 'count: 0')),
  },
  {
    is: '`KEYTURN_POLICY` names no file',
    code: 'policy-unreadable',
    environment: () => ({ policyPath: '/nowhere/keyturn.yml' }),
  },
  {
    is: 'a trail key that the policy does not list',
    code: 'trail-key-unknown',
    arrange: ({ writePolicy }) =>
      writePolicy((text) => text.replace(/publicKeys: \[.*\]/, `publicKeys: [${otherKey}]`)),
  },
  {
    is: 'a port that is taken',
    code: 'server-port',
    arrange: ({ start }) => start(),
    environment: ({ url }) => ({ port: Number(new URL(url).port) }),
  },
];

/** The bot runs, and refuses `/keys remediate alice`. */
const refused: readonly WrongBot[] = [
  {
    is: 'the app is not in the channel',
    code: 'slack-channel',
    arrange: ({ slack }) => slack.faults.add({ route: 'chat.postMessage', ...slackSays('not_in_channel') }),
  },
  {
    is: 'the channel does not exist',
    code: 'slack-channel',
    arrange: ({ slack }) =>
      slack.faults.add({ route: 'chat.postMessage', ...slackSays('channel_not_found') }),
  },
  {
    is: 'the app lacks the scope `chat:write`',
    code: 'slack-scope-missing',
    arrange: ({ slack }) =>
      slack.faults.add({
        route: 'chat.postMessage',
        ...slackSays('missing_scope', { needed: 'chat:write' }),
      }),
  },
  {
    is: 'the app lacks the scope `usergroups:read`',
    code: 'members-unknown',
    arrange: ({ slack }) =>
      slack.faults.add({
        route: 'usergroups.users.list',
        ...slackSays('missing_scope', { needed: 'usergroups:read' }),
      }),
  },
  {
    is: "the bot's role lacks a permission",
    code: 'aws-access-denied',
    arrange: ({ aws }) => aws.faults.deny('DescribeDocument'),
  },
  {
    is: 'the rule that the policy names is missing',
    code: 'config-rule-missing',
    arrange: ({ writePolicy }) =>
      writePolicy((text) => text.replace('us-east-1', 'us-east-1\n  rule: another')),
  },
  {
    is: 'AWS Config does not record the user',
    code: 'config-record-differs',
    arrange: ({ aws }) => aws.world.account().config.recordedUsers.clear(),
  },
  {
    is: 'fewer approvers than the quorum',
    code: 'quorum-out-of-reach',
    arrange: ({ writePolicy }) => writePolicy((text) => text.replace('runbook: {', 'runbook: {count: 9, ')),
  },
  {
    is: 'the bot runs in another account',
    code: 'account-other',
    accountId: '999988887777',
  },
  {
    is: 'the account has no role that lets the bot in',
    code: 'account-role-refused',
    arrange: ({ writePolicy }) => writePolicy(withAggregator),
  },
];

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.close());

test.each(fatal)('$is: $code', async ({ code, arrange, environment }) => {
  const start = async () => {
    await arrange?.(stage);
    await stage.start(environment?.(stage));
  };
  const told = await start().then(() => [], describeFailures);
  expect(told.map(({ remedy }) => remedy)).toContain(remedies[code]);
});

test.each(refused)('$is: $code', async ({ code, arrange, accountId }) => {
  const { world } = stage.aws;
  const alice = world.addUser({ name: 'alice', keys: [{ createdAt: world.daysAgo(120) }] });
  await stage.openIssue(alice, accountId === undefined ? {} : { accountId });
  await arrange?.(stage);
  await stage.start();
  expect(await stage.ask('olivia', '/keys remediate alice')).toContain(remedies[code]);
  expect(stage.aws.requests.counts()).not.toHaveProperty('StartAutomationExecution');
});

test('docs/operations.md lists them', () => {
  expect(toldSetUps('bot')).toEqual(withoutArrangement([...fatal, ...refused]));
});
