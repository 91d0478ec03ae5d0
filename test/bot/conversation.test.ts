import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { webApi } from '@slack/bolt';
import { slackConversation } from '../../bot/conversation.ts';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';
import type { Card, Conversation, Draft, Notice } from '../../shared/remediation/ports.ts';
import { alice, everyStatus, issue, pendingRequest, twoKeysPlan } from '../fakes/slack-blocks.ts';
import { requestIdOf, trailEvent } from '../fakes/trail.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../fakes/user-snapshot.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} };

let slack: SlackStandIn;
let web: webApi.WebClient;
let warnings: string[];
let deviations: number[];
let conversation: Conversation;

beforeEach(async () => {
  slack = await startSlack();
  const logger = { ...quiet, getLevel: () => webApi.LogLevel.ERROR };
  web = new webApi.WebClient(slack.botToken, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger,
  });
  warnings = [];
  deviations = [];
  conversation = talkIn(slack.channel);
});
afterEach(() => slack.close());

function talkIn(channel: string): Conversation {
  return slackConversation({
    slack: web,
    poster: web,
    sleep: async () => undefined,
    channel: async () => channel,
    botUserId: slack.botUserId,
    now: () => today,
    warn: (message) => warnings.push(message),
    deviated: (issue) => deviations.push(issue),
  });
}

const usedToday = accessKey({
  id: 'AKIAEXAMPLE000000002',
  lastUsedAt: daysAgo(0.125),
  lastUsedService: 's3',
});
const draft: Draft = {
  requestId: requestIdOf(1),
  issue,
  user: userSnapshot({
    arn: 'arn:aws-cn:iam::123456789012:user/ada',
    accessKeys: [accessKey(), usedToday],
    loginProfileCreatedAt: daysAgo(400),
  }),
  plan: twoKeysPlan,
  requester: alice,
  reason: 'old keys',
  expiresAt: today,
};
const decision: Notice = { key: 'abcdef012345', events: [trailEvent('approved')], readable: 'Approved.' };

async function rootOf({ ts }: Card) {
  const found = (await slack.reader.messages()).find((message) => message.ts === ts);
  if (!found) throw new Error('There is no such card.');
  return found;
}

const shown = (value: unknown) => JSON.stringify(value);

describe('a card', () => {
  test('has no buttons until the request is recorded, and keeps what it knows of the keys', async () => {
    const card = await conversation.post(draft);
    const before = await rootOf(card);
    expect(shown(before.blocks)).not.toContain('"button"');
    expect(shown(before.blocks)).toContain('325 days old, used 3 hours ago for s3');

    await conversation.show(card, pendingRequest({ plan: twoKeysPlan }), issue);
    const after = await rootOf(card);
    expect(shown(after.blocks)).toContain('keyturn_open_approval');
    expect(shown(after.blocks)).toContain('325 days old, used 3 hours ago for s3');
    await conversation.show(card, everyStatus({ plan: twoKeysPlan })[4] ?? 'withdrawn', issue);
    expect(shown((await rootOf(card)).blocks)).toContain('325 days old, used 3 hours ago for s3');
  });

  test('calls the approvers into its thread, once', async () => {
    const card = await conversation.post(draft);
    await conversation.show(card, pendingRequest(), issue);
    await conversation.show(card, pendingRequest(), issue);
    const { replies } = await rootOf(card);
    expect(replies).toHaveLength(1);
    expect(shown(replies[0]?.blocks)).toContain('<!subteam^S0SECURITY>');
  });

  test('is shown in every status without a call to approve', async () => {
    const card = await conversation.post(draft);
    for (const request of everyStatus().slice(1)) await conversation.show(card, request, issue);
    const root = await rootOf(card);
    expect(root.replies).toHaveLength(0);
    expect(shown(root.blocks)).not.toContain('"button"');
  });

  test('is withdrawn', async () => {
    const card = await conversation.post(draft);
    await conversation.show(card, 'withdrawn', issue);
    expect((await rootOf(card)).text).toContain('was withdrawn');
  });

  test('that lost its metadata is shown from the trail alone', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: slack.channel, text: 'a card' });
    const card = { channel: slack.channel, ts };
    await conversation.show(card, pendingRequest({ plan: twoKeysPlan }), issue);
    expect(shown((await rootOf(card)).blocks)).toContain('AKIAEXAMPLE000000001');
  });
});

