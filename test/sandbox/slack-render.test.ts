import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderMrkdwn } from '../../sandbox/slack/mrkdwn.ts';
import { renderMessage, renderView } from '../../sandbox/slack/render.ts';
import { renderEphemeral, renderThread } from '../../sandbox/slack/render-thread.ts';

const names: Readonly<Record<string, string>> = { U1: 'alice', S1: 'security', C1: 'key-approvals' };
const nameOf = (id: string) => names[id] ?? id;
const terminal = { nameOf, width: 20 };
const plain = (text: string) => stripVTControlCharacters(renderMrkdwn(text, nameOf));
const shown = (blocks: readonly object[], text = '') =>
  stripVTControlCharacters(renderMessage({ text, blocks }, terminal));
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const plainText = (text: string) => ({ type: 'plain_text', text });

describe('mrkdwn', () => {
  test.each([
    ['*bold* _italic_ ~gone~', 'bold italic gone'],
    ['`AKIA_1_2*` is code', 'AKIA_1_2* is code'],
    ['a_b_c and 2*3*4', 'a_b_c and 2*3*4'],
    [
      'by <@U1>, <!subteam^S1>, <!here> in <#C1> or <#C9|other>',
      'by @alice, @security, @here in #key-approvals or #other',
    ],
    ['<https://x.test/a_b_c|the _issue_>', 'the _issue_'],
    ['<https://x.test/a_b_c>', 'https://x.test/a_b_c'],
    ['<!date^1772366400^{date}|1 March>', '1 March'],
    ['<!date^1772366400^{date}>', '!date^1772366400^{date}'],
    ['5 &lt; 6 &amp;&amp; 7 &gt; 6', '5 < 6 && 7 > 6'],
    ['&gt; quoted', '│ quoted'],
    ['before\n```\n{"a": 1}\n```\nafter', 'before\n\n  {"a": 1}\n\nafter'],
  ])('%s', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  test('never lets text steer the terminal', () => {
    expect(plain('a\u001b[31mb\u202ec\u0007')).toBe('abc');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('blocks', () => {
  test('are shown as in Slack', () => {
    const button = { type: 'button', text: plainText('Approve'), action_id: 'approve' };
    const text = shown([
      { type: 'header', text: plainText('Remediate alice') },
      {
        type: 'section',
        text: mrkdwn('*2 keys*'),
        fields: [mrkdwn('_one_'), plainText('two')],
        accessory: button,
      },
      { type: 'divider' },
      { type: 'context', elements: [mrkdwn('by <@U1>'), { type: 'image', alt_text: 'a key' }] },
      {
        type: 'actions',
        elements: [
          button,
          { ...button, text: plainText('Deny') },
          { type: 'static_select', placeholder: plainText('Which?') },
          { type: 'overflow' },
        ],
      },
      { type: 'image', alt_text: 'chart' },
      { type: 'markdown', text: '**done**' },
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'rich' }] }],
      },
      { type: 'video' },
    ]);
    expect(text.split('\n')).toEqual([
      'Remediate alice',
      '2 keys',
      'one',
      'two',
      '[Approve]',
      '────────────────────',
      'by @alice · (a key)',
      '[Approve]  [Deny]  [Which? ▾]  [… ▾]',
      '(chart)',
      'done',
      'rich',
      '(video)',
    ]);
  });

  test('a message without blocks shows its text, and files by their titles', () => {
    const message = { text: 'See <@U1>', blocks: [], files: [{ title: 'output.json' }] };
    expect(stripVTControlCharacters(renderMessage(message, terminal))).toBe('See @alice\n📎 output.json');
  });

  test('a modal shows its inputs and buttons', () => {
    const options = [{ text: plainText('runbook') }, { text: plainText('strict') }];
    const view = {
      id: 'V1',
      hash: '1',
      callback_id: 'remediate',
      private_metadata: '',
      root_view_id: 'V1',
      notify_on_close: false,
      clear_on_close: false,
      title: plainText('Remediate'),
      submit: plainText('Request'),
      blocks: [
        {
          type: 'input',
          label: plainText('User'),
          element: { type: 'plain_text_input', initial_value: 'bob' },
        },
        { type: 'input', label: plainText('Why'), element: { type: 'plain_text_input' } },
        { type: 'input', label: plainText('How'), element: { type: 'radio_buttons', options } },
        { type: 'input', label: plainText('Keys'), element: { type: 'checkboxes', options } },
        { type: 'input', label: plainText('Nothing') },
      ],
    };
    expect(stripVTControlCharacters(renderView(view, terminal)).split('\n')).toEqual([
      'Remediate',
      ...['User', '[bob]', 'Why', '[          ]', 'How', '( ) runbook', '( ) strict'],
      ...['Keys', '[ ] runbook', '[ ] strict', 'Nothing', '[Cancel]  [Request]'],
    ]);
    const bare = { ...view, title: null, submit: null, close: plainText('Done'), blocks: [] };
    expect(stripVTControlCharacters(renderView(bare, terminal))).toBe('[Done]');
  });
});

describe('threads', () => {
  const message = (ts: string, user: string, text: string) => ({
    ts,
    user,
    text,
    blocks: [],
    files: [],
    reply_count: 0,
  });

  test('show who wrote what and when, replies below', () => {
    const thread = {
      ...message('1772366400.000001', 'U0KEYTURN01', 'Card'),
      edited: {},
      replies: [
        message('1772366460.000002', 'U1', 'two\nlines'),
        {
          ts: '1772366520.000003',
          bot_id: 'B0KEYTURN01',
          text: 'Done',
          blocks: [],
          files: [],
          reply_count: 0,
        },
        { ts: '1772366580.000004', text: '?', blocks: [], files: [], reply_count: 0 },
      ],
    };
    expect(stripVTControlCharacters(renderThread(thread, terminal)).split('\n')).toEqual([
      ...['keyturn  12:00 (edited)', 'Card', ''],
      ...['  │ alice  12:01', '  │ two', '  │ lines', ''],
      ...['  │ keyturn  12:02', '  │ Done', ''],
      ...['  │ somebody  12:03', '  │ ?'],
    ]);
  });

  test('an ephemeral message says who alone sees it', () => {
    const shownTo = { ts: '1772366400.000001', userId: 'U1', channel: 'C1', text: 'Hello', blocks: [] };
    expect(stripVTControlCharacters(renderEphemeral(shownTo, terminal))).toBe('Only visible to alice\nHello');
  });
});
