import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Command,
  forms,
  parseCommand,
  type Subcommand,
  usage,
  writeCommand,
} from '../../bot/commands/grammar.ts';

function command(text: string) {
  const parsed = parseCommand(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.command;
}

describe('what is understood', () => {
  test.each([
    ['', { name: 'help', strict: false }],
    ['  HELP ', { name: 'help', strict: false }],
    ['list', { name: 'list', strict: false }],
    ['list 111122223333', { name: 'list', account: '111122223333', strict: false }],
    ['show alice', { name: 'show', user: 'alice', strict: false }],
    ['remediate', { name: 'remediate', strict: false }],
    ['remediate alice', { name: 'remediate', user: 'alice', strict: false }],
    [
      'remediate alice 111122223333 --strict key leaked in a log',
      {
        name: 'remediate',
        user: 'alice',
        account: '111122223333',
        strict: true,
        reason: 'key leaked in a log',
      },
    ],
    ['remediate alice —strict', { name: 'remediate', user: 'alice', strict: true }],
    [
      'remediate –strict alice left us',
      { name: 'remediate', user: 'alice', strict: true, reason: 'left us' },
    ],
    ['remediate <mailto:a@b.example|a@b.example>', { name: 'remediate', user: 'a@b.example', strict: false }],
    [
      'remediate bob -- we agreed not to use --strict here',
      { name: 'remediate', user: 'bob', strict: false, reason: 'we agreed not to use --strict here' },
    ],
    [
      'remediate bob -- --strict was refused',
      { name: 'remediate', user: 'bob', strict: false, reason: '--strict was refused' },
    ],
    [
      'remediate bob -- 210987654321 is the ticket',
      { name: 'remediate', user: 'bob', strict: false, reason: '210987654321 is the ticket' },
    ],
    ['remediate alice 1111', { name: 'remediate', user: 'alice', strict: false, reason: '1111' }],
    [
      'exempt alice 30 rotation next week',
      { name: 'exempt', user: 'alice', days: 30, strict: false, reason: 'rotation next week' },
    ],
    [
      'exempt alice 111122223333 365 vendor',
      { name: 'exempt', user: 'alice', account: '111122223333', days: 365, strict: false, reason: 'vendor' },
    ],
    [
      'undo alice it broke the build',
      { name: 'undo', user: 'alice', strict: false, reason: 'it broke the build' },
    ],
    ['pending', { name: 'pending', strict: false }],
    ['whoami', { name: 'whoami', strict: false }],
  ])('%j', (text, expected) => {
    expect(command(text)).toEqual(expected);
  });
});

describe('what is refused, with the usage', () => {
  test.each([
    [
      'delete alice',
      'There is no such subcommand. There are: help, list, show, remediate, exempt, undo, pending, whoami.',
    ],
    ['constructor', 'There is no such subcommand.'],
    ['remediate bob old key --strict', '--strict comes before the reason'],
    ['remediate bob we agreed not to use —strict here', '--strict comes before the reason'],
    ['show', 'The user name is missing. Usage: /keys show <user> [account]'],
    ['show al/ice', 'That is no IAM user name. Usage: /keys show <user> [account]'],
    [`show ${'a'.repeat(65)}`, 'That is no IAM user name.'],
    ['exempt alice soon because', 'The number of days is a whole number from 1 to 365.'],
    ['exempt alice', 'The number of days is a whole number from 1 to 365.'],
    ['exempt alice 0x10 because', 'The number of days is a whole number from 1 to 365.'],
    ['exempt alice 1e1 because', 'The number of days is a whole number from 1 to 365.'],
    ['exempt alice -- because', 'The number of days is a whole number from 1 to 365.'],
    ['exempt alice 0 because', 'The number of days is a whole number from 1 to 365.'],
    ['exempt alice 366 because', 'The number of days is a whole number from 1 to 365.'],
    ['exempt alice 30', 'The reason is missing. Usage: /keys exempt <user> [account] <days> <reason>'],
    ['list alice', 'It takes no more words than these. Usage: /keys list [account]'],
    ['show alice --strict', 'It takes no more words than these.'],
    [
      'remediate alice --all-unused',
      '--all-unused comes first, and takes no user. Usage: /keys remediate --all-unused [account] [reason]',
    ],
    ['remediate --strict --all-unused', '--all-unused comes first'],
    ['remediate --all-unused --strict', 'it does not go with --strict'],
    ['remediate --all-unused 111122223333 —strict they left', 'it does not go with --strict'],
  ])('%j', (text, problem) => {
    const parsed = parseCommand(text);
    expect(parsed.ok ? '' : parsed.problem).toContain(problem);
  });

  test('nothing that was typed is repeated', () => {
    const parsed = parseCommand('<!channel> hello');
    expect(parsed.ok ? '' : parsed.problem).not.toContain('channel');
  });
});

test.each([
  ['remediate --all-unused', {}],
  ['remediate —all-unused', {}],
  ['remediate –all–unused 111122223333', { account: '111122223333' }],
  ['REMEDIATE --ALL-UNUSED they all left', { reason: 'they all left' }],
  ['remediate --all-unused 111122223333 they left', { account: '111122223333', reason: 'they left' }],
])('%j is about every unused user', (text, rest) => {
  expect(command(text)).toEqual({ name: 'remediate', strict: false, all: true, ...rest });
});

test('usage shows which words may be left out', () => {
  expect(usage('remediate')).toBe('/keys remediate [user] [account] [--strict] [reason]');
});

const user = fc.stringMatching(/^[\w+=,.@-]{1,64}$/);
/** Dashes alone begin the reason, with `strict` they are the flag: names like that, which IAM allows, cannot be typed. */
const typeable = user.filter((name) => !/^-+(strict)?$/i.test(name));
const names = Object.keys(forms).filter((name): name is Subcommand => name in forms);

describe('properties', () => {
  test('never throws, and never finds a user that IAM could not have', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string(), (name, rest) => {
        const parsed = parseCommand(`${name} ${rest}`);
        if (parsed.ok && parsed.command.user !== undefined)
          expect(parsed.command.user).toMatch(/^[\w+=,.@-]{1,64}$/);
        return true;
      }),
    );
  });

  test('what is written is understood as the same command, whatever the reason looks like', () => {
    const word = fc.oneof(
      fc.constantFrom('--strict', '—strict', '--', '210987654321', '30'),
      fc.stringMatching(/^\S{1,9}$/),
    );
    const given = fc.record(
      {
        name: fc.constant('remediate' as const),
        user: typeable,
        account: fc.stringMatching(/^\d{12}$/),
        strict: fc.boolean(),
        reason: fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')),
      },
      { requiredKeys: ['name', 'user', 'strict'] },
    );
    fc.assert(
      fc.property(given, (wanted) => {
        expect(command(writeCommand(wanted))).toEqual(wanted);
      }),
    );
    const exempt: Command = { name: 'exempt', user: 'ada', days: 30, strict: false, reason: '7 days more' };
    expect(command(writeCommand(exempt))).toEqual(exempt);
    const all: Command = {
      name: 'remediate',
      all: true,
      account: '1'.repeat(12),
      strict: false,
      reason: 'idle',
    };
    for (const one of [all, { name: 'remediate', all: true, strict: false } as const]) {
      expect(command(writeCommand(one))).toEqual(one);
    }
  });

  test('a user, an account and a reason are found again in any mode', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(typeable, words, fc.boolean(), (name, reason, strict) => {
        const text = `remediate ${name} 111122223333 ${strict ? '--strict ' : ''}${reason.join(' ')}`;
        expect(command(text)).toEqual({
          name: 'remediate',
          user: name,
          account: '111122223333',
          strict,
          reason: reason.join(' '),
        });
      }),
    );
  });
});
