import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';

let time: Date;
let slack: SlackStandIn;
let web: WebClient;

beforeEach(async () => {
  time = new Date('2026-03-01T12:00:00Z');
  slack = await startSlack({ now: () => time });
  web = new WebClient(slack.botToken, { slackApiUrl: slack.url, retryConfig: { retries: 0 } });
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
});
