import { defaults, GitHub } from '@actions/github/lib/utils';
import { throttling } from '@octokit/plugin-throttling';
import { isOutage } from './github-error.ts';
import { githubPace, type Pace, throttleGroups } from './pace.ts';

export interface GitHubAccess {
  /** `GITHUB_API_URL`, such as `https://api.github.com`. */
  readonly baseUrl: string;
  /** A token, or where to get one that has not expired. */
  readonly token: string | (() => Promise<string>);
  readonly pace?: Pace;
  /** Milliseconds that one request may take, its whole answer included. */
  readonly timeout?: number;
  /** Waits this many milliseconds. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

export type GitHubClient = InstanceType<typeof GitHub>;

/** GitHub may ask for waits up to the next full hour; longer ones than this, in seconds, are an error instead. */
const longestWait = 120;
const mostWaits = 3;
/** Milliseconds before each repetition of a request that may be repeated. */
const repeatAfter = [500, 2_000, 5_000];

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Octokit with GitHub's pace. A request that was refused for a rate limit waits as GitHub asks, up to two minutes.
 * Requests that mean the same when they are repeated (all but POST) are, after a 5xx, a timeout or a cut connection.
 */
export function connectGitHub(access: GitHubAccess): GitHubClient {
  const { baseUrl, token, pace = githubPace, timeout = 30_000, sleep = pause } = access;
  // The plugin would wait by the machine's own clock: it is told that the time is over when it is.
  const wait = async (seconds: number, _request: object, _client: object, waits: number) => {
    if (waits >= mostWaits || seconds > longestWait) return false;
    await sleep(seconds * 1_000);
    return true;
  };
  const Client = GitHub.plugin(throttling);
  const client = new Client({
    baseUrl,
    userAgent: 'keyturn',
    request: { fetch: completeFetch(timeout) },
    throttle: {
      ...throttleGroups(pace),
      retryAfterBaseValue: 0,
      onRateLimit: wait,
      onSecondaryRateLimit: wait,
    },
  });
  client.hook.before('request', async (options) => {
    // A GitHub App's own token is taken as Bearer only, and the others are as well.
    options.headers.authorization = `Bearer ${typeof token === 'string' ? token : await token()}`;
  });
  client.hook.wrap('request', async (request, options) => {
    for (const milliseconds of options.method === 'POST' ? [] : repeatAfter) {
      try {
        return await request(options);
      } catch (error) {
        if (!isOutage(error)) throw error;
        await sleep(milliseconds);
      }
    }
    return request(options);
  });
  return client;
}

/**
 * Fetches the answer to its end. Octokit takes a body that was cut off for an empty one, and its paging takes that
 * for an empty page: issues would seem not to be there.
 */
function completeFetch(timeout: number): typeof fetch {
  const proxied: typeof fetch = defaults.request?.fetch ?? fetch;
  return async (input, init) => {
    const limits = [AbortSignal.timeout(timeout), ...(init?.signal ? [init.signal] : [])];
    const response = await proxied(input, { ...init, signal: AbortSignal.any(limits) });
    const { status, statusText } = response;
    const body = await response.arrayBuffer();
    const headers = Object.fromEntries(response.headers);
    return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
  };
}
