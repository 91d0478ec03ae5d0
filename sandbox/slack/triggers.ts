import { randomBytes } from 'node:crypto';

interface Trigger {
  readonly userId: string;
  /** The modal that it came from: it may push onto it. */
  readonly viewId?: string;
  readonly until: number;
  used: boolean;
}

/** The trigger ids that interactions carry: each opens one modal, while it lives. */
export class Triggers {
  readonly #now: () => Date;
  readonly #lifetime: number;
  readonly #triggers = new Map<string, Trigger>();

  /** `lifetime`: in milliseconds. */
  constructor(now: () => Date, lifetime: number) {
    this.#now = now;
    this.#lifetime = lifetime;
  }

  issue(userId: string, viewId?: string): string {
    const now = this.#now().getTime();
    const id = `${now}.${this.#triggers.size + 1}.${randomBytes(16).toString('hex')}`;
    const until = now + this.#lifetime;
    this.#triggers.set(id, { userId, until, used: false, ...(viewId && { viewId }) });
    return id;
  }

  /** Uses it up. A text is Slack's error. */
  take(id: string): Omit<Trigger, 'used' | 'until'> | string {
    const trigger = this.#triggers.get(id);
    if (!trigger) return 'invalid_trigger_id';
    if (trigger.used) return 'exchanged_trigger_id';
    if (this.#now().getTime() > trigger.until) return 'expired_trigger_id';
    trigger.used = true;
    return trigger;
  }
}
