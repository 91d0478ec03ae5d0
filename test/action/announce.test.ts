import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { announce } from '../../action/announce.ts';
import { inputSchema } from '../../action/inputs.ts';
import { readRunner } from '../../action/runner.ts';
import { settle } from '../../action/settings.ts';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';
import { issueLink, reportedFinding, scanReport } from '../fakes/scan-report.ts';

let slack: SlackStandIn;
const { write } = process.stdout;
let log: string;
beforeEach(async () => {
  slack = await startSlack();
  log = '';
  process.stdout.write = (text) => {
    log += String(text);
    return true;
  };
});
afterEach(async () => {
  process.stdout.write = write;
  await slack.close();
});

const ada = reportedFinding();
const { accountId, userId } = ada.finding.user;
const opened = scanReport({
  findings: [ada],
  actions: [{ kind: 'open', subject: { accountId, userId }, issue: issueLink(1) }],
});

/** Settings with the webhook, unless `given` takes it away. */
function settings(given: Readonly<Record<string, string>> = {}) {
  const inputs = {
    'github-token': 't',
    'aws-region': 'us-east-1',
    'slack-webhook-url': slack.webhookUrl,
    ...given,
  };
  const known = Object.entries(inputs).filter(([, value]) => value !== '');
  const runner = readRunner({ GITHUB_REPOSITORY: 'octo/keys' });
  return settle(inputSchema.parse(Object.fromEntries(known)), undefined, runner);
}

const posts = () => slack.requests.of('webhook');

test('news is posted', async () => {
  expect(await announce(opened, settings())).toEqual([]);
  expect(posts()).toBe(1);
  expect(log).toBe('The new findings were posted to Slack.\n');
});

test('without news, or without a webhook, nothing is', async () => {
  expect(await announce(scanReport({ findings: [ada] }), settings())).toEqual([]);
  expect(await announce(opened, settings({ 'slack-webhook-url': '' }))).toEqual([]);
  expect(posts()).toBe(0);
  expect(log).toBe('');
});

test('a dry run shows it instead', async () => {
  expect(await announce(opened, settings({ 'dry-run': 'true' }))).toEqual([]);
  expect(posts()).toBe(0);
  expect(log).toMatch(/^::group::Would post to Slack\n\{\n {2}"text": "🔑 [\s\S]+::endgroup::\n$/);
});

test('what Slack does not take is a warning with its remedy', async () => {
  slack.faults.add({ route: 'webhook', status: 403, body: 'action_prohibited' });
  expect(await announce(opened, settings())).toEqual([
    expect.stringMatching(
      /^The new findings were not posted to Slack\. Slack answered 403 action_prohibited\.\nNothing is lost/,
    ),
  ]);
});
