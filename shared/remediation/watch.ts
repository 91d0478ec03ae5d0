import { type ErrorCode, KeyturnError } from '../errors.ts';
import { carryOut } from './carry-out.ts';
import { catchUp } from './catch-up.ts';
import { poll } from './poll.ts';
import { pollingPause } from './polling-pause.ts';
import type { RunbookPlace, TrailIssue, World } from './ports.ts';
import { placeName } from './run-runbook.ts';
import { attempt } from './show.ts';
import type { Running, StartedRequest } from './step.ts';

const minute = 60_000;
/** How far back the first look goes. AWS keeps executions for as long. */
const firstLook = 30 * 24 * 60 * minute;
/** How much is looked at twice, because GitHub's clock and lists may lag. */
const overlap = 2 * minute;
/** Between ticks while nothing runs: they ask nobody anything. */
const idlePause = 5_000;

/** Sees to it that whatever was started ends, in this process or in the one after it. */
export interface Watch {
  /**
   * Goes on with what was started on this issue, and keeps an eye on it. Never rejects. Returns what kept it from being
   * gone on with, which will be tried again; that a view of it could not be brought up to date is not such a thing.
   *
   * @param request the start, when it is known: it is seen to and reported even if the trail is tampered with by then;
   * without it, nothing is done about an issue of which something runs that is watched already
   */
  follow(issue: TrailIssue, request?: StartedRequest): Promise<{ readonly error: unknown } | undefined>;
  /**
   * One round. Never rejects. Returns how long to wait before the next, in milliseconds.
   *
   * @param stopping once it is aborted nothing further is begun; the next process does it
   */
  tick(stopping?: AbortSignal): Promise<number>;
}

/** The first tick looks at everything of the last 30 days: that is how a process takes over from one that died. */
export function createWatch(world: World): Watch {
  return new WorldWatch(world);
}

interface Due {
  readonly issue: TrailIssue;
  readonly at: Date;
  /** What was started there and could not be carried out yet. */
  readonly request: StartedRequest | undefined;
}

class WorldWatch implements Watch {
  readonly #world: World;
  /** By request id. Only looking at it ends this: a trail that shows it no more was tampered with. */
  readonly #inFlight = new Map<string, Running>();
  /** Issues to look at again although nobody changed them, by number. */
  readonly #due = new Map<number, Due>();
  #seenUntil: Date;
  #nextSweep: Date;

  constructor(world: World) {
    this.#world = world;
    this.#nextSweep = world.clock.now();
    this.#seenUntil = later(this.#nextSweep, -firstLook);
  }

  async follow(
    issue: TrailIssue,
    request?: StartedRequest,
  ): Promise<{ readonly error: unknown } | undefined> {
    if (!request && this.#runningOn(issue).length > 0) return undefined;
    this.#lookAgain(issue, later(this.#now(), idlePause), request);
    try {
      this.#keep(await carryOut(this.#world, issue, request && { request }));
      this.#due.delete(issue.number);
      return undefined;
    } catch (error) {
      this.#world.log.failed(`carry out issue #${issue.number}`, error);
      return { error };
    }
  }

  async tick(stopping?: AbortSignal): Promise<number> {
    const world = this.#world;
    await attempt(world, 'look for changed issues', () => this.#sweep(stopping));
    await this.#lookAtDue(stopping);
    const places = new Map([...this.#inFlight.values()].map(({ place }) => [placeName(place), place]));
    for (const [name, place] of places) {
      await this.#poll(name, place, stopping);
    }
    if (this.#inFlight.size === 0) return idlePause;
    const starts = [...this.#inFlight.values()].map(({ request }) => request.started.at.getTime());
    return pollingPause(this.#now().getTime() - Math.max(...starts), world.clock.random());
  }

  async #sweep(stopping: AbortSignal | undefined): Promise<void> {
    const now = this.#now();
    if (now < this.#nextSweep) return;
    this.#nextSweep = later(now, minute);
    const changed = await this.#world.issues.listSince(this.#seenUntil);
    for (const issue of changed) {
      if (stopping?.aborted) return;
      if (issue.comments > 0 && !this.#passOver(issue)) await this.#look(issue);
    }
    this.#seenUntil = later(now, -overlap);
  }

  async #lookAtDue(stopping: AbortSignal | undefined): Promise<void> {
    const now = this.#now();
    for (const due of [...this.#due.values()].filter(({ at }) => at <= now)) {
      if (stopping?.aborted) return;
      if (this.#passOver(due.issue)) continue;
      // One that cannot be read keeps nobody else waiting.
      await attempt(this.#world, `look at issue #${due.issue.number} again`, () => this.#lookAt(due));
    }
  }

  /** Without a start, nothing is left to do for an issue that was deleted or has moved away. */
  async #lookAt({ issue, request }: Due): Promise<void> {
    this.#lookAgain(issue, later(this.#now(), minute), request);
    try {
      await this.#look(await this.#read(issue));
    } catch (error) {
      if (!request && has(error, 'github-not-found')) this.#due.delete(issue.number);
      throw error;
    }
  }

  /** Whoever takes the marker out of the body stops nothing: whom the issue is about is known, and the trail tells it too. */
  async #read(known: TrailIssue): Promise<TrailIssue> {
    try {
      return await this.#world.issues.read(known.number);
    } catch (error) {
      if (has(error, 'github-marker-missing')) return known;
      throw error;
    }
  }

  /**
   * What runs there is polled together with all that runs: looking at each one by itself would cost a request of the few
   * that AWS allows. Its end is looked at by the poll, and the issue in a minute.
   */
  #passOver(issue: TrailIssue): boolean {
    const request = this.#due.get(issue.number)?.request;
    const isPolled = this.#runningOn(issue).some(({ executionId }) => executionId !== undefined);
    if (!isPolled || (request && !this.#inFlight.has(request.id))) return false;
    this.#lookAgain(issue, later(this.#now(), minute), request);
    return true;
  }

  #runningOn({ number }: TrailIssue): Running[] {
    return [...this.#inFlight.values()].filter(({ issue }) => issue.number === number);
  }

  /** What fails is looked at again in a minute. */
  async #look(found: TrailIssue): Promise<void> {
    const due = this.#due.get(found.number);
    const request = due?.request;
    // Whom it was started for, and in which account, its start says; the marker may have been changed since.
    const issue = request ? { ...found, finding: due.issue.finding } : found;
    this.#lookAgain(issue, later(this.#now(), minute), request);
    await attempt(this.#world, `catch up with issue #${issue.number}`, async () => {
      const { running, lookAgainAt } = await catchUp(this.#world, issue, request);
      this.#keep(running);
      if (lookAgainAt) this.#lookAgain(issue, lookAgainAt);
      else this.#due.delete(issue.number);
    });
  }

  async #poll(name: string, place: RunbookPlace, stopping: AbortSignal | undefined): Promise<void> {
    if (stopping?.aborted) return;
    const running = [...this.#inFlight.values()].filter((one) => placeName(one.place) === name);
    const left = await poll(this.#world, place, running, stopping);
    for (const { request } of running) this.#inFlight.delete(request.id);
    for (const one of left) this.#keep(one);
  }

  #keep(running: Running | undefined): void {
    if (running) this.#inFlight.set(running.request.id, running);
  }

  #lookAgain(issue: TrailIssue, at: Date, request?: StartedRequest): void {
    this.#due.set(issue.number, { issue, at, request });
  }

  #now(): Date {
    return this.#world.clock.now();
  }
}

function has(error: unknown, code: ErrorCode): boolean {
  return error instanceof KeyturnError && error.code === code;
}

function later(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() + milliseconds);
}
