import { AwsFailure } from './failure.ts';
import type { Call } from './operation.ts';

/** A bucket of tokens: as many calls at once as it holds, then so many a second. */
interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * How many calls a second AWS takes, by account, for one operation or a whole service. Time here is the machine's: what
 * is throttled are real requests, and the SDKs wait in real time before they try again.
 */
export class Rates {
  /** Source: Systems Manager quotas for automations. IAM publishes none. */
  readonly #perSecond = new Map<string, number>([
    ['StartAutomationExecution', 1],
    ['GetAutomationExecution', 3],
    ['DescribeAutomationExecutions', 3],
  ]);
  readonly #buckets = new Map<string, Bucket>();
  readonly #milliseconds: () => number;

  constructor(milliseconds: () => number) {
    this.#milliseconds = milliseconds;
  }

  /** Sets the rate of an operation (`ListUsers`) or a service (`iam`); `undefined` takes the limit away. */
  limit(target: string, perSecond: number | undefined): void {
    if (perSecond === undefined) this.#perSecond.delete(target);
    else this.#perSecond.set(target, perSecond);
    this.#buckets.clear();
  }

  /** Throws AWS's throttling error when the call is one too many. */
  take(call: Call): void {
    const targets = [call.operation, call.service];
    if (targets.every((target) => this.#takeFrom(target, call.account.id))) return;
    const xml = call.service === 'iam' || call.service === 'sts';
    throw new AwsFailure(xml ? 'Throttling' : 'ThrottlingException', 'Rate exceeded');
  }

  #takeFrom(target: string, account: string): boolean {
    const rate = this.#perSecond.get(target);
    if (rate === undefined) return true;
    const now = this.#milliseconds();
    const capacity = Math.max(1, rate);
    const bucket = this.#buckets.get(`${target}@${account}`) ?? { tokens: capacity, filledAt: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.filledAt) / 1000) * rate);
    bucket.filledAt = now;
    this.#buckets.set(`${target}@${account}`, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
