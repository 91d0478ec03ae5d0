import { randomUUID } from 'node:crypto';
import type { ReportedFinding } from '../shared/findings/report.ts';
import { approve } from '../shared/remediation/approve.ts';
import type { Wish } from '../shared/remediation/build-plan.ts';
import { deny } from '../shared/remediation/deny.ts';
import type { Finding, TrailIssue } from '../shared/remediation/ports.ts';
import { request } from '../shared/remediation/request.ts';
import type { Actor } from '../shared/trail/events.ts';
import type { RequestState } from '../shared/trail/state.ts';
import type { Product } from './soak-product.ts';

const day = 86_400_000;

/** What people came to in a month. */
export interface Tally {
  requested: number;
  started: number;
  refused: number;
  failed: number;
}

/** Alice asks, Sam and Kim decide; what fails they leave for another day. */
export class People {
  /** Who was told that a request stands on which issue. */
  readonly promises: { person: string; issue: number }[] = [];
  tally: Tally = { requested: 0, started: 0, refused: 0, failed: 0 };
  readonly #product: Product;
  readonly #random: () => number;
  /** The latest users who were remediated: some need their keys back. */
  readonly #remediated: Finding[] = [];

  constructor(product: Product, random: () => number) {
    this.#product = product;
    this.#random = random;
  }

  /** A day at work, with what the scan has shown. */
  async work(findings: readonly ReportedFinding[]): Promise<void> {
    for (const { finding, exemptions } of findings) {
      if (exemptions.length > 0 || this.#random() > 0.4) continue;
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

  async #pursue(finding: Finding, wish: Wish): Promise<void> {
    try {
      await this.#ask(finding, wish);
    } catch {
      // A fault; whatever was recorded stands.
      this.tally.failed += 1;
    }
  }

  async #ask(finding: Finding, wish: Wish): Promise<void> {
    const { bot } = this.#product;
    const requester = this.#person('alice');
    const input = { requestId: randomUUID(), finding, wish, requester, reason: 'rotation is overdue' };
    const asked = await request(bot.world, input);
    if (asked.kind === 'refused') {
      this.tally.refused += 1;
      return;
    }
    this.tally.requested += 1;
    this.promises.push({ person: requester.id, issue: asked.issue.number });
    const luck = this.#random();
    // Some are forgotten, and expire.
    if (luck < 0.08) return;
    if (luck < 0.18) await this.#deny(asked.issue, asked.request);
    else await this.#approve(asked.issue, asked.request);
  }

  async #deny({ number }: TrailIssue, { id }: RequestState): Promise<void> {
    const denier = this.#person('sam');
    await deny(this.#product.bot.world, { issue: number, requestId: id, denier, reason: 'not now' });
  }

  async #approve(issue: TrailIssue, { id, requested }: RequestState): Promise<void> {
    const { bot } = this.#product;
    for (const who of ['sam', 'kim'] as const) {
      const input = { issue: issue.number, requestId: id, digest: requested.data.digest };
      const result = await approve(bot.world, { ...input, approver: this.#person(who) });
      if (result.kind === 'refused') return;
      const { request: now } = result;
      if (now.status === 'started') {
        this.tally.started += 1;
        this.#remediated.unshift(issue.finding);
        this.#remediated.splice(20);
        await bot.watch.follow(issue, now);
      }
      if (now.status !== 'pending') return;
    }
  }

  #person(name: 'alice' | 'sam' | 'kim'): Actor {
    return { kind: 'slack', id: this.#product.world.addresses.people[name], name };
  }
}
