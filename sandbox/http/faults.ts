/** Something that goes wrong with a route. Without `status`, `drop` or `hideNewest` the answer is only late. */
export interface Fault {
  /** As in RequestCounts, such as `POST /repos/{owner}/{repo}/issues` or `chat.postMessage`; or a pattern for several. */
  readonly route: string | RegExp;
  /** Which call from now on, counted from 1 (the default). */
  readonly nth?: number;
  /** How many calls in a row (1). */
  readonly times?: number;
  /** Of these calls a share only: told anew for each of them whether it is hit. */
  readonly chance?: () => boolean;
  /** `after`: the write has happened, and the caller does not learn of it. `before` is the default. */
  readonly when?: 'before' | 'after';
  /** Answers with this status instead. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer's JSON; by default the service's form of an error. A string is sent as it is, under the type JSON. */
  readonly body?: unknown;
  /** Cuts the connection. */
  readonly drop?: boolean;
  /** Cuts the connection in the middle of the answer's body. */
  readonly cutOff?: boolean;
  /** Before anything is done. */
  readonly delayMilliseconds?: number;
  /** No answer for so long, to something that is done at once. */
  readonly stallMilliseconds?: number;
  /** Done at the moment at which it fails: with `after`, when its effect is there. */
  readonly onFailure?: () => void;
  /** The list lags behind: its newest entries, this many, are missing. */
  readonly hideNewest?: number;
}

/** Faults that tests plan for routes; each one is used up. */
export class Faults {
  /** Milliseconds that every answer takes. */
  latency = 0;
  #planned: { readonly fault: Fault; calls: number }[] = [];

  add(fault: Fault): void {
    this.#planned.push({ fault, calls: 0 });
  }

  clear(): void {
    this.#planned = [];
    this.latency = 0;
  }

  /** What goes wrong with this call, if anything. */
  take(route: string): Fault | undefined {
    let hit: Fault | undefined;
    for (const planned of this.#planned) {
      const { fault } = planned;
      if (!isOn(fault, route)) continue;
      planned.calls += 1;
      const first = fault.nth ?? 1;
      const isDue = planned.calls >= first && planned.calls < first + (fault.times ?? 1);
      if (isDue && (fault.chance?.() ?? true)) hit ??= fault;
    }
    return hit;
  }
}

function isOn({ route: wanted }: Fault, route: string): boolean {
  return typeof wanted === 'string' ? wanted === route : wanted.test(route);
}
