/** A message that one person sees, until they reload Slack. */
export interface Ephemeral {
  readonly ts: string;
  readonly userId: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** Ephemeral messages: `emulate` takes them and shows them to nobody. */
export class Ephemerals {
  #messages: Ephemeral[] = [];

  of(userId: string): readonly Ephemeral[] {
    return this.#messages.filter((message) => message.userId === userId);
  }

  add(message: Ephemeral): void {
    this.#messages.push(message);
  }

  find(userId: string, ts: string): Ephemeral | undefined {
    return this.#messages.find((message) => message.userId === userId && message.ts === ts);
  }

  replace(ts: string, change: Pick<Ephemeral, 'text' | 'blocks'>): void {
    this.#messages = this.#messages.map((message) =>
      message.ts === ts ? { ...message, ...change } : message,
    );
  }

  remove(ts: string): void {
    this.#messages = this.#messages.filter((message) => message.ts !== ts);
  }
}
