import { isRecord } from '../../shared/trust-boundaries.ts';
import type { Answer, Request } from './exchange.ts';

interface Times {
  created: string;
  updated: string;
  closed: string | null;
}

/**
 * The times of issues and comments by a clock of one's own, in whole seconds as GitHub writes them (`emulate` knows
 * only the machine's clock, with milliseconds).
 */
export class Timestamps {
  readonly #now: () => Date;
  readonly #issues = new Map<string, Times>();
  readonly #comments = new Map<string, Times>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Takes note of what a request that succeeded has changed. */
  record({ method, path }: Request, { status, body }: Answer): void {
    if (method === 'GET' || status >= 300) return;
    const [, issue, part] = /\/issues\/(\d+)(\/\w+)?/.exec(path) ?? [];
    const [, comment] = /\/issues\/comments\/(\d+)/.exec(path) ?? [];
    if (comment) this.#touch(this.#comments, comment);
    else if (issue) this.#touch(this.#issues, issue);
    if (!isRecord(body)) return;
    if (part === '/comments') this.#touch(this.#comments, String(body['id']));
    else if (!comment && body['number'] !== undefined) this.#touchIssue(body);
  }

  /** The same JSON with this clock's times in it. */
  stamp(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.stamp(entry));
    if (!isRecord(value)) return value;
    const times = this.#of(value);
    if (!times) return value;
    return {
      ...value,
      created_at: times.created,
      updated_at: times.updated,
      ...('closed_at' in value && { closed_at: times.closed }),
    };
  }

  #of(value: Readonly<Record<string, unknown>>): Times | undefined {
    if ('labels_url' in value) return this.#issues.get(String(value['number']));
    return 'issue_url' in value ? this.#comments.get(String(value['id'])) : undefined;
  }

  #touchIssue(body: Readonly<Record<string, unknown>>): void {
    const times = this.#touch(this.#issues, String(body['number']));
    times.closed = body['state'] === 'closed' ? (times.closed ?? times.updated) : null;
  }

  #touch(all: Map<string, Times>, key: string): Times {
    const now = this.#now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    const times = all.get(key) ?? { created: now, updated: now, closed: null };
    times.updated = now;
    all.set(key, times);
    return times;
  }
}
