import { isRecord } from '../../shared/trust-boundaries.ts';
import type { Arguments } from './exchange.ts';

const timestamp = /^\d{10}\.\d{6}$/;
const timestampFields = ['ts', 'message_ts', 'thread_ts'];
const sentTimestampFields = [...timestampFields, 'latest', 'oldest'];
/** What the bot wrote stays as it is. */
const untouched = ['blocks', 'metadata', 'attachments', 'view', 'private_metadata'];

/** `emulate` makes up ids, and message timestamps by the machine's clock; here they have ids and a clock of their own. */
export class Translation {
  readonly #now: () => Date;
  readonly #ids: readonly (readonly [theirs: string, own: string])[];
  readonly #own = new Map<string, string>();
  readonly #theirs = new Map<string, string>();
  #count = 0;

  constructor(now: () => Date, ids: readonly (readonly [theirs: string, own: string])[]) {
    this.#now = now;
    this.#ids = ids;
  }

  /** Arguments on their way to `emulate`. */
  inward(args: Arguments): Arguments {
    let text = JSON.stringify(args);
    for (const [theirs, own] of this.#ids) text = text.replaceAll(own, theirs);
    const entries = Object.entries(record(JSON.parse(text)));
    return Object.fromEntries(
      entries.map(([name, value]) => {
        if (!sentTimestampFields.includes(name) || typeof value !== 'string') return [name, value];
        return [name, this.#theirs.get(value) ?? value];
      }),
    );
  }

  /** The text of an answer on its way back. */
  outward(text: string): unknown {
    let translated = text;
    for (const [theirs, own] of this.#ids) translated = translated.replaceAll(theirs, own);
    return this.#walk(JSON.parse(translated), '');
  }

  /** A timestamp for what `emulate` does not keep. */
  next(): string {
    this.#count += 1;
    return `${Math.floor(this.#now().getTime() / 1_000)}.${String(this.#count).padStart(6, '0')}`;
  }

  #walk(value: unknown, name: string): unknown {
    if (untouched.includes(name)) return value;
    if (timestampFields.includes(name) && typeof value === 'string') return this.#ownOf(value);
    if (Array.isArray(value)) return value.map((entry) => this.#walk(entry, ''));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, this.#walk(entry, key)]));
  }

  #ownOf(theirs: string): string {
    const known = this.#own.get(theirs);
    if (known) return known;
    if (!timestamp.test(theirs)) return theirs;
    const own = this.next();
    this.#own.set(theirs, own);
    this.#theirs.set(own, theirs);
    return own;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
