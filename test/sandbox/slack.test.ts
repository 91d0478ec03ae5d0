import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConsoleLogger, LogLevel } from '@slack/logger';
import { WebClient } from '@slack/web-api';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';

const silent = new ConsoleLogger();
silent.setLevel(LogLevel.ERROR);
silent.error = () => undefined;

let time: Date;
let slack: SlackStandIn;
let web: WebClient;

beforeEach(async () => {
  time = new Date('2026-03-01T12:00:00Z');
  slack = await startSlack({ now: () => time });
  web = new WebClient(slack.botToken, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    logger: silent,
  });
});
afterEach(() => slack.close());

function pass(seconds: number): void {
  time = new Date(time.getTime() + seconds * 1_000);
}

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });

describe('the Web API', () => {
  test('knows the bot', async () => {
    expect(await web.auth.test()).toMatchObject({
      ok: true,
      team_id: slack.teamId,
      user_id: slack.botUserId,
      bot_id: expect.stringMatching(/^B/),
    });
    expect(slack.requests.byRoute()).toEqual({ 'auth.test': 1 });
  });

  test('refuses other tokens, and methods that do not exist', async () => {
    const stranger = new WebClient('xoxb-other', { slackApiUrl: slack.url });
    await expect(stranger.auth.test()).rejects.toThrow('invalid_auth');
    await expect(new WebClient(undefined, { slackApiUrl: slack.url }).auth.test()).rejects.toThrow(
      'not_authed',
    );
    await expect(web.apiCall('keys.turn')).rejects.toThrow('unknown_method');
    await expect(web.apiCall('views.generateTriggerId')).rejects.toThrow('unknown_method');
  });

  test('tells guests, bots, strangers and people of other teams apart', async () => {
    const flags = async (name: keyof typeof slack.people) =>
      (await web.users.info({ user: slack.people[name].id })).user;
    expect(await flags('alice')).toMatchObject({
      id: 'U0ALICE0000',
      name: 'alice',
      team_id: slack.teamId,
      deleted: false,
      is_bot: false,
      is_restricted: false,
      is_ultra_restricted: false,
      is_stranger: false,
    });
    expect(await flags('gus')).toMatchObject({ is_restricted: true, is_ultra_restricted: false });
    expect(await flags('una')).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    expect(await flags('rob')).toMatchObject({ is_bot: true });
    expect(await flags('dee')).toMatchObject({ deleted: true });
    expect(await flags('sal')).toMatchObject({ is_stranger: true });
    expect((await flags('otto'))?.team_id).not.toBe(slack.teamId);
    expect((await web.users.info({ user: slack.botUserId })).user).toMatchObject({ is_bot: true });
    await expect(web.users.info({ user: 'U0NOBODY000' })).rejects.toThrow('user_not_found');
    const listed = (await web.users.list({})).members?.find(({ id }) => id === slack.people.gus.id);
    expect(listed).toMatchObject({ name: 'gus', is_restricted: true });
    slack.byHand.change('alice', { isDeleted: true });
    expect(await flags('alice')).toMatchObject({ deleted: true });
  });

  test('lists user groups', async () => {
    const { sam, kim, olivia } = slack.people;
    const members = () => web.usergroups.users.list({ usergroup: slack.securityGroup });
    expect((await members()).users).toEqual([sam.id, kim.id]);
    slack.byHand.setMembers(slack.securityGroup, ['olivia']);
    expect((await members()).users).toEqual([olivia.id]);
    expect((await web.usergroups.list()).usergroups).toMatchObject([
      { id: slack.securityGroup, handle: 'security', user_count: 1 },
    ]);
    await expect(web.usergroups.users.list({ usergroup: 'S0NONE' })).rejects.toThrow('no_such_subteam');
  });

  test('asks for scopes', async () => {
    const narrow = await startSlack({ scopes: ['users:read'] });
    const client = new WebClient(narrow.botToken, { slackApiUrl: narrow.url });
    await expect(client.usergroups.list()).rejects.toThrow('missing_scope');
    await expect(client.chat.postMessage({ channel: narrow.channel, text: 'x' })).rejects.toThrow(
      'missing_scope',
    );
    await narrow.close();
  });
});

