import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { webApi } from '@slack/bolt';
import { slackDirectory } from '../../bot/directory.ts';
import type { PersonName } from '../../sandbox/slack/people.ts';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';

let slack: SlackStandIn;
let now = new Date('2026-06-15T12:00:00Z');
const warned: string[] = [];
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.close());

function directory() {
  const client = new webApi.WebClient(slack.botToken, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
  });
  return slackDirectory(client, {
    teamId: slack.teamId,
    now: () => now,
    warn: (message, error) => warned.push(`${message}: ${String(error)}`),
  });
}

test.each<[PersonName, boolean]>([
  ['alice', true],
  ['gus', false],
  ['una', false],
  ['rob', false],
  ['dee', false],
  ['sal', false],
  ['otto', false],
])('%s is a full member: %s', async (name, expected) => {
  expect(await directory().isFullMember(slack.people[name].id)).toBe(expected);
});

test('somebody whom Slack does not know is an error, and no member', async () => {
  await expect(directory().isFullMember('U0NOBODY')).rejects.toThrow('Slack would not say who somebody is');
});

test('members are read anew once the answer is 15 seconds old', async () => {
  const { readMembers } = directory();
  const kim = async () =>
    (await readMembers([slack.securityGroup])).get(slack.securityGroup)?.has(slack.people.kim.id);
  expect(await kim()).toBe(true);
  slack.byHand.setMembers(slack.securityGroup, ['sam']);
  now = new Date(now.getTime() + 14_999);
  expect(await kim()).toBe(true);
  now = new Date(now.getTime() + 1);
  expect(await kim()).toBe(false);
});

test('a group that Slack does not tell of is left out, and asked for again', async () => {
  const { readMembers } = directory();
  slack.faults.add({ route: 'usergroups.users.list', status: 500 });
  expect((await readMembers([slack.securityGroup])).size).toBe(0);
  expect(warned.join()).toContain('Slack did not say who is in the user group');
  expect((await readMembers([slack.securityGroup])).size).toBe(1);
  expect((await readMembers(['S0UNKNOWN'])).size).toBe(0);
});
