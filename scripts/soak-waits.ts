/**
 * What the SDKs wait for by timers of their own, moved to the soak's clock: their rules stay, and a year of waits takes no
 * time. GitHub's and the product's own waits go by the `sleep` that the product is given.
 */
import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { AdaptiveRetryStrategy, DefaultRateLimiter } from '@smithy/core/retry';
import type { SoakWorld } from '../sandbox/soak/start-world.ts';

type Time = Pick<SoakWorld, 'now' | 'advance'>;
type AwsClient = ConfigServiceClient | IAMClient | SSMClient;

/** After one throttled answer the SDK spaces all further requests of the client: at first, two seconds apart. */
export async function waitForAwsBy(time: Time, clients: readonly AwsClient[]): Promise<void> {
  // The SDK's own seam for tests; all its limiters share it.
  Object.assign(DefaultRateLimiter, {
    setTimeoutFn: (wake: () => void, milliseconds: number) => {
      time.advance(milliseconds);
      setImmediate(wake);
    },
  });
  for (const { config } of clients) {
    const rateLimiter = new DefaultRateLimiter();
    Object.assign(rateLimiter, { getCurrentTimeInSeconds: () => time.now().getTime() / 1_000 });
    const maxAttempts = await config.maxAttempts();
    const backoff = backoffBy(time);
    const strategy = new AdaptiveRetryStrategy(maxAttempts, { maxAttempts, rateLimiter, backoff });
    config.retryStrategy = async () => strategy;
  }
}

/** As long as the SDK's own, DefaultRetryBackoffStrategy, at its longest; over when it is told. */
function backoffBy({ advance }: Time) {
  let base = 0;
  return {
    setDelayBase(milliseconds: number) {
      base = milliseconds;
    },
    computeNextBackoffDelay(attempt: number): number {
      advance(Math.min(base * 2 ** attempt, 20_000));
      return 0;
    },
  };
}

/** Slack's client pauses all its requests for as long as Retry-After says. */
export function waitForSlackBy({ advance }: Time): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (answer.status !== 429) return answer;
    advance(Number(answer.headers.get('retry-after')) * 1_000);
    return new Response(answer.body, { status: 429, headers: { 'retry-after': '0' } });
  };
}