describe('a notice', () => {
  test('is posted once, whoever asks', async () => {
    const card = await conversation.post(draft);
    expect(await conversation.readNotices(card)).toEqual(new Set());
    await conversation.notify(card, decision, issue);
    await talkIn(slack.channel).notify(card, decision, issue);
    expect(await conversation.readNotices(card)).toEqual(new Set([decision.key]));
    expect((await rootOf(card)).replies).toHaveLength(1);
  });

  test.each([
    { name: 'it is there', fault: { when: 'after', status: 503 } },
    { name: 'it is not there', fault: { when: 'before', drop: true } },
    { name: 'Slack was asked too often', fault: { status: 429, headers: { 'retry-after': '1' } } },
  ] as const)('whose answer is lost is there once in the end: $name', async ({ fault }) => {
    const card = await conversation.post(draft);
    slack.faults.add({ route: 'chat.postMessage', ...fault });
    await conversation.notify(card, decision, issue);
    expect((await rootOf(card)).replies).toHaveLength(1);
  });

  test('that Slack will not take is an error', async () => {
    const card = await conversation.post(draft);
    slack.faults.add({ route: 'chat.postMessage', times: 4, status: 503 });
    await expect(conversation.notify(card, decision, issue)).rejects.toMatchObject({
      code: 'slack-unreachable',
    });
    expect((await rootOf(card)).replies).toHaveLength(0);
  });

  test('of somebody else does not count', async () => {
    const card = await conversation.post(draft);
    const stranger = slackConversation({
      slack: web,
      poster: web,
      sleep: async () => undefined,
      channel: async () => slack.channel,
      botUserId: 'U0OTHERBOT0',
      now: () => today,
      warn: () => undefined,
      deviated: () => undefined,
    });
    await conversation.notify(card, decision, issue);
    expect(await stranger.readNotices(card)).toEqual(new Set());
  });

  test('links to the execution where the card says that it runs', async () => {
    const card = await conversation.post(draft);
    const executionId = '11111111-2222-4333-8444-555555555555';
    const finished = trailEvent('finished', { data: { executionId } });
    await conversation.notify(card, { ...decision, events: [finished] }, issue);
    const { replies } = await rootOf(card);
    expect(shown(replies[0]?.blocks)).toContain(
      `https://console.amazonaws.cn/systems-manager/automation/execution/${executionId}?region=us-east-1`,
    );
  });

  test('attaches long output as a file of the thread', async () => {
    const card = await conversation.post(draft);
    const output = JSON.stringify({ output: 'x'.repeat(600) });
    const finished = trailEvent('finished', { data: { output } });
    await conversation.notify(card, { ...decision, events: [finished] }, issue);
    const [file] = await slack.reader.files();
    expect(file).toMatchObject({ name: 'automation-output.json', threadTs: card.ts });
    expect(JSON.parse(file?.content ?? '')).toEqual(JSON.parse(output));
  });

  test('is posted when Slack takes no file', async () => {
    const card = await conversation.post(draft);
    slack.faults.add({ route: 'files.getUploadURLExternal', status: 500 });
    const finished = trailEvent('finished', { data: { output: 'x'.repeat(600) } });
    await conversation.notify(card, { ...decision, events: [finished] }, issue);
    expect(await conversation.readNotices(card)).toEqual(new Set([decision.key]));
    expect(warnings).toEqual(['the output of an automation could not be attached']);
  });
});

test.each([
  ['failed', trailEvent('finished', { data: { ended: 'failed' } }), [issue.number]],
  ['ended differently', trailEvent('verified', { data: { asPredicted: false } }), [issue.number]],
  ['did what was planned', trailEvent('verified', { data: { asPredicted: true } }), []],
])('whoever watches the bot is told once of a remediation that %s', async (_, event, told) => {
  const card = await conversation.post(draft);
  await conversation.notify(card, { ...decision, events: [event] }, issue);
  await conversation.notify(card, { ...decision, events: [event] }, issue);
  expect(deviations).toEqual(told);
});

describe('what Slack refuses', () => {
  test('a channel that the app is not in', async () => {
    await expect(talkIn(slack.otherChannel).post(draft)).rejects.toMatchObject({ code: 'slack-channel' });
    await expect(talkIn('C0NOWHERE00').post(draft)).rejects.toMatchObject({ code: 'slack-channel' });
  });

  test('too many requests, and its own faults', async () => {
    const card = await conversation.post(draft);
    slack.faults.add({ route: 'conversations.replies', status: 429, headers: { 'retry-after': '1' } });
    await expect(conversation.readNotices(card)).rejects.toMatchObject({ code: 'slack-rate-limit' });
    slack.faults.add({ route: 'chat.update', status: 500 });
    await expect(conversation.show(card, pendingRequest(), issue)).rejects.toMatchObject({
      code: 'slack-unreachable',
    });
  });
});
