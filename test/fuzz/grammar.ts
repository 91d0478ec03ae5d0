import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  forms,
  isAccount,
  isUserName,
  parseCommand,
  usage,
  usages,
  writeCommand,
} from '../../bot/commands/grammar.ts';
import { pure } from './target.ts';

const names = Object.keys(forms).filter((name): name is keyof typeof forms => name in forms);
const word = fc.oneof(
  fc.constantFrom(...names, ...names.map((name) => name.toUpperCase())),
  fc.constantFrom(
    'alice',
    'a@b.example',
    '<mailto:a@b.example|a@b.example>',
    '<mailto:|>',
    '<@U0ALICE>',
    '__proto__',
  ),
  fc.constantFrom('--strict', '—strict', '–STRICT', '-strict', '---strict', '--strict=true', 'strict'),
  fc.constantFrom('--all-unused', '—ALL-unused', '--all', '--', '—'),
  fc.constantFrom('111122223333', '11112222333', '1111222233334', '１１１１２２２２３３３３'),
  fc.constantFrom('0', '1', '30', '365', '366', '1e2', '0x10', '-1', '1.5', 'NaN', 'Infinity', ''),
  fc.string({ maxLength: 70 }),
  fc.string({ unit: 'grapheme', maxLength: 10 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const typed = fc
  .array(fc.tuple(word, fc.constantFrom(' ', '  ', '\t', '\n', '\u00a0', '\u3000', '')), { maxLength: 7 })
  .map((parts) => parts.flat().join(''));

/** Every sentence that a person can be told: nothing of what was typed is in any of them. */
const sentences = new Set([
  `There is no such subcommand. There are: ${names.join(', ')}.`,
  ...names.flatMap((name) =>
    [
      'The user name is missing.',
      'That is no IAM user name.',
      'The number of days is a whole number from 1 to 365.',
      'The reason is missing.',
      'It takes no more words than these.',
      '--strict comes before the reason; a reason that speaks of it begins with --.',
    ].map((problem) => `${problem} Usage: ${usage(name)}`),
  ),
  ...usages('remediate').flatMap(({ words }) =>
    [
      '--all-unused comes first, and takes no user.',
      '--all-unused is for the runbook: it does not go with --strict.',
    ].map((problem) => `${problem} Usage: ${words}`),
  ),
]);

export const grammar = pure('/keys grammar', () =>
  fc.property(typed, (text) => {
    const parsed = parseCommand(text);
    if (!parsed.ok) return assert.ok(sentences.has(parsed.problem), parsed.problem);
    const { command } = parsed;
    assert.ok(command.user === undefined || isUserName(command.user));
    assert.ok(command.account === undefined || isAccount(command.account));
    assert.ok(command.days === undefined || (Number.isInteger(command.days) && command.days <= 365));
    assert.deepEqual(parseCommand(writeCommand(command)), parsed);
  }),
);
