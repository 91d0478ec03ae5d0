import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConsoleLogger, LogLevel } from '@slack/logger';
import { WebClient } from '@slack/web-api';
import { type SlackStandIn, startSlack } from '../../sandbox/slack/start.ts';
import { modalOf, startBot } from './slack-bolt.ts';

const silent = new ConsoleLogger();
silent.setLevel(LogLevel.ERROR);
silent.error = () => undefined;

let time: Date;
let slack: SlackStandIn;
let web: WebClient;
let bot: Awaited<ReturnType<typeof startBot>>;

beforeEach(async () => {
  time = new Date('2026-03-01T12:00:00Z');
  slack = await startSlack({ now: () => time });
  web = new WebClient(slack.botToken, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    logger: silent,
  });
  bot = await startBot(slack, 'http');
});
afterEach(async () => {
  await bot.stop();
  await slack.close();
});

function pass(seconds: number): void {
  time = new Date(time.getTime() + seconds * 1_000);
}

/** Waits until something is so: Bolt goes on after its ack. */
async function until<Value>(look: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const text = (value: string) => ({ type: 'plain_text' as const, text: value });
const button = (value?: string) => ({
  type: 'button' as const,
  action_id: 'approve',
  text: text('Approve'),
  ...(value && { value }),
});

async function card(): Promise<string> {
  const pick = {
    type: 'static_select' as const,
    action_id: 'pick',
    options: [{ text: text('One'), value: '1' }],
  };
  const { ts } = await web.chat.postMessage({
    channel: slack.channel,
    text: 'Card',
    blocks: [
      { type: 'actions', elements: [button('req-1'), pick] },
      { type: 'section', text: text('x'), accessory: button('req-2') },
    ],
  });
  return ts ?? '';
}

describe('a command', () => {
  test('is signed, acknowledged and answered to its person alone', async () => {
    const sent = await slack.byHand.command('alice', '/keys show bob');
    expect(sent).toMatchObject({ status: 200, acknowledged: true, body: undefined });
    expect(sent.milliseconds).toBeGreaterThan(0);
    const [answer] = await until(() =>
      slack.reader.ephemerals('alice').length ? slack.reader.ephemerals('alice') : undefined,
    );
    expect(answer).toMatchObject({ text: 'you said show bob', channel: slack.channel });
    expect(slack.reader.ephemerals('sam')).toEqual([]);
    expect(bot.seen).toMatchObject([
      {
        kind: 'command',
        body: {
          command: '/keys',
          text: 'show bob',
          user_id: slack.people.alice.id,
          user_name: 'alice',
          team_id: slack.teamId,
          channel_name: 'key-approvals',
        },
      },
    ]);
  });

  test('may be answered in the ack', async () => {
    await slack.byHand.command('alice', '/keys direct', { channel: slack.otherChannel });
    expect(slack.reader.ephemerals('alice')).toMatchObject([
      { text: 'in the ack', channel: slack.otherChannel },
    ]);
  });

  test.each([
    ['a wrong signature', { signature: 'wrong' }, 401],
    ['no signature', { signature: 'missing' }, 401],
    ['an old timestamp', { secondsOff: -301 }, 401],
    // Bolt's receiver takes these two: the bot itself has to refuse them.
    ['a timestamp from the future', { secondsOff: 3_600 }, 200],
    ['another team', { teamId: 'T0EVIL00000' }, 200],
  ] as const)('can be sent with %s', async (_name, manner, status) => {
    expect(await slack.byHand.command('alice', '/keys direct', manner)).toMatchObject({
      status,
      acknowledged: status === 200,
    });
    expect(bot.seen).toHaveLength(status === 200 ? 1 : 0);
  });

  test('can be sent again, as a retry', async () => {
    const sent = await slack.byHand.command('alice', '/keys direct');
    await slack.byHand.resend(sent, { retry: { number: 1, reason: 'http_timeout' } });
    const [first, second] = bot.seen;
    expect(second?.body).toEqual(first?.body);
    expect([first?.retry, second?.retry]).toEqual([undefined, 1]);
  });

  test('can go to another process, and is not acknowledged by one that does not answer', async () => {
    const hasty = await startSlack({ patience: 50, signingSecret: slack.signingSecret });
    const silentBot = createServer(() => undefined);
    await new Promise<void>((resolve) => silentBot.listen(0, '127.0.0.1', resolve));
    const address = silentBot.address();
    const to = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    expect(await hasty.byHand.command('alice', '/keys help', { to })).toMatchObject({ acknowledged: false });
    silentBot.closeAllConnections();
    silentBot.close();
    await hasty.close();
  });

  test('goes nowhere when nobody listens', async () => {
    slack.connect({ kind: 'http', url: 'http://127.0.0.1:9/slack/events' });
    expect(await slack.byHand.command('alice', '/keys help')).toMatchObject({ acknowledged: false });
    const lonely = await startSlack();
    await expect(lonely.byHand.command('alice', '/keys help')).rejects.toThrow('No bot is connected');
    await lonely.close();
  });
});

describe('a response URL', () => {
  const urlOf = async (): Promise<string> => {
    const { payload } = await slack.byHand.command('alice', '/keys direct');
    return 'response_url' in payload.fields ? String(payload.fields['response_url']) : '';
  };
  const answer = async (url: string, body: object) =>
    (
      await fetch(url, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      })
    ).status;

  test('takes five answers', async () => {
    const url = await urlOf();
    for (let use = 1; use <= 5; use += 1) expect(await answer(url, { text: `${use}` })).toBe(200);
    expect(await answer(url, { text: '6' })).toBe(404);
  });

  test('takes them for 30 minutes', async () => {
    const url = await urlOf();
    pass(1_800);
    expect(await answer(url, { text: 'just in time' })).toBe(200);
    pass(1);
    expect(await answer(url, { text: 'late' })).toBe(404);
    expect(await answer(url.replace(/\w$/, '_'), { text: 'elsewhere' })).toBe(404);
  });

  test('can speak to the channel, and replace or delete what bore the button', async () => {
    await answer(await urlOf(), { text: 'to all', response_type: 'in_channel' });
    expect(await slack.reader.messages()).toMatchObject([{ text: 'to all' }]);
    const blocks = [{ type: 'actions', elements: [button()] }];
    await answer(await urlOf(), { text: 'mine', blocks });
    const shown = slack.reader.ephemerals('alice').at(-1);
    const clicked = await slack.byHand.click('alice', { ts: shown?.ts ?? '', actionId: 'approve' });
    const { response_url: url } = Object(clicked.payload.fields);
    await answer(url, { text: 'page 2', replace_original: true });
    expect(slack.reader.ephemerals('alice').at(-1)).toMatchObject({
      ts: shown?.ts,
      text: 'page 2',
      blocks: [],
    });
    await answer(url, { delete_original: true });
    expect(slack.reader.ephemerals('alice').at(-1)?.text).not.toBe('page 2');
  });

  test('replaces or deletes messages of the channel too', async () => {
    const ts = await card();
    const clicked = await slack.byHand.click('sam', { ts, actionId: 'approve' });
    const { response_url: url } = Object(clicked.payload.fields);
    await answer(url, { text: 'repainted', replace_original: true });
    expect(await slack.reader.messages()).toMatchObject([{ ts, text: 'repainted' }]);
    await answer(url, { delete_original: true });
    expect(await slack.reader.messages()).toEqual([]);
  });
});

