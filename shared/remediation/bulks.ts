import type { Policy } from '../policy/schema.ts';
import type { BulkState } from '../trail/bulk-state.ts';
import { type Allowance, allowanceOf, type Spent } from './bulk-allowance.ts';
import { BulkCourse } from './bulk-course.ts';
import { readHere, reportHalt } from './bulk-halt.ts';
import type { BulkIssue, BulkProgress } from './bulk-ports.ts';
import {
  type BulkUnderWay,
  beginUsers,
  finishBulk,
  holdOf,
  isUnderWay,
  type Startable,
} from './bulk-round.ts';
import { progressOf } from './bulk-standing.ts';
import type { BulkTrail } from './bulk-trail.ts';
import { lookAtBulk } from './last-look.ts';
import type { World } from './ports.ts';
import { attempt } from './show.ts';
import { showBulk } from './show-bulk.ts';
import type { Watch } from './watch.ts';

const minute = 60_000;
/** How far back the first look goes. */
const firstLook = 30 * 24 * 60 * minute;
const overlap = 2 * minute;
/** How long an issue may be without a recorded request before it is closed. */
const unrecordedFor = 60 * minute;
/** Between ticks, and between looks at a bulk request whose users are begun or run. */
const pause = 5_000;
/** Before the last card is tried again that Slack did not take. */
const unshownPause = 15 * minute;
/** Users who are begun before the card tells how far it is. */
const batch = 8;

/** Sees to it that every user of an approved bulk request is begun, in this process or in the one after it. */
export interface Bulks {
  /** Looks at this issue in the next tick: something was recorded on it. */
  follow(issue: BulkIssue): void;
  /** One round. Never rejects. Returns how long to wait before the next, in milliseconds. */
  tick(): Promise<number>;
}

/** @param commentsPerHour how many comments all bulk requests together may cause; undefined: any number */
export function createBulks(
  world: World,
  watch: Pick<Watch, 'follow'>,
  commentsPerHour: number | undefined,
): Bulks {
  return new WorldBulks(world, watch, commentsPerHour);
}

class WorldBulks implements Bulks {
  readonly #world: World;
  readonly #watch: Pick<Watch, 'follow'>;
  readonly #commentsPerHour: number | undefined;
  /** Those that something may be left to do for, by the number of their issue. */
  readonly #courses = new Map<number, BulkCourse>();
  /** What those that have ended may have cost, by the number of their issue. */
  readonly #ended = new Map<number, Spent>();
  #seenUntil: Date;
  #nextSweep: Date;

  constructor(world: World, watch: Pick<Watch, 'follow'>, commentsPerHour: number | undefined) {
    this.#world = world;
    this.#watch = watch;
    this.#commentsPerHour = commentsPerHour;
    this.#nextSweep = world.clock.now();
    this.#seenUntil = later(this.#nextSweep, -firstLook);
  }

  follow(issue: BulkIssue): void {
    const now = this.#world.clock.now();
    const known = this.#courses.get(issue.number);
    if (known) known.nextLook = now;
    else this.#courses.set(issue.number, new BulkCourse(issue, now));
  }

