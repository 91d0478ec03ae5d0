import { randomUUID } from 'node:crypto';
import type { BulkIssue } from '../shared/remediation/bulk-ports.ts';
import { readBulkTrail } from '../shared/remediation/bulk-trail.ts';
import {
  approveBulk,
  type BulkDecisionResult,
  denyBulk,
  stopBulk,
} from '../shared/remediation/decide-bulk.ts';
import { type BulkRequestResult, requestBulk } from '../shared/remediation/request-bulk.ts';
import type { BulkState } from '../shared/trail/bulk-state.ts';
import type { Actor } from '../shared/trail/events.ts';
import type { Product } from './soak-product.ts';

/** What became of the bulk requests of a month, as their trails say. */
export interface BulkTally {
  requested: number;
  /** Users who were begun. */
  users: number;
  /** Users who were approved, and left alone when their turn came. */
  left: number;
  finished: number;
  stopped: number;
  denied: number;
  expired: number;
  voided: number;
}

export type Asked = Exclude<BulkRequestResult, { kind: 'refused' }>;

export type Staff = Readonly<Record<'alice' | 'sam' | 'kim', Actor>>;

const none = { users: 0, left: 0, finished: 0, stopped: 0, denied: 0, expired: 0, voided: 0 };

/** What people make of a bulk request, in turn. */
const intentions = ['approve', 'stop', 'deny', 'forget', 'approve'] as const;

/** Alice asks for all unused users at once, now and then; Sam and Kim decide. */
export class BulkPeople {
  readonly #product: Product;
  readonly #staff: Staff;
  readonly #random: () => number;
  /** Those that may not be over yet. */
  #open: BulkIssue[] = [];
  #requested = 0;
  #done = 0;

  constructor(product: Product, staff: Staff, random: () => number) {
    this.#product = product;
    this.#staff = staff;
    this.#random = random;
  }

  /**
   * Asks. Undefined: it is refused.
   *
   * @throws KeyturnError by faults; whatever was recorded stands
   */
  async ask(): Promise<Asked | undefined> {
    const { bot, world } = this.#product;
    const { account: accountId } = world.addresses;
    const input = {
      requestId: randomUUID(),
      accountId,
      requester: this.#staff.alice,
      reason: 'nobody uses them',
    };
    const asked = await requestBulk(bot.world, input);
    if (asked.kind === 'refused') return undefined;
    this.#requested += 1;
    this.#open.push(asked.issue);
    bot.bulks.follow(asked.issue);
    return asked;
  }

  /** What people make of it; whether its users are to be begun. Throws as `ask` does. */
  async decide({ issue, bulk }: Asked): Promise<boolean> {
    const intention = intentions[this.#done % intentions.length];
    const isWanted = intention === 'approve' || intention === 'stop';
    const isStarted = isWanted && (await this.#approve(issue, bulk));
    if (intention === 'deny') await this.#deny(issue, bulk);
    // What does not come about is tried again with the next one.
    const isStopped = intention === 'stop' && isStarted && (await this.#stop(issue, bulk));
    if (isStarted === isWanted && isStopped === (intention === 'stop')) this.#done += 1;
    return isStarted;
  }

  async #deny({ number: issue }: BulkIssue, { id: requestId }: BulkState): Promise<void> {
    const input = { issue, requestId, person: this.#staff.sam, reason: 'not now' };
    await denyBulk(this.#product.bot.world, input);
  }

  /** Before anybody is begun, or in the middle. */
  async #stop({ number: issue }: BulkIssue, { id: requestId, requested }: BulkState): Promise<boolean> {
    const { turn, bot } = this.#product;
    if (requested.data.plan.users.length > 8 && this.#random() < 0.6) await turn();
    const stopped = await stopBulk(bot.world, { issue, requestId, person: this.#staff.sam });
    return stopped.kind === 'decided';
  }

  async #approve(issue: BulkIssue, { id, requested }: BulkState): Promise<boolean> {
    const { bot } = this.#product;
    const { digest } = requested.data;
    let result: BulkDecisionResult | undefined;
    for (const person of [this.#staff.sam, this.#staff.kim]) {
      result = await approveBulk(bot.world, { issue: issue.number, requestId: id, digest, person });
      bot.bulks.follow(issue);
    }
    return result?.kind === 'decided' && result.bulk.status === 'started';
  }

  /** Counts those that have ended since this was asked last. To be asked when nothing fails. */
  async tally(): Promise<BulkTally> {
    const { world } = this.#product.bot;
    const policy = await world.policies.read();
    const tally = { requested: this.#requested, ...none };
    this.#requested = 0;
    const open: BulkIssue[] = [];
    for (const issue of this.#open) {
      const { bulk } = await readBulkTrail(world, policy, issue);
      if (!bulk || !addEnd(tally, bulk)) open.push(issue);
    }
    this.#open = open;
    return tally;
  }
}

/** False: it has not ended. */
function addEnd(tally: BulkTally, bulk: BulkState): boolean {
  switch (bulk.status) {
    case 'finished': {
      const { counts, notStarted } = bulk.finished.data;
      tally.users += counts.asPredicted + counts.differs + counts.unrecorded;
      tally.left += notStarted.length;
      tally[bulk.stopped ? 'stopped' : 'finished'] += 1;
      return true;
    }
    case 'denied':
    case 'expired':
    case 'voided':
      tally[bulk.status] += 1;
      return true;
    default:
      return false;
  }
}