describe('a click', () => {
  test('carries the button, its message and a trigger', async () => {
    const ts = await card();
    await slack.byHand.click('sam', { ts, actionId: 'approve', value: 'req-2' });
    expect(bot.seen[0]?.body).toMatchObject({
      type: 'block_actions',
      user: { id: slack.people.sam.id, team_id: slack.teamId },
      team: { id: slack.teamId },
      channel: { id: slack.channel },
      container: { type: 'message', message_ts: ts, channel_id: slack.channel, is_ephemeral: false },
      message: { ts, text: 'Card' },
      actions: [{ action_id: 'approve', value: 'req-2', type: 'button', block_id: expect.any(String) }],
    });
    const view = await until(() => slack.reader.openViews('sam')[0]);
    expect(view).toMatchObject({ callback_id: 'why', private_metadata: '1', title: { text: 'Step 1' } });
    expect(slack.reader.openViews('kim')).toEqual([]);
  });

  test('can choose from a menu', async () => {
    await slack.byHand.click('sam', { ts: await card(), actionId: 'pick', value: '1' });
    expect(bot.seen[0]?.body).toMatchObject({ actions: [{ selected_option: { value: '1' } }] });
  });

  test('needs a button that is there, unless it is forged', async () => {
    const ts = await card();
    const forged = { ts, actionId: 'approve', value: 'req-99' };
    await expect(slack.byHand.click('sam', forged)).rejects.toThrow('no approve with the value req-99');
    await expect(slack.byHand.click('sam', { ts, actionId: 'pick', value: '9' })).rejects.toThrow(
      'no option 9',
    );
    await slack.byHand.click('sam', { ...forged, forged: true });
    expect(bot.seen[0]?.body).toMatchObject({ actions: [{ value: 'req-99' }] });
    await slack.byHand.click('sam', { ts: '1700000000.000001', actionId: 'approve', forged: true });
    expect(bot.seen).toHaveLength(2);
  });

  test('comes from another team with a stranger, and twice at once with a double click', async () => {
    const ts = await card();
    const on = { ts, actionId: 'approve', value: 'req-1' };
    await slack.byHand.click('otto', on);
    expect(bot.seen[0]?.body).toMatchObject({ user: { team_id: slack.people.otto.teamId } });
    const both = await Promise.all([slack.byHand.click('sam', on), slack.byHand.click('sam', on)]);
    expect(both.map(({ acknowledged }) => acknowledged)).toEqual([true, true]);
  });
});

