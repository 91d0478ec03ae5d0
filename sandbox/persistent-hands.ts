/** How people who do not give up press buttons: what is not answered they leave, and whoever sent them looks again. */
import { setTimeout as pause } from 'node:timers/promises';
import type { TrailComment } from '../shared/trail/comment.ts';
import { findButton } from './at-work.ts';
import type { Loop } from './loop.ts';
import type { Delivered } from './slack/deliveries.ts';
import type { PersonName } from './slack/people.ts';
import type { Thread } from './slack/reader.ts';

/** How long they wait for an answer before they try again, in milliseconds. */
const patience = 40_000;
const glance = 150;

/** A person has one modal before them at a time. */
const hands = new WeakMap<Loop, Map<PersonName, Promise<unknown>>>();

export function aMoment(): Promise<void> {
  return pause(glance);
}

/** What stands on an issue, as anybody can read it. */
export async function commentsOn({ github }: Loop, number: number): Promise<TrailComment[]> {
  const comments = await github.byHand.comments(number);
  return comments.map(({ id, body, created_at, updated_at }) => ({
    id,
    body,
    createdAt: new Date(created_at),
    updatedAt: new Date(updated_at),
  }));
}

/** Types a command, and waits until it has come to something or is answered. */
export async function type(loop: Loop, line: string, isDone: () => Promise<boolean>): Promise<void> {
  const answers = loop.slack.reader.ephemerals('alice').length;
  if (!(await isTaken(() => loop.slack.byHand.command('alice', line)))) return;
  await within(loop, async () => (await isDone()) || loop.slack.reader.ephemerals('alice').length > answers);
}

/** Of those who may approve, the first who has not. */
export function nextApprover(
  { slack }: Loop,
  approvals: readonly { readonly actor: { readonly id: string } }[],
): PersonName | undefined {
  const isLeft = (name: PersonName) => !approvals.some(({ actor }) => actor.id === slack.people[name].id);
  return (['sam', 'kim'] as const).find(isLeft);
}

/** Opens the newest of these cards that can be approved, reads what is in the dialog, and sends it. */
export function approveOne(
  loop: Loop,
  who: PersonName,
  isMeant: (card: Thread) => boolean,
  isDone: () => Promise<boolean>,
): Promise<void> {
  return handsOf(loop, who, () => approve(loop, who, isMeant, isDone));
}

async function approve(
  loop: Loop,
  who: PersonName,
  isMeant: (card: Thread) => boolean,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const { byHand, reader } = loop.slack;
  const cards = (await reader.messages()).filter(isMeant);
  const card = cards.findLast((one) => findButton(one, 'Approve'));
  const { action_id: actionId } = (card && findButton(card, 'Approve')) ?? {};
  if (!card || !actionId) return aMoment();
  for (const view of reader.openViews(who)) await byHand.close(who, view.id).catch(() => undefined);
  if (!(await isTaken(() => byHand.click(who, { ts: card.ts, actionId })))) return;
  const isDrawn = () => reader.openViews(who).some(({ submit }) => submit);
  if (!(await within(loop, async () => isDrawn()))) return;
  const view = reader.openViews(who).findLast(({ submit }) => submit);
  if (!view || !(await isTaken(() => byHand.submit(who, view.id)))) return;
  await within(loop, isDone);
}

/** Whether the bot was there and acknowledged it. If not, they wait a moment. */
async function isTaken(deed: () => Promise<Delivered>): Promise<boolean> {
  const { acknowledged } = await deed().catch(() => ({ acknowledged: false }));
  if (!acknowledged) await aMoment();
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

/** Whether it came true before they lost patience, or saw that the bot is another one now. */
async function within(loop: Loop, isTrue: () => Promise<boolean>): Promise<boolean> {
  const { bot } = loop;
  for (const end = performance.now() + patience; performance.now() < end; await aMoment()) {
    if (await isTrue()) return true;
    if (loop.bot !== bot) return false;
  }
  return false;
}
