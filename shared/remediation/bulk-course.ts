import { KeyturnError } from '../errors.ts';
import { inParallel } from '../parallel.ts';
import type { Policy } from '../policy/schema.ts';
import type { BulkUser } from '../trail/bulk-plan.ts';
import type { BulkState } from '../trail/bulk-state.ts';
import type { BulkIssue, BulkProgress } from './bulk-ports.ts';
import { userRequestId } from './bulk-reference.ts';
import { leftBy, type Standing, standingOf } from './bulk-standing.ts';
import type { BulkTrail } from './bulk-trail.ts';
import { type FindingTrail, readFindingTrail } from './finding-trail.ts';
import type { TrailIssue, World } from './ports.ts';
import { findExecution } from './run-runbook.ts';
import { readSealedStarts } from './sealed-starts.ts';
import { attempt } from './show.ts';
import { showBulk } from './show-bulk.ts';

/** Users who are looked at or begun at the same time. */
export const usersAtATime = 4;
/** How long a running user is left alone while nobody is seen to change their issue, in milliseconds. */
const patience = 5 * 60_000;
/** How much of the list of changed issues is read twice, because GitHub's clock and lists may lag. */
const overlap = 2 * 60_000;

interface Seen {
  readonly standing: Standing;
  /** How many comments the user's issue had. */
  readonly comments: number;
  readonly readAt: Date;
}

/** What this process knows of one bulk request and its users. All of it can be read again. */
export class BulkCourse {
  readonly issue: BulkIssue;
  /** When to look at it again. */
  nextLook: Date;
  /** Whether it was looked at, so that it is known what it has cost; trouble with one holds up no other. */
  wasTried = false;
  /** As it was read last, where it holds a bulk request: whoever takes that away does not take the card away. */
  known: BulkTrail | undefined;
  readonly #seen = new Map<string, Seen>();
  #lookedAt: Date;
  #shown = '';

  constructor(issue: BulkIssue, now: Date) {
    this.issue = issue;
    this.nextLook = now;
    this.#lookedAt = now;
  }

