/** A remediation by people who do not give up: when the bot has died, it is started again, and they look what is left to do. */
import { findButton, newModal } from '../../sandbox/at-work.ts';
import { type Loop, startLoop } from '../../sandbox/loop.ts';
import type { PersonName } from '../../sandbox/slack/people.ts';
import { writeMarker } from '../../shared/findings/marker.ts';
import { cardsOf, issueOf, trailOf } from './bot-at-work.ts';

class Died extends Error {}

/** A loop whose bot can be killed at any moment and lives again. */
export class Lives {
  readonly loop: Loop;
  /** How many bots were killed. */
  deaths = 0;
  #isDead = false;

  private constructor(loop: Loop) {
    this.loop = loop;
  }

  static async start(): Promise<Lives> {
    const loop = await startLoop();
    Object.assign(loop.aws.world.automation, { pendingMs: 20, inProgressMs: 50 });
    loop.aws.world.addRule({ maxAccessKeyAge: 90 });
    return new Lives(loop);
  }

  /** A user with two old keys that nobody ever used, and the issue that a scan would open. */
  async addUser(name: string): Promise<void> {
    const { world } = this.loop.aws;
    const createdAt = world.daysAgo(120);
    const user = world.addUser({ name, keys: [{ createdAt }, { createdAt }] });
    world.evaluateRule();
    const remembered = { userName: name, readIn: '2026-11', keys: [] };
    const marker = writeMarker({ accountId: world.account().id, userId: user.id, remembered });
    const title = `Old access key: IAM user ${name} in account ${world.account().id}`;
    const issue = { title, body: `A finding\n\n${marker}`, labels: ['keyturn'] };
    await this.loop.github.byHand.openIssue('keyturn[bot]', issue);
  }

  /** Kills the bot with SIGKILL, which is done when this returns. */
  readonly kill = (): void => {
    this.deaths += 1;
    this.#isDead = true;
    void this.loop.bot.end('SIGKILL');
  };

  /** From the request to the closed issue, in as many lives as it takes. */
  async remediate(user: string, { strict }: { readonly strict: boolean }): Promise<void> {
    for (let life = 1; life <= 3; life += 1) {
      try {
        return await this.#workOn(user, strict);
      } catch (error) {
        if (!(error instanceof Died)) throw error;
        this.#isDead = false;
        await this.loop.startBot();
      }
    }
    throw new Error('The bot died too often');
  }

  async #workOn(user: string, strict: boolean): Promise<void> {
    const { loop } = this;
    const open = async () => (await trailOf(loop, user)).state.open;
    if ((await trailOf(loop, user)).state.requests.size === 0) {
      await loop.slack.byHand.command('alice', `/keys remediate ${user}${strict ? ' --strict' : ''}`);
      await this.#see('the request', open);
    }
    for (const who of strict ? (['sam', 'kim'] as const) : (['sam'] as const)) {
      const request = await open();
      const has = request?.approvals.some(({ actor }) => actor.id === loop.slack.people[who].id);
      if (request?.status === 'pending' && !has) await this.#approve(user, who);
    }
    await this.#see('the closed issue and the outcome in the thread', async () => {
      if ((await issueOf(loop, user)).state !== 'closed') return undefined;
      const isTold = (await cardsOf(loop, user)).some(
        ({ text, replies }) =>
          text.includes('is resolved') && replies.some((reply) => reply.text.includes('Resolved')),
      );
      return isTold || undefined;
    });
  }

  async #approve(user: string, who: PersonName): Promise<void> {
    const { loop } = this;
    const { byHand } = loop.slack;
    const card = await this.#see('a card with buttons', async () =>
      (await cardsOf(loop, user)).find((one) => findButton(one, 'Approve')),
    );
    const { action_id: actionId = '' } = findButton(card, 'Approve') ?? {};
    const plan = newModal(loop, who);
    await byHand.click(who, { ts: card.ts, actionId });
    const view = await this.#see('the plan', plan);
    await byHand.submit(who, view.id);
    const id = loop.slack.people[who].id;
    await this.#see('the approval on the trail', async () => {
      const { state } = await trailOf(loop, user);
      const requests = [...state.requests.values()];
      return requests.some(({ approvals }) => approvals.some(({ actor }) => actor.id === id)) || undefined;
    });
  }

  /** Waits for something, or throws when the bot has died. */
  async #see<Found>(
    what: string,
    look: () => Promise<Found | undefined> | Found | undefined,
  ): Promise<Found> {
    for (let looks = 0; looks < 600; looks += 1) {
      const found = await look();
      if (this.#isDead) throw new Died();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`Waited too long for ${what}:\n${this.loop.bot.log.join('\n')}`);
  }
}
