import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { code, mention, plainName, urlPart } from '../../shared/findings/markdown.ts';
import { hostileText } from '../fakes/hostile-text.ts';

const toHtml = (markdown: string) =>
  micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });

describe('code', () => {
  test.each([
    ['ada.lovelace+x@example.com', '`ada.lovelace+x@example.com`'],
    ['`rm -rf` <b>', '`ˋrm -rfˋ <b>`'],
    ['a|b', '`a¦b`'],
    ['line\r\nbreak', '`line break`'],
    ['right\u202eto left\u0000', '`right\uFFFDto left\uFFFD`'],
    ['  ', '(empty)'],
    ['', '(empty)'],
  ])('writes %j as %s', (text, markdown) => {
    expect(code(text)).toBe(markdown);
  });

  test('is one code span on one line, whatever the text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(code(text)).toMatch(/^(\(empty\)|`[^`|\p{C}\p{Zl}\p{Zp}]{1,256}`)$/u);
      }),
    );
  });

  test('is nothing but a code span to a GFM parser, in a paragraph and in a table', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(skeleton(toHtml(`Name ${code(text)}, end.`))).toBe('<p>Name CODE, end.</p>');
        const table = skeleton(toHtml(`| a | b |\n| --- | --- |\n| ${code(text)} | c |`));
        expect(table).toBe(skeleton(toHtml('| a | b |\n| --- | --- |\n| `x` | c |')));
      }),
    );
  });
});

/** The page with each code span (or the stand-in of an empty one) as `CODE`. */
function skeleton(html: string): string {
  return html.replace(/<code>[^<]*<\/code>|\(empty\)/g, 'CODE');
}

describe('mention', () => {
  test.each(['octocat', 'a', 'A-1-b', 'x'.repeat(39)])('mentions the login %s', (login) => {
    expect(mention(login)).toBe(`@${login}`);
  });

  test.each([
    '@octocat',
    'octo/team',
    'octo--cat',
    '-octocat',
    'octocat-',
    'octocat\n',
    'octo cat',
    'x'.repeat(40),
    'x@example.com',
  ])('leaves %j inert', (text) => {
    expect(mention(text)).toBe(code(text));
  });

  test('knows an empty one', () => {
    expect(mention('')).toBe('(empty)');
  });
});

test('plainName keeps what IAM allows in a user name and nothing else', () => {
  expect(plainName('ada_L+1=,.@-')).toBe('ada_L+1=,.@-');
  expect(plainName('a `b`\n#1')).toBe('a\uFFFD\uFFFDb\uFFFD\uFFFD\uFFFD1');
  expect(plainName('x'.repeat(300))).toHaveLength(256);
});

test('urlPart leaves nothing that ends a link or starts emphasis', () => {
  expect(urlPart("a b(c)_*'~!")).toBe('a%20b%28c%29%5F%2A%27%7E%21');
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(urlPart(text)).toMatch(/^[\w.%-]*$/);
    }),
  );
});
