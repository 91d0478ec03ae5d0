import { carryOut } from './carry-out.ts';
import { catchUp } from './catch-up.ts';
import { poll } from './poll.ts';
import { pollingPause } from './polling-pause.ts';
import type { RunbookPlace, TrailIssue, World } from './ports.ts';
import { placeName } from './run-runbook.ts';
import { attempt } from './show.ts';
import type { Running } from './step.ts';

const minute = 60_000;
/** How far back the first look goes. AWS keeps executions for as long. */
const firstLook = 30 * 24 * 60 * minute;
/** How much is looked at twice, because GitHub's clock and lists may lag. */
const overlap = 2 * minute;
/** Between ticks while nothing runs: they ask nobody anything. */
const idlePause = 5_000;

/** Sees to it that whatever was started ends, in this process or in the one after it. */
export interface Watch {
  /** Goes on with what was started on this issue, and keeps an eye on it. Never rejects. */
  follow(issue: TrailIssue): Promise<void>;
  /** One round. Never rejects. Returns how long to wait before the next, in milliseconds. */
  tick(): Promise<number>;
}

/** The first tick looks at everything of the last 30 days: that is how a process takes over from one that died. */
export function createWatch(world: World): Watch {
  const inFlight = new Map<number, Running>();
  /** Issues to look at again although nobody changed them, and when. */
  const due = new Map<number, { readonly issue: TrailIssue; readonly at: Date }>();
  let seenUntil = later(world.clock.now(), -firstLook);
  let nextSweep = world.clock.now();

  function keep(issue: TrailIssue, running: Running | undefined): void {
    if (running) inFlight.set(issue.number, running);
    else inFlight.delete(issue.number);
  }

  function lookAgain(issue: TrailIssue, at: Date): void {
    due.set(issue.number, { issue, at });
  }

  async function look(issue: TrailIssue): Promise<void> {
    lookAgain(issue, later(world.clock.now(), minute));
    await attempt(world, `catch up with issue #${issue.number}`, async () => {
      const { running, expiresAt } = await catchUp(world, issue);
      keep(issue, running);
      if (expiresAt) lookAgain(issue, expiresAt);
      else due.delete(issue.number);
    });
  }

  async function sweep(): Promise<void> {
    const now = world.clock.now();
    if (now < nextSweep) return;
    nextSweep = later(now, minute);
    const changed = await world.issues.listSince(seenUntil);
    for (const issue of changed) if (issue.comments > 0) await look(issue);
    seenUntil = later(now, -overlap);
  }

  async function lookAtDue(): Promise<void> {
    const now = world.clock.now();
    for (const { issue, at } of [...due.values()]) {
      if (at <= now) await look(await world.issues.read(issue.number));
    }
  }

  async function pollPlace(name: string, place: RunbookPlace): Promise<void> {
    const running = [...inFlight.values()].filter((one) => placeName(one.place) === name);
    const left = new Map((await poll(world, place, running)).map((one) => [one.issue.number, one]));
    for (const { issue } of running) keep(issue, left.get(issue.number));
  }

  return {
    async follow(issue) {
      lookAgain(issue, later(world.clock.now(), idlePause));
      await attempt(world, `carry out issue #${issue.number}`, async () => {
        keep(issue, await carryOut(world, issue));
        due.delete(issue.number);
      });
    },
    async tick() {
      await attempt(world, 'look for changed issues', sweep);
      await attempt(world, 'look at issues again', lookAtDue);
      const places = new Map([...inFlight.values()].map(({ place }) => [placeName(place), place]));
      for (const [name, place] of places) {
        await attempt(world, `look at executions in ${name}`, () => pollPlace(name, place));
      }
      if (inFlight.size === 0) return idlePause;
      const youngest = Math.max(...[...inFlight.values()].map(({ startedAt }) => startedAt.getTime()));
      return pollingPause(world.clock.now().getTime() - youngest, world.clock.random());
    },
  };
}

function later(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() + milliseconds);
}
