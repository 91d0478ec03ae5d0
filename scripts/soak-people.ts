import { randomUUID } from 'node:crypto';
import type { ReportedFinding } from '../shared/findings/report.ts';
import { approve } from '../shared/remediation/approve.ts';
import type { Wish } from '../shared/remediation/build-plan.ts';
import { deny } from '../shared/remediation/deny.ts';
import type { Finding, TrailIssue } from '../shared/remediation/ports.ts';
import { request } from '../shared/remediation/request.ts';
import type { Actor } from '../shared/trail/events.ts';
import type { RequestState } from '../shared/trail/state.ts';
import { BulkPeople, type Staff } from './soak-bulk.ts';
import type { Product } from './soak-product.ts';

const day = 86_400_000;

/** What people came to in a month. */
export interface Tally {
  requested: number;
  started: number;
  refused: number;
  failed: number;
}

const nothing: Tally = { requested: 0, started: 0, refused: 0, failed: 0 };

/** Alice asks, Sam and Kim decide; what fails they leave for another day. */
export class People {
  /** Who was told that a request stands on which issue. */
  readonly promises: { person: string; issue: number }[] = [];
  readonly bulks: BulkPeople;
  #tally = { ...nothing };
  readonly #product: Product;
  readonly #staff: Staff;
  readonly #random: () => number;
  /** The latest users who were remediated: some need their keys back. */
  readonly #remediated: Finding[] = [];

  constructor(product: Product, random: () => number) {
    this.#product = product;
    this.#random = random;
    const { people } = product.world.addresses;
    const person = (name: keyof Staff): Actor => ({ kind: 'slack', id: people[name], name });
    this.#staff = { alice: person('alice'), sam: person('sam'), kim: person('kim') };
    this.bulks = new BulkPeople(product, this.#staff, random);
  }

  /** Since this was asked last. */
  takeTally(): Tally {
    const tally = this.#tally;
    this.#tally = { ...nothing };
    return tally;
  }

  /** A day at work, with what the scan has shown. */
  async work(findings: readonly ReportedFinding[]): Promise<void> {
    // Nobody goes through twenty cards one by one.
    const areMany = findings.length > 6;
    if (this.#random() < (areMany ? 0.7 : 0.1)) await this.#tryTo(() => this.#askForAll());
    for (const { finding, exemptions } of findings) {
      if (exemptions.length > 0 || this.#random() > (areMany ? 0.1 : 0.4)) continue;
      const { accountId, userId } = finding.user;
      await this.#pursue({ accountId, userId }, this.#wishFor(finding.overAge.map(({ id }) => id)));
    }
    const regretted = this.#random() < 0.06 ? this.#remediated.pop() : undefined;
    if (regretted) await this.#pursue(regretted, { kind: 'undo' });
  }

  #wishFor(keyIds: readonly string[]): Wish {
    const luck = this.#random();
    if (luck < 0.4) return { kind: 'runbook' };
    if (luck < 0.85) return { kind: 'strict' };
    const until = new Date(this.#product.clock.now().getTime() + 30 * day);
    return { kind: 'exempt', keyIds, until };
  }

  #pursue(finding: Finding, wish: Wish): Promise<void> {
    return this.#tryTo(() => this.#ask(finding, wish));
  }

  /** A fault costs what was under way; whatever was recorded stands. */
  async #tryTo(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch {
      this.#tally.failed += 1;
    }
  }

  async #askForAll(): Promise<void> {
    const asked = await this.bulks.ask();
    if (!asked) {
      this.#tally.refused += 1;
      return;
    }
    const { issue, bulk } = asked;
    this.promises.push({ person: this.#staff.alice.id, issue: issue.number });
    if (!(await this.bulks.decide(asked))) return;
    for (const { userId } of bulk.requested.data.plan.users) {
      this.#remember({ accountId: issue.accountId, userId });
    }
  }

  #remember(finding: Finding): void {
    this.#remediated.unshift(finding);
    this.#remediated.splice(20);
  }

  async #ask(finding: Finding, wish: Wish): Promise<void> {
    const { bot } = this.#product;
    const requester = this.#staff.alice;
    const input = { requestId: randomUUID(), finding, wish, requester, reason: 'rotation is overdue' };
    const asked = await request(bot.world, input);
    if (asked.kind === 'refused') {
      this.#tally.refused += 1;
      return;
    }
    this.#tally.requested += 1;
    this.promises.push({ person: requester.id, issue: asked.issue.number });
    const luck = this.#random();
    // Some are forgotten, and expire.
    if (luck < 0.08) return;
    if (luck < 0.18) await this.#deny(asked.issue, asked.request);
    else await this.#approve(asked.issue, asked.request);
  }

  async #deny({ number }: TrailIssue, { id }: RequestState): Promise<void> {
    const denier = this.#staff.sam;
    await deny(this.#product.bot.world, { issue: number, requestId: id, denier, reason: 'not now' });
  }

  async #approve(issue: TrailIssue, { id, requested }: RequestState): Promise<void> {
    const { bot } = this.#product;
    for (const approver of [this.#staff.sam, this.#staff.kim]) {
      const input = { issue: issue.number, requestId: id, digest: requested.data.digest };
      const result = await approve(bot.world, { ...input, approver });
      if (result.kind === 'refused') return;
      const { request: now } = result;
      if (now.status === 'started') {
        this.#tally.started += 1;
        this.#remember(issue.finding);
        await bot.watch.follow(issue, now);
      }
      if (now.status !== 'pending') return;
    }
  }
}
