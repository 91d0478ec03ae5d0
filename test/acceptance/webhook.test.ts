import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import { until } from '../../sandbox/until.ts';
import { goodScan, renewReport } from './catch-up.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
  const { world } = loop.aws;
  for (const name of ['alice', 'bob']) world.addUser({ name, keys: [{ createdAt: world.daysAgo(120) }] });
  world.addRule({ maxAccessKeyAge: 90 });
  world.evaluateRule();
});
afterAll(() => loop.close());

/** A scan that is told of the webhook. */
function scan(inputs: Readonly<Record<string, string>> = {}) {
  return goodScan(loop, { inputs: { 'slack-webhook-url': loop.slack.webhookUrl, ...inputs } });
}

const posted = async () => (await loop.slack.reader.messages()).map(({ text }) => text);

test('a dry run shows what would be posted, and posts nothing', async () => {
  const { log } = await scan({ 'dry-run': 'true' });
  expect(log).toMatch(/::group::Would post to Slack[\s\S]+2 findings\* new; 2 in all[\s\S]+::endgroup::/);
  expect(await posted()).toEqual([]);
});

test('what a scan opened is posted once, and the bot answers its buttons', async () => {
  const { slack } = loop;
  const { log } = await scan();
  expect(log).toContain('The new findings were posted to Slack.');
  expect(log.replace(`::add-mask::${slack.webhookUrl}`, '')).not.toContain(slack.webhookUrl);
  expect(await posted()).toEqual(['🔑 *2 findings* new; 2 in all']);

  const [digest] = await slack.reader.messages();
  await slack.byHand.click('olivia', {
    ts: digest?.ts ?? '',
    actionId: 'keyturn_review',
    value: '{"issue":2}',
  });
  const answer = await until('the finding', () => slack.reader.ephemerals('olivia')[0]);
  expect(JSON.stringify(answer.blocks)).toMatch(/bob[\s\S]+The runbook would|Strict would/);

  renewReport(loop);
  await scan();
  expect(await posted()).toHaveLength(1);
});

test('when Slack does not take it, the job warns and does not fail', async () => {
  const { aws, slack } = loop;
  aws.world.addUser({ name: 'carol', keys: [{ createdAt: aws.world.daysAgo(100) }] });
  renewReport(loop);
  aws.world.evaluateRule();
  slack.faults.add({ route: 'webhook', status: 404, body: 'no_service' });
  const { log, summary } = await scan();
  expect(log).toMatch(
    /::warning::The new findings were not posted to Slack\. Slack answered 404 no_service\./,
  );
  expect(summary).toContain('were not posted to Slack');
  expect(await posted()).toHaveLength(1);
});
