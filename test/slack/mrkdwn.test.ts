import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { code, codeBlock, join, link, md, mention, moment, plain } from '../../shared/slack/mrkdwn.ts';
import { hostile, injections } from '../fakes/slack-blocks.ts';

const shown = (text: { toString(): string }) => text.toString();

describe('text from outside', () => {
  test('is code when it stands in a template, and words are words when they hold nothing else', () => {
    expect(shown(md`*${'<!channel>'}* is ${plain('still active')} ${3}`)).toBe(
      '*`&lt;!channel&gt;`* is still active 3',
    );
    expect(shown(plain('a *bold* word'))).toBe('`a *bold* word`');
    expect(shown(plain(':tada: now'))).toBe('`:tada: now`');
    expect(shown(plain('at 12:00 or 13:00'))).toBe('at 12:00 or 13:00');
  });

  test('stays on one line, without characters that play tricks', () => {
    expect(shown(code('a\r\n`b`\u202ec'))).toBe('`a ˋbˋ\uFFFDc`');
    expect(shown(code(' \n '))).toBe('(empty)');
    expect(shown(plain('two\nlines'))).toBe('two lines');
    expect(shown(codeBlock('a\r\n```\tb\u0000', 100))).toBe('```\na\nˋˋˋ  b\uFFFD\n```');
  });

  test('is cut before it is escaped, so that no escape is cut in half', () => {
    expect(shown(code('&&&&&', 3))).toBe('`&amp;&amp;…`');
    expect(shown(code('a😀b', 3))).toBe('`a\uFFFD…`');
    expect(shown(codeBlock('<<<<', 2))).toBe('```\n&lt;…\n```');
  });

  test('injects nothing, wherever it stands', () => {
    fc.assert(
      fc.property(hostile(600), fc.nat(300), (text, limit) => {
        const parts = [
          code(text, limit + 1),
          plain(text, limit + 1),
          codeBlock(text, limit + 1),
          mention(text),
        ];
        const linked = link(`https://github.com/?${text}`, md`issue`);
        return [...parts, linked, md`${text}`].every((part) => injections(shown(part)).length === 0);
      }),
    );
  });
});

describe('what Keyturn itself means', () => {
  test('people and user groups are mentioned by valid ids alone', () => {
    expect(shown(join([mention('U0ALICE'), mention('W0BOB'), mention('S0SECURITY')]))).toBe(
      '<@U0ALICE>, <@W0BOB>, <!subteam^S0SECURITY>',
    );
    expect(shown(mention('U0ALICE|evil'))).toBe('`U0ALICE|evil`');
    expect(shown(mention('channel'))).toBe('`channel`');
  });

  test('links lead to web pages alone', () => {
    expect(shown(link('https://github.com/a?x=1&y=|<`', md`issue #7`))).toBe(
      '<https://github.com/a?x=1&amp;y=%7C%3C%60|issue #7>',
    );
    for (const url of ['javascript:alert(1)', 'https://', `https://github.com/${'a'.repeat(400)}`]) {
      expect(shown(link(url, md`issue #7`))).toBe('issue #7');
    }
  });

  test('moments have a form for those who cannot format them', () => {
    expect(shown(moment(new Date('2026-11-22T12:00:30Z')))).toBe(
      '<!date^1795348830^{date_short_pretty} {time}|2026-11-22 12:00 UTC>',
    );
  });
});
