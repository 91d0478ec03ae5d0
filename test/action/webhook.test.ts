import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { postToWebhook } from '../../action/webhook.ts';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';
import { KeyturnError } from '../../shared/errors.ts';
import { message, section } from '../../shared/slack/message.ts';
import { md } from '../../shared/slack/mrkdwn.ts';

let slack: SlackStandIn;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.close());

/** Posts one message; returns how long it waited, what failed and how often Slack was asked. */
async function post(text: string, address = slack.webhookUrl) {
  const waited: number[] = [];
  const before = slack.requests.of('webhook');
  const failure = await postToWebhook(address, message(md`${text}`, [section(md`${text}`)]), async (pause) =>
    waited.push(pause),
  ).catch((error: unknown) => error);
  return { waited, failure, posts: slack.requests.of('webhook') - before };
}

async function texts(): Promise<string[]> {
  return (await slack.reader.messages()).map(({ text }) => text);
}

test('the message arrives', async () => {
  expect(await post('three findings')).toEqual({ waited: [], failure: undefined, posts: 1 });
  expect(await texts()).toEqual(['`three findings`']);
});

test.each([
  ['7', 7_000],
  ['3600', 60_000],
  [undefined, 1_000],
  ['Mon, 23 Nov 2026 07:00:00 GMT', 1_000],
])('too fast, Retry-After %s: waits, and posts once more', async (retryAfter, wait) => {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  slack.faults.add({ route: 'webhook', status: 429, headers });
  expect(await post(`after ${wait} of ${retryAfter}`)).toEqual({
    waited: [wait],
    failure: undefined,
    posts: 2,
  });
  expect((await texts()).at(-1)).toBe(`\`after ${wait} of ${retryAfter}\``);
});

test('twice too fast is told and not tried for ever', async () => {
  slack.faults.add({ route: 'webhook', status: 429, times: 2 });
  const { failure, posts } = await post('too fast');
  expect(failure).toMatchObject({ code: 'slack-webhook', fact: expect.stringContaining('answered 429.') });
  expect(posts).toBe(2);
});

test("Slack's own reason is told, a proxy's page is not", async () => {
  const { failure } = await post('gone', `${slack.webhookUrl}x`);
  expect(failure).toMatchObject({ fact: expect.stringMatching(/Slack answered 404 no_service\.$/) });
  slack.faults.add({ route: 'webhook', status: 502, body: '<html>::add-mask::x</html>' });
  expect((await post('proxy')).failure).toMatchObject({ fact: expect.stringMatching(/answered 502\.$/) });
});

test('a post whose answer does not come may have been made: it is not repeated, and its address not told', async () => {
  slack.faults.add({ route: 'webhook', drop: true, when: 'after' });
  const { failure, posts } = await post('made');
  expect(posts).toBe(1);
  expect(failure).toBeInstanceOf(KeyturnError);
  expect(String(failure)).not.toContain('sandboxwebhook');
  expect((await texts()).filter((text) => text === '`made`')).toHaveLength(1);
});