  async tick(): Promise<number> {
    await attempt(this.#world, 'look for bulk requests', () => this.#sweep());
    for (const course of [...this.#courses.values()]) {
      const now = this.#world.clock.now();
      if (now < course.nextLook) continue;
      course.nextLook = later(now, minute);
      const { number } = course.issue;
      await attempt(this.#world, `go on with bulk request #${number}`, () => this.#goOn(course));
      course.wasTried = true;
    }
    const now = this.#world.clock.now();
    const isDue = [...this.#courses.values()].some(({ nextLook }) => nextLook <= now);
    return isDue ? 0 : pause;
  }

  /** Those that are closed, too: GitHub still counts their comments, and whoever closed one by hand has stopped nobody. */
  async #sweep(): Promise<void> {
    const now = this.#world.clock.now();
    if (now < this.#nextSweep) return;
    this.#nextSweep = later(now, minute);
    for (const issue of await this.#world.bulkIssues.listSince(this.#seenUntil)) {
      if (issue.state === 'open' || !this.#ended.has(issue.number)) this.follow(issue);
    }
    this.#seenUntil = later(now, -overlap);
  }

  async #goOn(course: BulkCourse): Promise<void> {
    const policy = await this.#world.policies.read();
    const { found, halt } = await readHere(this.#world, policy, course.issue, course.known);
    if (!found) {
      this.#courses.delete(course.issue.number);
      return;
    }
    if (halt) {
      const running = await reportHalt(this.#world, policy, course, found, halt);
      // Nothing would tell that it was unlocked.
      if (running === 0 && halt.key !== 'locked') this.#courses.delete(course.issue.number);
      return;
    }
    const { bulk } = found;
    if (bulk) course.known = found;
    switch (bulk?.status) {
      case undefined:
        return this.#forget(course, found);
      case 'pending':
        return this.#wait(course, found, bulk);
      case 'started':
      case 'stopped':
        return this.#carryOn(course, policy, { ...found, bulk });
      default:
        return this.#end(course, found);
    }
  }

  /** Its request was never recorded; it may still be. */
  async #forget({ issue }: BulkCourse, { readAt }: BulkTrail): Promise<void> {
    if (issue.state === 'open' && readAt < later(issue.updatedAt, unrecordedFor)) return;
    await this.#world.bulkIssues.close(issue.number, 'not_planned');
    this.#courses.delete(issue.number);
  }

  async #wait(course: BulkCourse, found: BulkTrail, { expiresAt }: BulkState): Promise<void> {
    const isShown = await course.show(this.#world, found);
    if (isShown) course.nextLook = expiresAt;
  }

  async #end(course: BulkCourse, found: BulkTrail): Promise<void> {
    const { bulk, issue } = found;
    this.#ended.set(issue.number, costOf(course, found));
    const isShown = await showBulk(this.#world, found);
    const isDone = bulk?.status === 'finished';
    await this.#world.bulkIssues.close(issue.number, isDone ? 'completed' : 'not_planned');
    if (isShown) this.#courses.delete(issue.number);
    else course.nextLook = later(this.#world.clock.now(), unshownPause);
  }

  async #carryOn(course: BulkCourse, policy: Policy, before: BulkUnderWay): Promise<void> {
    // The watch finds by itself what the list shows; an issue that lost its label is in none.
    for (const issue of await course.look(this.#world, policy, before.bulk)) await this.#watch.follow(issue);
    const waiting = course.waiting(before.bulk).length;
    if (waiting === 0) return this.#round(course, policy, before, { waiting });
    // To look at all users takes time: what counts is what the trail says after it.
    const { found, bar } = await lookAtBulk(this.#world, policy, before);
    if (isUnderWay(found)) return this.#round(course, policy, found, { waiting, bar });
    course.nextLook = this.#world.clock.now();
  }

  async #round(
    course: BulkCourse,
    policy: Policy,
    found: BulkUnderWay,
    { waiting, bar }: { readonly waiting: number; readonly bar?: string | undefined },
  ): Promise<void> {
    const { bulk } = found;
    const held = bar ?? (waiting > 0 ? holdOf(policy, bulk) : undefined);
    const trouble =
      held === undefined && bulk.status === 'started'
        ? await this.#begin(course, policy, { ...found, bulk })
        : undefined;
    if (bar !== undefined) {
      course.doubt(bulk);
      await course.look(this.#world, policy, bulk);
    }
    const progress = this.#progressOf(course, bulk, held ?? trouble);
    await course.show(this.#world, found, progress);
    const isMoving = progress.waiting < waiting || !this.#isCounted(course);
    course.nextLook = later(this.#world.clock.now(), progress.waiting === 0 ? pause : isMoving ? 0 : minute);
    if (!course.isWhole(bulk) || progress.running > 0) return;
    if (progress.waiting > 0 && bar === undefined) return;
    await this.#end(course, await finishBulk(this.#world, policy, course, found, bar));
  }

  async #begin(course: BulkCourse, policy: Policy, found: Startable): Promise<string | undefined> {
    if (!this.#isCounted(course)) return undefined;
    const users = course.waiting(found.bulk).slice(0, Math.min(this.#allowance().users, batch));
    if (users.length === 0) return undefined;
    return beginUsers(this.#world, this.#watch, { course, policy, found }, users);
  }

  /** Whether it is known what all others have cost. */
  #isCounted(course: BulkCourse): boolean {
    return [...this.#courses.values()].every((one) => one === course || one.wasTried);
  }

  #progressOf(course: BulkCourse, bulk: BulkState, held: string | undefined): BulkProgress {
    const progress = progressOf(bulk.requested.data.plan.users, course.standings);
    const { nextAt } = this.#allowance();
    return {
      ...progress,
      ...(nextAt && progress.waiting > 0 && { nextAt }),
      ...(held !== undefined && { held }),
    };
  }

  #allowance(): Allowance {
    const begun = [...this.#courses.values()].flatMap((course) => course.begun);
    const spent = [...begun.map((at) => ({ at, users: 1 })), ...this.#ended.values()];
    return allowanceOf(this.#commentsPerHour, spent, this.#world.clock.now());
  }
}

/**
 * What one that is over may have cost, at the latest moment that it may have been. Whoever was not started may have a
 * start on their issue all the same: what this process has not seen counts in full.
 */
function costOf(course: BulkCourse, { bulk, readAt }: BulkTrail): Spent {
  if (bulk?.status !== 'finished') return { at: readAt, users: 0 };
  const users = course.isWhole(bulk) ? course.begun.length : bulk.requested.data.plan.users.length;
  return { at: bulk.finished.at, users };
}

function later(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() + milliseconds);
}
