/** What the people of the demonstration and of the tests do in Slack, by the words that they see. */
import { z } from 'zod';
import type { Loop } from './loop.ts';
import type { View } from './slack/modals.ts';
import type { PersonName } from './slack/people.ts';
import type { Thread } from './slack/reader.ts';
import { until } from './until.ts';

const buttonSchema = z.looseObject({
  type: z.literal('button'),
  action_id: z.string(),
  value: z.string().optional(),
  text: z.looseObject({ text: z.string() }),
});
const rowSchema = z.object({ elements: z.array(z.unknown()) });

export type Button = z.infer<typeof buttonSchema>;

/** What somebody sees, a message of the channel or one that they alone see. */
export interface Seen {
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** The button with this word on it, if the message has one. */
export function findButton({ blocks }: Pick<Seen, 'blocks'>, word: string): Button | undefined {
  const elements = blocks.flatMap((block) => rowSchema.safeParse(block).data?.elements ?? []);
  const buttons = elements.flatMap((element) => buttonSchema.safeParse(element).data ?? []);
  return buttons.find(({ text }) => text.text.includes(word));
}

/** All text of a message, as Slack got it. */
export function textOf(message: Seen): string {
  return `${message.text}\n${JSON.stringify(message.blocks)}`;
}

/** The newest card about this user. */
export async function cardOf(
  { slack }: Loop,
  user: string,
  mode: 'Runbook' | 'Strict',
): Promise<Thread | undefined> {
  const cards = await slack.reader.messages();
  return cards.findLast(({ text }) => text.startsWith(`${mode} for \`${user}\``));
}

/** Types a command and waits for its card, which has buttons once the request is recorded. */
export async function request(loop: Loop, who: PersonName, line: string): Promise<Thread> {
  const user = /remediate (\S+)/.exec(line)?.[1] ?? '';
  const mode = line.includes('--strict') ? 'Strict' : 'Runbook';
  await loop.slack.byHand.command(who, line);
  return openCard(loop, user, mode);
}

/** Waits for a card that can be approved. */
export function openCard(loop: Loop, user: string, mode: 'Runbook' | 'Strict'): Promise<Thread> {
  return until(`a card about ${user} with buttons`, async () => {
    const card = await cardOf(loop, user, mode);
    return card && findButton(card, 'Approve') ? card : undefined;
  });
}

export async function press(
  loop: Loop,
  who: PersonName,
  message: Pick<Seen, 'blocks'> & Pick<Thread, 'ts'>,
  word: string,
): Promise<void> {
  const button = findButton(message, word);
  if (!button) throw new Error(`There is no button ${word}`);
  const { action_id: actionId, value } = button;
  await loop.slack.byHand.click(who, { ts: message.ts, actionId, ...(value && { value }) });
}

/** Looks for a modal that can be sent and is not one of those that stand open now. */
export function newModal({ slack }: Pick<Loop, 'slack'>, who: PersonName): () => View | undefined {
  const before = new Set(slack.reader.openViews(who).map(({ id }) => id));
  return () => slack.reader.openViews(who).findLast(({ id, submit }) => submit && !before.has(id));
}

/** Does what opens a modal, and waits until that one can be sent. */
export async function modalAfter(
  loop: Pick<Loop, 'slack'>,
  who: PersonName,
  deed: () => Promise<unknown>,
): Promise<View> {
  const look = newModal(loop, who);
  await deed();
  return until(`a new modal before ${who}`, look);
}

/** Opens the approval and waits until the plan stands in it. */
export function openApproval(loop: Loop, who: PersonName, card: Thread): Promise<View> {
  return modalAfter(loop, who, () => press(loop, who, card, 'Approve'));
}

const busy = new Map<PersonName, Promise<unknown>>();

/** Reads the plan and approves it. A person has one modal before them at a time, and finishes it first. */
export function approve(loop: Loop, who: PersonName, card: Thread): Promise<View> {
  const approval = (busy.get(who) ?? Promise.resolve()).then(async () => {
    const view = await openApproval(loop, who, card);
    await loop.slack.byHand.submit(who, view.id);
    return view;
  });
  busy.set(
    who,
    approval.catch(() => undefined),
  );
  return approval;
}

/** Waits until the outcome stands in the card's thread. */
export function outcomeOf({ slack }: Loop, card: Thread): Promise<Thread> {
  return until(`the outcome in the thread of ${card.text}`, async () => {
    const thread = (await slack.reader.messages()).find(({ ts }) => ts === card.ts);
    return thread?.replies.some(({ text }) => /resolved|remains/i.test(text)) ? thread : undefined;
  });
}