describe('messages', () => {
  test('have threads, blocks, metadata and timestamps by the clock', async () => {
    const metadata = { event_type: 'card', event_payload: { ts: '1600000000.000001' } };
    const root = await web.chat.postMessage({
      channel: slack.channel,
      text: 'A card',
      blocks: [section('A *card*')],
      metadata,
    });
    pass(60);
    await web.chat.postMessage({ channel: slack.channel, thread_ts: root.ts ?? '', text: 'Started' });
    expect(root.ts).toMatch(/^1772366400\.\d{6}$/);
    const [thread] = await slack.reader.messages();
    expect(thread).toMatchObject({
      ts: root.ts,
      user: slack.botUserId,
      metadata,
      blocks: [{ type: 'section', block_id: expect.any(String) }],
      replies: [{ text: 'Started', thread_ts: root.ts, ts: expect.stringMatching(/^1772366460\./) }],
    });
  });

  test('are refused as Slack refuses them', async () => {
    const post = (message: object) =>
      web.apiCall('chat.postMessage', { channel: slack.channel, text: 'x', ...message });
    await expect(post({ channel: 'C0NOWHERE00' })).rejects.toThrow('channel_not_found');
    await expect(post({ channel: slack.otherChannel })).rejects.toThrow('not_in_channel');
    await expect(post({ text: '' })).rejects.toThrow('no_text');
    await expect(post({ text: 'x'.repeat(40_001) })).rejects.toThrow('msg_too_long');
    await expect(
      post({ blocks: Array.from({ length: 5 }, () => section('x'.repeat(2_700))) }),
    ).rejects.toThrow('msg_blocks_too_long');
    await expect(post({ blocks: '{' })).rejects.toThrow('invalid_blocks');
    await expect(post({ blocks: [section('')] })).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: {
          messages: ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
        },
      },
    });
    await slack.byHand.archive();
    await expect(post({})).rejects.toThrow('is_archived');
    await slack.byHand.unarchive();
    expect(await post({})).toMatchObject({ ok: true });
  });

  test('are updated by the bot that wrote them', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: slack.channel, text: 'Before' });
    await web.chat.update({ channel: slack.channel, ts, text: 'After', blocks: [section('After')] });
    expect(await slack.reader.messages()).toMatchObject([{ ts, text: 'After' }]);
    const said = await slack.byHand.say('olivia', 'Mine', ts);
    await expect(web.chat.update({ channel: slack.channel, ts: said, text: 'x' })).rejects.toThrow(
      'cant_update_message',
    );
    await slack.byHand.asBot('chat.update', { channel: slack.channel, ts, text: 'Repainted' });
    expect(await slack.reader.messages()).toMatchObject([
      { text: 'Repainted', replies: [{ ts: said, user: slack.people.olivia.id }] },
    ]);
    await expect(
      slack.byHand.asBot('chat.update', { channel: slack.channel, ts: '1.0', text: 'x' }),
    ).rejects.toThrow('message_not_found');
    expect(slack.requests.of('chat.update')).toBe(2);
  });

  test('are read by time, in pages, with metadata for who asks', async () => {
    const sent: string[] = [];
    for (const text of ['1', '2', '3']) {
      const metadata = { event_type: text, event_payload: {} };
      sent.push((await web.chat.postMessage({ channel: slack.channel, text, metadata })).ts ?? '');
    }
    const [first = '', second = ''] = sent;
    const channel = slack.channel;
    const one = await web.conversations.history({ channel, latest: first, inclusive: true, limit: 1 });
    expect(one).toMatchObject({ messages: [{ ts: first, text: '1' }], has_more: false });
    expect(one.messages?.[0]).not.toHaveProperty('metadata');
    const rest = await web.conversations.history({
      channel,
      oldest: first,
      limit: 1,
      include_all_metadata: true,
    });
    expect(rest).toMatchObject({ messages: [{ text: '3', metadata: { event_type: '3' } }], has_more: true });
    expect(await web.conversations.replies({ channel, ts: second })).toMatchObject({
      messages: [{ text: '2' }],
    });
    await expect(web.conversations.replies({ channel, ts: '1.0' })).rejects.toThrow('thread_not_found');
    await expect(web.conversations.replies({ channel: 'C0', ts: first })).rejects.toThrow(
      'channel_not_found',
    );
    await expect(web.conversations.history({ channel: 'C0' })).rejects.toThrow('channel_not_found');
  });

  test('have permanent links', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: slack.channel, text: 'x' });
    const { permalink } = await web.chat.getPermalink({ channel: slack.channel, message_ts: ts });
    expect(permalink).toBe(`https://keyturn.slack.com/archives/${slack.channel}/p${ts.replace('.', '')}`);
    await expect(web.chat.getPermalink({ channel: slack.channel, message_ts: '1.0' })).rejects.toThrow(
      'message_not_found',
    );
  });

  test('can be for one person', async () => {
    const user = slack.people.sam.id;
    const root = await web.chat.postMessage({ channel: slack.channel, text: 'Root' });
    const place = { channel: slack.channel, user, thread_ts: root.ts ?? '' };
    await web.chat.postEphemeral({ ...place, text: 'Not you', blocks: [section('Not you')] });
    expect(slack.reader.ephemerals('sam')).toMatchObject([{ text: 'Not you', threadTs: root.ts }]);
    expect(await slack.reader.messages()).toMatchObject([{ text: 'Root', replies: [] }]);
    await expect(web.chat.postEphemeral({ ...place, user: 'U0', text: 'x' })).rejects.toThrow(
      'user_not_found',
    );
    await web.chat.postEphemeral({ channel: slack.channel, user, text: 'Here' });
    expect(slack.reader.ephemerals('sam')).toHaveLength(2);
  });

  test('come from the incoming webhook too', async () => {
    const post = (url: string, message: object) =>
      fetch(url, {
        method: 'POST',
        body: JSON.stringify(message),
        headers: { 'content-type': 'application/json' },
      });
    const sent = await post(slack.webhookUrl, { text: 'Findings', blocks: [section('3 findings')] });
    expect([sent.status, await sent.text()]).toEqual([200, 'ok']);
    expect(await slack.reader.messages()).toMatchObject([
      { text: 'Findings', bot_id: expect.stringMatching(/^B/), blocks: [{ type: 'section' }] },
    ]);
    expect((await post(slack.webhookUrl, { text: 'x', blocks: [section('')] })).status).toBe(400);
    expect((await post(`${slack.webhookUrl}x`, { text: 'x' })).status).toBe(404);
    expect(slack.requests.of('webhook')).toBe(3);
  });
});

