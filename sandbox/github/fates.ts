import { z } from 'zod';
import { type Answer, type Request, refusal } from './exchange.ts';

/** What may become of an issue. `transferred-out-of-sight`: to a repository that the token does not see. */
export type Fate = 'deleted' | 'transferred' | 'transferred-out-of-sight' | 'locked';

/** Another repository, which has issues of its own. */
const elsewhere = '/repos/octo-org/elsewhere/issues/';
const newNumber = 815;
const numbered = z.looseObject({ number: z.number() });

/**
 * Issues that people deleted, transferred or locked, which `emulate` does not know. An app does not count as a
 * collaborator on a locked issue, whatever it may do else.
 *
 * Source: GitHub's REST reference, "Get an issue" (301, 404, 410); probot/stale issue #25 for locked ones.
 */
export class Fates {
  readonly #fates = new Map<number, Fate>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  set(number: number, fate: Fate): void {
    this.#fates.set(number, fate);
  }

  /** As it was. */
  lift(number: number): void {
    this.#fates.delete(number);
  }

  isGone(number: number): boolean {
    return this.#fates.has(number) && this.#fates.get(number) !== 'locked';
  }

  /** Where lists do not show an entry any more: `entry` is an issue or a comment. */
  hides(entry: { readonly number?: unknown; readonly issue_url?: unknown }): boolean {
    const [, ofComment] = /\/issues\/(\d+)$/.exec(String(entry.issue_url ?? '')) ?? [];
    return this.isGone(Number(entry.number ?? ofComment));
  }

  /** An issue as GitHub shows it, with whether it is locked. */
  stamp(body: unknown): unknown {
    const { data } = numbered.safeParse(body);
    return data ? { ...data, locked: this.#fates.get(data.number) === 'locked' } : body;
  }

  /** The answer to a call about such an issue; undefined: there is nothing about it. */
  answer({ method, path }: Pick<Request, 'method' | 'path'>): Answer | undefined {
    if (path.startsWith(elsewhere)) return this.#newcomer(path);
    const [, number = '', rest = ''] = /^\/repos\/[^/]+\/[^/]+\/issues\/(\d+)(\/.*)?$/.exec(path) ?? [];
    switch (this.#fates.get(Number(number))) {
      case 'deleted':
        return refusal(410, 'This issue was deleted');
      case 'transferred-out-of-sight':
        return refusal(404, 'Not Found');
      case 'transferred': {
        const location = `${this.#url}${elsewhere}${number}${rest}`;
        // A GET may be repeated there by whoever asks; anything else has to be asked for anew.
        return refusal(method === 'GET' ? 301 : 307, 'Moved Permanently', undefined, { location });
      }
      case 'locked':
        if (method !== 'POST' || rest !== '/comments') return undefined;
        return refusal(403, 'Unable to create comment because issue is locked.');
      default:
        return undefined;
    }
  }

  /** Any issue that came from here has another number there. */
  #newcomer(path: string): Answer {
    const [, rest = ''] = /\/issues\/\d+(\/.*)?$/.exec(path) ?? [];
    if (rest !== '') return { status: 200, headers: {}, body: [] };
    const at = '2026-01-01T00:00:00Z';
    const body = {
      number: newNumber,
      title: 'An issue that was transferred',
      body: '',
      state: 'open',
      labels: [],
      assignees: [],
      comments: 0,
      user: { login: 'alice' },
      html_url: `${this.#url}/octo-org/elsewhere/issues/${newNumber}`,
      created_at: at,
      updated_at: at,
    };
    return { status: 200, headers: {}, body };
  }
}