  /** Shows what it has come to, if the card says something else. Resolves to whether the card says it now. */
  async show(world: World, found: BulkTrail, progress?: BulkProgress): Promise<boolean> {
    const { bulk, trail } = found;
    const shown = JSON.stringify([bulk?.status, trail.state, trail.envelopes.length, progress]);
    if (shown === this.#shown) return true;
    const isShown = await showBulk(world, found, progress);
    if (isShown) this.#shown = shown;
    return isShown;
  }

  /** Whether it is known of every user how far they are. */
  isWhole(bulk: BulkState): boolean {
    return bulk.requested.data.plan.users.every(({ userId }) => this.#seen.has(userId));
  }

  /** Lets those who wait be read again: another process may have begun them. */
  doubt(bulk: BulkState): void {
    for (const { userId } of this.waiting(bulk)) this.#seen.delete(userId);
  }

  get standings(): ReadonlyMap<string, Standing> {
    return new Map([...this.#seen].map(([userId, { standing }]) => [userId, standing]));
  }

  /** When each of those was begun whose start is on their issue. */
  get begun(): Date[] {
    return [...this.#seen.values()].flatMap(({ standing }) =>
      'startedAt' in standing ? [standing.startedAt] : [],
    );
  }

  /** @param comments on the user's issue; absent: it is read again when it is in the list of changed ones */
  set(userId: string, standing: Standing, now: Date, comments = -1): void {
    this.#seen.set(userId, { standing, comments, readAt: now });
  }

  /** Users who may be begun. */
  waiting(bulk: BulkState): BulkUser[] {
    const { users } = bulk.requested.data.plan;
    return users.filter(({ userId }) => this.#seen.get(userId)?.standing.kind === 'waiting');
  }

  /**
   * Reads the trails of those of whom nothing is known, and of those under way whose issue has changed. Resolves to the
   * issues of those who have been under way for minutes.
   */
  async look(world: World, policy: Policy, bulk: BulkState): Promise<readonly TrailIssue[]> {
    const now = world.clock.now();
    const { users } = bulk.requested.data.plan;
    const running = users.filter(({ userId }) => this.#seen.get(userId)?.standing.kind === 'running');
    const counts = running.length > 0 ? await this.#countComments(world, now) : new Map<number, number>();
    const due = users.filter(({ userId, issue }) => {
      const seen = this.#seen.get(userId);
      if (seen?.standing.kind !== 'running') return seen === undefined;
      const isStale = now.getTime() - seen.readAt.getTime() >= patience;
      return isStale || (counts.get(issue) ?? seen.comments) !== seen.comments;
    });
    const late: TrailIssue[] = [];
    await inParallel(due, usersAtATime, (user) =>
      attempt(world, `see how far issue #${user.issue} is`, async () => {
        const issue = await this.#read(world, policy, bulk, user);
        const standing = this.#seen.get(user.userId)?.standing;
        const isLate =
          standing?.kind === 'running' && now.getTime() - standing.startedAt.getTime() >= patience;
        if (issue && isLate) late.push(issue);
      }),
    );
    return late;
  }

  async #countComments(world: World, now: Date): Promise<ReadonlyMap<number, number>> {
    const since = new Date(this.#lookedAt.getTime() - overlap);
    const changed = await world.issues.listSince(since);
    this.#lookedAt = now;
    return new Map(changed.map(({ number, comments }) => [number, comments]));
  }

  /** A trail that is broken may have lost a start that this process has seen, or that was sealed. */
  async #startOf(
    world: World,
    policy: Policy,
    finding: FindingTrail,
    bulk: BulkState,
    { userId }: BulkUser,
  ): Promise<Date | undefined> {
    if (finding.trail.state === 'intact') return undefined;
    const before = this.#seen.get(userId)?.standing;
    if (before?.kind === 'running') return before.startedAt;
    const starts = await readSealedStarts(world, policy, finding);
    return starts.find(({ requestId }) => requestId === userRequestId(bulk.id, userId))?.at;
  }

  async #read(
    world: World,
    policy: Policy,
    bulk: BulkState,
    user: BulkUser,
  ): Promise<TrailIssue | undefined> {
    const now = world.clock.now();
    try {
      const issue = await readIssueOf(world, this.issue, user);
      const finding = await readFindingTrail(world, policy, issue);
      const standing = standingOf(finding, bulk.id, user.userId);
      const startedAt = await this.#startOf(world, policy, finding, bulk, user);
      const isLost = standing.kind === 'left' && startedAt !== undefined;
      const seen: Standing = isLost ? { kind: 'over', startedAt, outcome: 'unrecorded' } : standing;
      this.set(user.userId, seen, now, issue.comments);
      return issue;
    } catch (error) {
      const standing = leftBy(error);
      if (!standing) throw error;
      const wasBegun = await this.#wasBegun(world, bulk, user);
      const over: Standing = { kind: 'over', startedAt: now, outcome: 'unrecorded' };
      this.set(user.userId, wasBegun ? over : standing, now);
      return undefined;
    }
  }

  /** Of an issue that is gone: AWS knows what ran, and this process what it has read. */
  async #wasBegun(world: World, { id, requested }: BulkState, user: BulkUser): Promise<boolean> {
    if (this.#seen.get(user.userId)?.standing.kind === 'running') return true;
    const place = { accountId: this.issue.accountId, region: requested.data.plan.region };
    return (await findExecution(world, place, userRequestId(id, user.userId))) !== undefined;
  }
}

/**
 * The user's issue, about whom the bulk request lists it for: whoever changes its marker, or takes it away, does not undo
 * what was recorded there. Whether they may still be begun, the start looks at.
 */
async function readIssueOf(
  world: World,
  { accountId, url }: BulkIssue,
  { userId, userName, issue: number }: BulkUser,
): Promise<TrailIssue> {
  const finding = { accountId, userId };
  try {
    return { ...(await world.issues.read(number)), finding };
  } catch (error) {
    if (!(error instanceof KeyturnError) || error.code !== 'github-marker-missing') throw error;
    const address = url.replace(/\d+$/, String(number));
    return { number, url: address, finding, userName, state: 'open', labels: [], comments: -1 };
  }
}
