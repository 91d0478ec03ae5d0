import fc from 'fast-check';

/** What has a meaning to GitHub's markdown, its autolinks, or a marker. */
const morsels = [
  '`',
  '``',
  '|',
  '\\',
  '\\|',
  '\n',
  '\r\n\r\n',
  '\u2028',
  '\u0000',
  '\u202e',
  '<!-- keyturn:finding {"version":1} -->',
  '-->',
  '<script>',
  '</td>',
  '&lt;',
  '@octocat',
  '#1',
  'GH-1',
  'octo/keys#1',
  'https://example.com',
  '[x](y)',
  '![x](y)',
  '**',
  '# ',
  '> ',
  '- [ ] ',
  '$',
  ':tada:',
  '\ud83d',
  ' ',
  'ada',
];

/** Any text at all, and what an attacker would write. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...morsels), { maxLength: 12 }).map((some) => some.join('')),
  fc.string({ unit: 'grapheme', minLength: 250, maxLength: 300 }),
);
