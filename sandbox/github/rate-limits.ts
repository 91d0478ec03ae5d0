import { type Answer, refusal } from './exchange.ts';

/** GitHub's limits, each off unless it is set. */
export interface Limits {
  /** Requests an hour and token: 1,000 for a workflow's token, 5,000 and more for others. */
  readonly requestsPerHour?: number;
  /** New issues and comments a minute: 80. */
  readonly creationsPerMinute?: number;
  /** New issues and comments an hour: 500. */
  readonly creationsPerHour?: number;
}

const minute = 60_000;
const hour = 60 * minute;

const creations = new Set([
  'POST /repos/{owner}/{repo}/issues',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
]);

/**
 * Counts calls as GitHub does. Source: docs.github.com, "Rate limits for the REST API": the primary limit by the hour,
 * secondary limits for content creation, answered with 403 and Retry-After.
 */
export class RateLimits {
  limits: Limits = {};
  readonly #now: () => Date;
  readonly #windows = new Map<string, { start: number; count: number }>();
  #created: number[] = [];

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Refuses the call, or counts it; `headers` tell the caller where it stands. */
  check(token: string, route: string): { refused?: Answer; headers: Record<string, string> } {
    const time = this.#now().getTime();
    const { remaining, headers } = this.#spend(token, time);
    if (remaining < 0)
      return { refused: refusal(403, 'API rate limit exceeded.', undefined, headers), headers };
    const retryAfter = creations.has(route) ? this.#create(time) : 0;
    if (retryAfter === 0) return { headers };
    const message = 'You have exceeded a secondary rate limit and have been temporarily blocked.';
    const refused = refusal(403, message, undefined, { ...headers, 'retry-after': String(retryAfter) });
    return { refused, headers };
  }

  #spend(token: string, time: number): { remaining: number; headers: Record<string, string> } {
    const limit = this.limits.requestsPerHour ?? 5_000;
    const known = this.#windows.get(token);
    const window = known && known.start + hour > time ? known : { start: time, count: 0 };
    window.count += 1;
    this.#windows.set(token, window);
    const remaining = this.limits.requestsPerHour === undefined ? limit : limit - window.count;
    return {
      remaining,
      headers: {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(Math.max(0, remaining)),
        'x-ratelimit-reset': String(Math.ceil((window.start + hour) / 1_000)),
      },
    };
  }

  /** Seconds to wait, or 0 when the creation is allowed (and counted). */
  #create(time: number): number {
    this.#created = this.#created.filter((at) => at + hour > time);
    const wait = Math.max(
      this.#wait(time, minute, this.limits.creationsPerMinute),
      this.#wait(time, hour, this.limits.creationsPerHour),
    );
    if (wait === 0) this.#created.push(time);
    return wait;
  }

  #wait(time: number, span: number, limit: number | undefined): number {
    const recent = this.#created.filter((at) => at + span > time);
    const [oldest = time] = recent;
    return limit === undefined || recent.length < limit ? 0 : Math.ceil((oldest + span - time) / 1_000);
  }
}
