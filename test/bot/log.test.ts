import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createJournal } from '../../bot/journal.ts';
import { createLog, describeError, lineWriter, slackLogger } from '../../bot/log.ts';
import { KeyturnError } from '../../shared/errors.ts';

function recorded(secrets: string[] = []) {
  const lines: string[] = [];
  return { lines, log: createLog(secrets, (line) => lines.push(line)) };
}

test.each([
  'xoxb-123-abc',
  'xoxe.xoxp-1-abc',
  'xapp-1-A0-abc',
  'ghs_0123456789abc',
  'github_pat_11AA_bb',
  'https://hooks.slack.com/commands/T0/1/abc',
  'Bearer abc.def',
  '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----',
])('%s never gets into the log', (secret) => {
  const { lines, log } = recorded();
  log.error({ err: new Error(`refused ${secret}`, { cause: { secret } }) }, `with ${secret}`);
  expect(lines.join('')).toContain('[secret]');
  expect(lines.join('')).not.toContain(secret.slice(-6));
});

test('nor do secrets that are known, whatever they look like', () => {
  const { lines, log } = recorded(['s"3\ncret', '']);
  log.info('the s"3\ncret');
  expect(lines[0]).toContain('"the [secret]"');
});

test('what is too short to be a secret does not shred the log', () => {
  const { lines, log } = recorded(['a', 'e']);
  log.info('a reader can read');
  expect(lines[0]).toContain('a reader can read');
});

test('text from outside forges no line', () => {
  const { lines, log } = recorded();
  log.info('one\n{"level":"error"}\u2028');
  expect(lines[0]?.trim().split('\n')).toHaveLength(1);
});

test('an error for people has its code and no stack; others have one, and causes', () => {
  expect(describeError(new KeyturnError('user-gone', 'Gone.'))).toEqual({
    name: 'KeyturnError',
    code: 'user-gone',
    message: expect.stringContaining('Gone.'),
  });
  expect(describeError(new Error('outer', { cause: 'inner' }))).toMatchObject({
    stack: expect.any(String),
    cause: { message: 'inner' },
  });
});

test("Slack's libraries write warnings and errors, and none of their debugging", () => {
  const { lines, log } = recorded();
  const logger = slackLogger(log);
  logger.setName('web');
  logger.setLevel(logger.getLevel());
  logger.debug('whole request');
  logger.info('connected');
  logger.warn('slow', new Error('very'));
  logger.error('broken');
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['slow very', 'broken']);
});

test('the journal labels what is done for one piece of work', async () => {
  const { lines, log } = recorded();
  const journal = createJournal(log);
  await journal.under({ person: 'U1' }, async () => journal.failed('close the issue', new Error('no')));
  journal.failed('something else', new Error('other'));
  journal.info('done');
  journal.warn('odd', 'words');
  journal.deviated(7);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', person: 'U1', task: 'close the issue', msg: 'Could not close the issue' },
    { task: 'something else' },
    { level: 'info', msg: 'done' },
    { level: 'warn', err: { message: 'words' } },
    { level: 'warn', remediation: 'failed', issue: 7 },
  ]);
  expect(lines[1]).not.toContain('U1');
});

test('once a line could not be written no other is tried, and that is told once', async () => {
  const tried: string[] = [];
  const lost: string[] = [];
  const told = Promise.withResolvers<void>();
  const output = new Writable({
    autoDestroy: false,
    write(chunk, _, done) {
      tried.push(String(chunk));
      done(new Error('EPIPE'));
    },
  });
  const write = lineWriter(output, ({ message }) => {
    lost.push(message);
    told.resolve();
  });
  write('one');
  await told.promise;
  write('two');
  output.emit('error', new Error('again'));
  expect({ tried, lost }).toEqual({ tried: ['one'], lost: ['EPIPE'] });
});
