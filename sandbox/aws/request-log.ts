import type { Service } from './operation.ts';

/** One request that reached the stand-in, whatever came of it. */
export interface LoggedRequest {
  readonly service: Service;
  readonly operation: string;
  /** ARN of who signed it. */
  readonly caller: string;
  /** What the caller's session was opened with, as CloudTrail shows it. */
  readonly sourceIdentity: string | undefined;
  /** Account id that the credentials belong to. */
  readonly account: string;
  readonly at: Date;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What has been asked, for budgets and for tests. */
export class RequestLog {
  readonly #requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.#requests.push(request);
  }

  get list(): readonly LoggedRequest[] {
    return this.#requests;
  }

  get total(): number {
    return this.#requests.length;
  }

  /** Requests by operation. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation } of this.#requests) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  clear(): void {
    this.#requests.length = 0;
  }
}