describe('a trigger', () => {
  const triggerOf = async () => {
    const { payload } = await slack.byHand.command('alice', '/keys direct');
    return 'trigger_id' in payload.fields ? String(payload.fields['trigger_id']) : '';
  };

  test('opens one modal within three seconds', async () => {
    const trigger_id = await triggerOf();
    pass(3);
    await web.views.open({ trigger_id, view: modalOf('1') });
    await expect(web.views.open({ trigger_id, view: modalOf('1') })).rejects.toThrow('exchanged_trigger_id');
    const late = await triggerOf();
    pass(4);
    await expect(web.views.open({ trigger_id: late, view: modalOf('1') })).rejects.toThrow(
      'expired_trigger_id',
    );
    await expect(web.views.push({ trigger_id: late, view: modalOf('1') })).rejects.toThrow(
      'expired_trigger_id',
    );
    await expect(web.views.open({ trigger_id: 'x', view: modalOf('1') })).rejects.toThrow(
      'invalid_trigger_id',
    );
  });

  test('of a command pushes onto nothing', async () => {
    await expect(web.views.push({ trigger_id: await triggerOf(), view: modalOf('1') })).rejects.toThrow(
      'view_not_found',
    );
  });

  test('opens no modal that breaks the limits', async () => {
    const view = { ...modalOf('1'), title: text('x'.repeat(25)) };
    for (const method of ['open', 'push'] as const) {
      await expect(web.views[method]({ trigger_id: await triggerOf(), view })).rejects.toMatchObject({
        data: {
          error: 'invalid_arguments',
          response_metadata: {
            messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
          },
        },
      });
    }
  });
});

describe('a modal', () => {
  const open = async () => {
    await slack.byHand.click('sam', { ts: await card(), actionId: 'approve' });
    return until(() => slack.reader.openViews('sam')[0]);
  };
  const steps = () => slack.reader.openViews('sam').map((view) => view.private_metadata);

  test('is submitted with its values, and closed', async () => {
    const { id } = await open();
    await slack.byHand.submit('sam', id, { reason: 'old key', mode: 'strict' });
    expect(steps()).toEqual([]);
    expect(bot.seen.at(-1)?.body).toMatchObject({
      type: 'view_submission',
      user: { id: slack.people.sam.id },
      view: {
        id,
        private_metadata: '1',
        state: {
          values: {
            reason: { reason: { type: 'plain_text_input', value: 'old key' } },
            mode: { mode: { type: 'radio_buttons', selected_option: { value: 'strict' } } },
          },
        },
      },
    });
    await expect(slack.byHand.submit('sam', id, { reason: 'again' })).rejects.toThrow('no open view');
  });

  test('wants its required inputs', async () => {
    const { id } = await open();
    await expect(slack.byHand.submit('sam', id)).rejects.toThrow('fill in reason');
    await expect(slack.byHand.submit('kim', id, { reason: 'x' })).rejects.toThrow('no open view');
  });

  test('shows errors, or another step, or goes with all others', async () => {
    const { id } = await open();
    const refused = await slack.byHand.submit('sam', id, { reason: 'bad' });
    expect(refused.body).toEqual({ response_action: 'errors', errors: { reason: 'Say more' } });
    expect(steps()).toEqual(['1']);
    await slack.byHand.submit('sam', id, { reason: 'next' });
    expect(steps()).toEqual(['2']);
    await slack.byHand.submit('sam', id, { reason: 'push' });
    expect(steps()).toEqual(['2', '4']);
    await slack.byHand.submit('sam', slack.reader.openViews('sam')[1]?.id ?? '', { reason: 'all' });
    expect(steps()).toEqual([]);
  });

  test('is pushed by a button in it', async () => {
    const { id } = await open();
    await slack.byHand.clickInView('sam', id, { actionId: 'more' });
    await until(() => (steps().length === 2 ? true : undefined));
    expect(steps()).toEqual(['1', '3']);
  });

  test('is updated while it is open', async () => {
    const { id, hash } = await open();
    await web.views.update({ view_id: id, hash, view: modalOf('5') });
    expect(steps()).toEqual(['5']);
    await expect(web.views.update({ view_id: id, hash, view: modalOf('6') })).rejects.toThrow(
      'hash_conflict',
    );
    const view = { ...modalOf('5'), private_metadata: 'x'.repeat(3_001) };
    await expect(web.views.update({ view_id: id, view })).rejects.toThrow('invalid_arguments');
    await slack.byHand.close('sam', id);
    expect(bot.seen.at(-1)).toMatchObject({ kind: 'view_closed', body: { view: { id } } });
    await expect(web.views.update({ view_id: id, view: modalOf('6') })).rejects.toThrow('not_found');
  });
});
