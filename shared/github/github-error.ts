import { z } from 'zod';
import { type ErrorCode, KeyturnError } from '../errors.ts';

const failureSchema = z.object({
  status: z.number(),
  message: z.string(),
  response: z
    .object({
      headers: z.record(z.string(), z.unknown()),
      data: z
        .object({ errors: z.array(z.looseObject({ field: z.string().optional() })).optional() })
        .catch({}),
    })
    .optional(),
});

/** What Octokit throws, as far as decisions hang on it. */
export type GitHubFailure = z.infer<typeof failureSchema>;

export function failureOf(error: unknown): GitHubFailure | undefined {
  return failureSchema.safeParse(error).data;
}

/**
 * Whether the error leaves open what GitHub did: a 5xx, a timeout, a cut connection (Octokit gives both of them the
 * status 500), or an answer that is none.
 */
export function isOutage(error: unknown): boolean {
  const failure = failureOf(error);
  return failure === undefined ? error instanceof z.ZodError : failure.status >= 500;
}

/** GitHub's own words: one line, without its links, short. */
function words(message: string): string {
  const [text = ''] = message.split(' - https://');
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}

function isRateLimit({ status, message, response }: GitHubFailure): boolean {
  const spent = response?.headers['x-ratelimit-remaining'] === '0';
  return status === 429 || (status === 403 && (spent || /rate limit/i.test(message)));
}

function rateLimitFact({ message, response }: GitHubFailure, doing: string): string {
  const headers = response?.headers ?? {};
  const reset = Number(headers['x-ratelimit-reset']);
  const retryAfter = Number(headers['retry-after']);
  const until = retryAfter
    ? ` It asks to wait ${retryAfter} seconds.`
    : reset
      ? ` It allows requests again at ${new Date(reset * 1_000).toISOString()}.`
      : '';
  return `GitHub would not ${doing} because a rate limit is used up: ${words(message)}.${until}`;
}

function permissionFact({ message, response }: GitHubFailure, doing: string): string {
  const needed = response?.headers['x-accepted-github-permissions'];
  const named = typeof needed === 'string' ? ` It asks for: ${needed.replaceAll('=', ': ')}.` : '';
  return `GitHub would not ${doing}: ${words(message)}.${named}`;
}

function describe(failure: GitHubFailure, doing: string): [ErrorCode, string] {
  const { status, message } = failure;
  const fact = `GitHub would not ${doing}: ${words(message)} (${status}).`;
  if (isRateLimit(failure)) return ['github-rate-limit', rateLimitFact(failure, doing)];
  if (status === 401) return ['github-token-invalid', fact];
  if (status === 403) return ['github-permission-missing', permissionFact(failure, doing)];
  if (status === 410 && /disabled/i.test(message)) return ['github-issues-disabled', fact];
  if (status === 404 || status === 410) return ['github-not-found', fact];
  if (status >= 500) return ['github-unreachable', `GitHub did not ${doing}: ${words(message)} (${status}).`];
  return ['github-refused', fact];
}

/** `doing` completes "GitHub would not …", such as `open an issue in octo-org/keys`. */
export function githubError(error: unknown, doing: string): KeyturnError {
  if (error instanceof KeyturnError) return error;
  const failure = failureOf(error);
  if (failure) return new KeyturnError(...describe(failure, doing), { cause: error });
  const fact = `GitHub was asked to ${doing}, and its answer is not what GitHub documents.`;
  return new KeyturnError('github-answer-invalid', fact, { cause: error });
}

/** Runs a request, and rejects with a KeyturnError. */
export async function translated<Result>(doing: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    throw githubError(error, doing);
  }
}
