import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { logText } from '../../action/log-text.ts';

test('ordinary text stays as it is', () => {
  expect(logText('Read 3 users: a::b, #1 [x]')).toBe('Read 3 users: a::b, #1 [x]');
});

test.each([
  ['::add-mask::a', ': :add-mask::a'],
  ['one\n \t::error::two', 'one\n: :error::two'],
  ['see ##[group]x', 'see ## [group]x'],
])('%j is no command', (text, expected) => {
  expect(logText(text)).toBe(expected);
});

test('no text is a command', () => {
  const part = fc.constantFrom(':', '::', '#', '##', '[', '##[', ' ', '\n', '\r', '\t', 'x', '\u2028');
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const lines = logText(parts.join('')).split(/[\r\n\u2028]/);
      for (const line of lines) {
        expect(line.trimStart().startsWith('::')).toBe(false);
        expect(line).not.toContain('##[');
      }
    }),
  );
});
