import { z } from 'zod';
import type { Account } from '../aws/account.ts';
import type { World } from '../aws/world.ts';
import type { Loop } from '../loop.ts';
import { cast, type PersonName } from '../slack/people.ts';
import type { Message } from '../slack/reader.ts';
import type { HandMade, Law, Observed, ObservedIssue, ObservedMessage, ObservedUser } from './observed.ts';

const noticeSchema = z.object({
  event_type: z.literal('keyturn_notice'),
  event_payload: z.object({ key: z.string() }),
});

/** What a witness needs of a loop: the stand-ins, and the public key of the trails. */
export type Scene = Pick<Loop, 'aws' | 'github' | 'slack' | 'publicKey'>;

/** Notes what AWS is like, and later shows the checker what the stand-ins have come to. */
export class Witness {
  /** What people do to AWS by hand is to be written down here. */
  readonly byHand: HandMade[] = [];
  readonly #scene: Scene;
  readonly #law: Partial<Law>;
  #before: readonly ObservedUser[];

  /** @param law where it differs from that of `startLoop` */
  constructor(scene: Scene, law: Partial<Law> = {}) {
    this.#scene = scene;
    this.#law = law;
    this.#before = usersOf(scene.aws.world);
  }

  /** Users and keys that have come since are known from now on as they are now; what is known stays as it was. */
  note(): void {
    const known = new Map(this.#before.map((user) => [user.userId, user]));
    for (const user of usersOf(this.#scene.aws.world)) {
      const keys = known.get(user.userId)?.keys ?? [];
      const more = user.keys.filter(({ id }) => !keys.some((key) => key.id === id));
      known.set(user.userId, { ...user, ...known.get(user.userId), keys: [...keys, ...more] });
    }
    this.#before = [...known.values()];
  }

  async observe(): Promise<Observed> {
    const { aws, github, slack } = this.#scene;
    const { executions } = aws.world.automation;
    const messages = await slack.reader.messages();
    return {
      now: aws.world.now(),
      law: { ...lawOf(this.#scene), ...this.#law },
      aws: {
        before: this.#before,
        users: usersOf(aws.world),
        byHand: [...this.byHand],
        requests: [...aws.requests.list],
        executions: executions.map(({ id, account, parameters, tags, startedAt }) => ({
          id,
          accountId: account.id,
          userId: parameters['IAMResourceId']?.[0] ?? '',
          tagKeys: [...tags.keys()],
          startedAt,
        })),
      },
      issues: await issuesOf(github),
      threads: messages.map((thread) => ({
        ...messageOf(thread, slack.botUserId),
        replies: thread.replies.map((reply) => messageOf(reply, slack.botUserId)),
      })),
      promises: promisesTo(this.#scene),
    };
  }
}

function usersOf({ accounts }: World): ObservedUser[] {
  return [...accounts.values()].flatMap((account) =>
    [...account.users.values()].map(({ id, name, accessKeys, loginProfile }) => ({
      accountId: account.id,
      userId: id,
      name,
      keys: accessKeys.map((key) => ({ id: key.id, status: key.status, createdAt: key.createdAt })),
      hasPassword: loginProfile !== undefined,
      isNonCompliant: isNonCompliant(account, id),
    })),
  );
}

function isNonCompliant({ config }: Account, userId: string): boolean {
  return [...config.rules.values()].some(
    ({ results }) => results.get(userId)?.compliance === 'NON_COMPLIANT',
  );
}

function lawOf({ aws, github, slack, publicKey }: Scene): Law {
  const runbook = { approvers: [slack.securityGroup], count: 1 };
  const strict = { approvers: [slack.securityGroup], count: 2 };
  const isFull = (name: PersonName) => {
    const { teamId, ...flags } = slack.people[name];
    const { isBot, isDeleted, isRestricted, isUltraRestricted, isStranger } = flags;
    return (
      teamId === slack.teamId &&
      ![isBot, isDeleted, isRestricted, isUltraRestricted, isStranger].includes(true)
    );
  };
  return {
    repositoryId: github.repositoryId,
    publicKeys: [publicKey],
    quorums: { runbook, strict, undo: strict, exempt: strict },
    selfApproval: false,
    groups: { [slack.securityGroup]: [slack.people.sam.id, slack.people.kim.id] },
    members: names.filter(isFull).map((name) => slack.people[name].id),
    maxAccessKeyAge: 90,
    writers: [`arn:aws:iam::${aws.world.defaultAccountId}:user/stand-in-operator`],
    // Of a policy that does not say.
    keysDeactivatedPerDay: 20,
    clocksApart: 0,
  };
}

const names = Object.keys(cast).filter((name): name is PersonName => name in cast);

async function issuesOf({ byHand }: Scene['github']): Promise<ObservedIssue[]> {
  const issues = await byHand.issues();
  return Promise.all(
    issues.map(async ({ number, state, labels, body }) => ({
      number,
      state,
      labels,
      body: body ?? '',
      comments: (await byHand.comments(number)).map((comment) => ({
        id: comment.id,
        body: comment.body,
        createdAt: new Date(comment.created_at),
      })),
      isGone: byHand.isGone(number),
    })),
  );
}

function messageOf({ ts, text, user, metadata }: Message, botUserId: string): ObservedMessage {
  const { data } = noticeSchema.safeParse(metadata);
  return { ts, text, ...(data && user === botUserId && { notice: data.event_payload.key }) };
}

function promisesTo({ slack }: Scene): Observed['promises'] {
  return names.flatMap((name) =>
    slack.reader.ephemerals(name).flatMap(({ blocks }) => {
      const [, issue] = /\*Requested\*.*?\/issues\/(\d+)/.exec(JSON.stringify(blocks)) ?? [];
      return issue === undefined ? [] : [{ person: slack.people[name].id, issue: Number(issue) }];
    }),
  );
}
