/** People who do not give up: what fails or is not answered they do again, until the remediation has its end. */
import { setTimeout as pause } from 'node:timers/promises';
import { fold } from '../shared/trail/fold.ts';
import { readTrail } from '../shared/trail/read-trail.ts';
import { parsePublicKeys } from '../shared/trail/signature.ts';
import type { FindingState } from '../shared/trail/state.ts';
import { findButton } from './at-work.ts';
import type { Loop } from './loop.ts';
import type { Delivered } from './slack/deliveries.ts';
import type { PersonName } from './slack/people.ts';
import type { Thread } from './slack/reader.ts';

export interface Wanted {
  readonly user: string;
  readonly strict?: boolean;
}

/** How long they wait for an answer before they try again, in milliseconds. */
const patience = 40_000;
const glance = 150;

/** A person has one modal before them at a time. */
const hands = new WeakMap<Loop, Map<PersonName, Promise<unknown>>>();

/** The state of the trail about this user, as anybody can read it; of the newest issue about them. */
export async function stateOf(loop: Loop, user: string): Promise<FindingState | undefined> {
  const { aws, github, publicKey } = loop;
  const issues = await github.byHand.issues();
  const issue = issues.findLast(
    ({ title, number }) => title.includes(`IAM user ${user} `) && !github.byHand.isGone(number),
  );
  if (!issue) return undefined;
  const subject = {
    repositoryId: github.repositoryId,
    issue: issue.number,
    accountId: aws.world.account().id,
    userId: aws.world.userNamed(user).id,
  };
  const comments = (await github.byHand.comments(issue.number)).map(
    ({ id, body, created_at, updated_at }) => ({
      id,
      body,
      createdAt: new Date(created_at),
      updatedAt: new Date(updated_at),
    }),
  );
  return fold(readTrail(comments, subject, parsePublicKeys([publicKey])).events, aws.world.now());
}

/** From the command to the verified outcome. Throws when it has not come to an end within `limit` milliseconds. */
export async function remediate(loop: Loop, wanted: Wanted, limit = 240_000): Promise<void> {
  const end = performance.now() + limit;
  while (performance.now() < end) {
    const state = await stateOf(loop, wanted.user);
    const request = [...(state?.requests.values() ?? [])].at(-1);
    if (request?.status === 'verified') return;
    if (!request || request.status === 'voided') await ask(loop, wanted);
    else if (request.status === 'pending') await approveNext(loop, wanted.user);
    else await pause(glance);
  }
  throw new Error(`The remediation of ${wanted.user} has no end:\n${loop.bot.log.slice(-40).join('\n')}`);
}

async function ask(loop: Loop, { user, strict }: Wanted): Promise<void> {
  const before = (await stateOf(loop, user))?.requests.size ?? 0;
  const answers = loop.slack.reader.ephemerals('alice').length;
  const line = `/keys remediate ${user}${strict ? ' --strict' : ''}`;
  if (!(await isTaken(() => loop.slack.byHand.command('alice', line)))) return;
  await within(async () => {
    const state = await stateOf(loop, user);
    return (state?.requests.size ?? 0) > before || loop.slack.reader.ephemerals('alice').length > answers;
  });
}

async function approveNext(loop: Loop, user: string): Promise<void> {
  const state = await stateOf(loop, user);
  const approvals = state?.open?.approvals ?? [];
  const who = (['sam', 'kim'] as const).find(
    (name) => !approvals.some(({ actor }) => actor.id === loop.slack.people[name].id),
  );
  if (who) await handsOf(loop, who, () => approve(loop, user, who, approvals.length));
}

async function approve(loop: Loop, user: string, who: PersonName, before: number): Promise<void> {
  const { byHand, reader } = loop.slack;
  const cards = (await reader.messages()).filter(({ text }) => text.includes(`for \`${user}\``));
  const card: Thread | undefined = cards.findLast((one) => findButton(one, 'Approve'));
  const { action_id: actionId } = (card && findButton(card, 'Approve')) ?? {};
  if (!card || !actionId) return pause(glance);
  for (const view of reader.openViews(who)) await byHand.close(who, view.id).catch(() => undefined);
  if (!(await isTaken(() => byHand.click(who, { ts: card.ts, actionId })))) return;
  const isDrawn = () => reader.openViews(who).some(({ submit }) => submit);
  if (!(await within(async () => isDrawn()))) return;
  const view = reader.openViews(who).findLast(({ submit }) => submit);
  if (!view || !(await isTaken(() => byHand.submit(who, view.id)))) return;
  await within(async () => {
    const open = (await stateOf(loop, user))?.open;
    return open?.status !== 'pending' || open.approvals.length > before;
  });
}

/** Whether the bot was there and acknowledged it. If not, they wait a moment. */
async function isTaken(deed: () => Promise<Delivered>): Promise<boolean> {
  const { acknowledged } = await deed().catch(() => ({ acknowledged: false }));
  if (!acknowledged) await pause(glance);
  return acknowledged;
}

function handsOf(loop: Loop, who: PersonName, work: () => Promise<void>): Promise<void> {
  const people = hands.get(loop) ?? new Map<PersonName, Promise<unknown>>();
  hands.set(loop, people);
  const turn = (people.get(who) ?? Promise.resolve()).then(work);
  people.set(
    who,
    turn.catch(() => undefined),
  );
  return turn;
}

/** Whether it came true before they lost patience. */
async function within(isTrue: () => Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + patience; performance.now() < end; await pause(glance)) {
    if (await isTrue()) return true;
  }
  return false;
}
