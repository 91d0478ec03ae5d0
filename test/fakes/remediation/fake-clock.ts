import type { Clock } from '../../../shared/remediation/ports.ts';
import { today } from '../user-snapshot.ts';

/** Time passes only when somebody sleeps, at once, or when a test says so. */
export class FakeClock implements Clock {
  #now = today.getTime();
  readonly slept: number[] = [];

  now(): Date {
    return new Date(this.#now);
  }

  async sleep(duration: number): Promise<void> {
    this.slept.push(duration);
    this.advance(duration);
  }

  random(): number {
    return 0.5;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