describe('files', () => {
  test('are uploaded into a thread', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: slack.channel, text: 'Root' });
    await web.filesUploadV2({
      channel_id: slack.channel,
      thread_ts: ts,
      filename: 'output.json',
      title: 'Output',
      content: '{"ok": true}',
      initial_comment: 'The output',
    });
    expect(await slack.reader.files()).toEqual([
      {
        id: expect.stringMatching(/^F/),
        name: 'output.json',
        title: 'Output',
        content: '{"ok": true}',
        channel: slack.channel,
        threadTs: ts,
      },
    ]);
    expect(await slack.reader.messages()).toMatchObject([
      { text: 'Root', replies: [{ text: 'The output', files: [{ title: 'Output' }] }] },
    ]);
    expect(slack.requests.of('upload')).toBe(1);
  });
});

describe('faults', () => {
  const post = () => web.chat.postMessage({ channel: slack.channel, text: 'x' });

  test('limit rates', async () => {
    slack.faults.add({ route: 'chat.postMessage', status: 429, headers: { 'retry-after': '7' } });
    const strict = new WebClient(slack.botToken, {
      slackApiUrl: slack.url,
      rejectRateLimitedCalls: true,
      logger: silent,
    });
    const call = strict.chat.postMessage({ channel: slack.channel, text: 'x' });
    await expect(call).rejects.toMatchObject({ retryAfter: 7 });
    expect(await post()).toMatchObject({ ok: true });
  });

  test('come before or after the write', async () => {
    slack.faults.add({ route: 'chat.postMessage', status: 503 });
    await expect(post()).rejects.toThrow('503');
    expect(await slack.reader.messages()).toEqual([]);
    slack.faults.add({ route: 'chat.postMessage', status: 500, when: 'after' });
    await expect(post()).rejects.toThrow('500');
    expect(await slack.reader.messages()).toHaveLength(1);
  });

  test('cut connections, delay, and give any answer', async () => {
    slack.faults.add({ route: 'chat.postMessage', drop: true });
    await expect(post()).rejects.toThrow('fetch failed');
    slack.faults.add({ route: 'chat.postMessage', delayMilliseconds: 1 });
    expect(await post()).toMatchObject({ ok: true });
    slack.faults.add({
      route: 'usergroups.users.list',
      status: 200,
      body: { ok: false, error: 'fatal_error' },
    });
    await expect(web.usergroups.users.list({ usergroup: slack.securityGroup })).rejects.toThrow(
      'fatal_error',
    );
  });

  test('elsewhere are plain', async () => {
    const { origin } = new URL(slack.url);
    expect((await fetch(`${origin}/elsewhere`)).status).toBe(404);
    const broken = await fetch(`${slack.url}auth.test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(500);
  });
});

test('names stand for ids', () => {
  expect([slack.people.kim.id, slack.securityGroup, 'U0NOBODY000'].map(slack.nameOf)).toEqual([
    'kim',
    'security',
    'U0NOBODY000',
  ]);
});
