import type { Writable } from 'node:stream';
import { isNativeError } from 'node:util/types';
import { type Logger, LogLevel } from '@slack/bolt';
import { type Logger as Log, pino } from 'pino';
import { KeyturnError } from '../shared/errors.ts';

export type { Log };

/** Tokens of Slack, GitHub and AWS by their looks, response URLs (whoever has one can post), private keys. */
const secretShapes =
  /\bxox[a-z](?:\.xox[a-z])?-[\w-]+|\bxapp-[\w-]+|\bgh[a-z]_\w+|\bgithub_pat_\w+|https:\/\/hooks\.slack\.com\/[^\s"\\]+|-----BEGIN [^"]*?-----END [A-Z ]*-----|\bBearer [\w.~+/=-]+/g;

/** What is shorter is no secret, and taking it out would leave nothing readable. */
export const shortestSecret = 8;

/** Takes secrets out of finished text, so that it does not matter how they got there. */
export function redactor(secrets: readonly string[]): (line: string) => string {
  // A line of the log is JSON: a secret with line breaks is written in it as JSON writes them.
  const known = secrets
    .filter(({ length }) => length >= shortestSecret)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return (line) =>
    known
      .reduce((text, secret) => text.replaceAll(secret, '[secret]'), line)
      .replaceAll(secretShapes, '[secret]');
}

/**
 * One JSON object a line. Text from outside stands in JSON strings and can forge no line.
 *
 * @param secrets what must not appear, whatever it looks like
 */
export function createLog(secrets: readonly string[], write: (line: string) => void): Log {
  const redact = redactor(secrets);
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    { write: (line: string) => write(redact(line)) },
  );
}

/**
 * Writes lines for as long as somebody reads them. `onLost` hears once that nobody does any more: to write that down would
 * fail again, and again.
 */
export function lineWriter(output: Writable, onLost: (error: Error) => void): (line: string) => void {
  let isRead = true;
  output.on('error', (error) => {
    if (!isRead) return;
    isRead = false;
    onLost(error);
  });
  return (line) => {
    if (isRead) output.write(line);
  };
}

/** What is known of an error, without the requests and answers that SDKs hang on theirs. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!isNativeError(error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...(error instanceof KeyturnError ? { code: error.code } : { stack }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}

/** The log as Slack's own libraries want it. They are told to be brief: their debug level prints whole requests. */
export function slackLogger(log: Log): Logger {
  const child = log.child({ component: 'slack' });
  const words = (parts: readonly unknown[]) =>
    parts.map((part) => (isNativeError(part) ? part.message : String(part))).join(' ');
  return {
    debug: () => undefined,
    info: (...parts: unknown[]) => child.debug(words(parts)),
    warn: (...parts: unknown[]) => child.warn(words(parts)),
    error: (...parts: unknown[]) => child.error(words(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
