import type { Delivered, Deliveries, Payload, Sending } from './deliveries.ts';
import { type Element, elementsOf, type Input, isEmpty, type Placed, stateOf } from './elements.ts';
import type { Arguments, Reply } from './exchange.ts';
import type { Services } from './methods.ts';
import type { View } from './modals.ts';
import {
  type Action,
  closedPayload,
  commandPayload,
  messageActionPayload,
  type Place,
  submissionPayload,
  viewActionPayload,
} from './payloads.ts';
import { approvalsChannelId, type Flags, otherChannelId, type Person, type PersonName } from './people.ts';
import type { Reader } from './reader.ts';
import { showAnswer } from './response-urls.ts';
import { applyAck } from './submission.ts';

/** As a person may do it, or as somebody does who forges requests (and has the signing secret). */
export interface Manner extends Sending {
  /** Claims to come from this team. */
  readonly teamId?: string;
}

/** Something to click on: `value` tells apart buttons with the same action id, or is what is chosen from a menu. */
export interface Click extends Manner {
  readonly actionId: string;
  readonly value?: string;
  /** Sends the click although there is no such button. */
  readonly forged?: boolean;
}

const channels: readonly Place[] = [
  { id: approvalsChannelId, name: 'key-approvals' },
  { id: otherChannelId, name: 'elsewhere' },
];

function place(id: string): Place {
  return channels.find((channel) => channel.id === id) ?? { id, name: 'unknown' };
}

/** What people do in Slack, each named. Nothing here is counted or at fault. */
export class ByHand {
  readonly #slack: Services;
  readonly #deliveries: Deliveries;
  readonly #reader: Reader;

  constructor(slack: Services, deliveries: Deliveries, reader: Reader) {
    this.#slack = slack;
    this.#deliveries = deliveries;
    this.#reader = reader;
  }

  /** Types a command such as `/keys show alice`. An answer in the ack is shown, as Slack does. */
  async command(
    name: PersonName,
    line: string,
    { channel = approvalsChannelId, ...manner }: Manner & { readonly channel?: string } = {},
  ): Promise<Delivered> {
    const [command = '', ...words] = line.split(' ');
    const person = this.#slack.workspace.people[name];
    const origin = { userId: person.id, channel };
    const delivered = await this.#send(
      commandPayload(this.#common(person, manner), {
        name: command,
        text: words.join(' '),
        channel: place(channel),
        responseUrl: this.#slack.url + this.#slack.responseUrls.issue(origin),
      }),
      manner,
    );
    if (delivered.acknowledged) await this.#showAck(delivered.body, origin);
    return delivered;
  }

  /** Clicks a button, or chooses from a menu, of a message or of an ephemeral one. */
  async click(
    name: PersonName,
    on: Click & { readonly channel?: string; readonly ts: string },
  ): Promise<Delivered> {
    const { channel = approvalsChannelId, ts } = on;
    const person = this.#slack.workspace.people[name];
    const ephemeral = this.#slack.ephemerals.find(person.id, ts);
    const message = ephemeral ? undefined : await this.#reader.message(channel, ts);
    const origin = { userId: person.id, channel, ts };
    const action = this.#action((ephemeral ?? message)?.blocks ?? [], on);
    const responseUrl = this.#slack.url + this.#slack.responseUrls.issue(origin);
    const target = { channel: place(channel), ts, responseUrl, ...(message && { message }) };
    return this.#send(messageActionPayload(this.#common(person, on), target, action), on);
  }

  /** Clicks a button, or chooses from a menu, of a modal that is open. */
  async clickInView(name: PersonName, viewId: string, on: Click): Promise<Delivered> {
    const view = this.#openView(name, viewId);
    const person = this.#slack.workspace.people[name];
    const common = this.#common(person, on, viewId);
    return this.#send(viewActionPayload(common, view, this.#action(view.blocks, on)), on);
  }

  /**
   * Submits a modal with these values by action id. What the ack asks for is done: errors shown, the next view, closed.
   * Throws when a required input is empty, as Slack lets nobody submit then.
   */
  async submit(
    name: PersonName,
    viewId: string,
    values: Readonly<Record<string, Input>> = {},
    manner: Manner = {},
  ): Promise<Delivered> {
    const view = this.#openView(name, viewId);
    const person = this.#slack.workspace.people[name];
    const payload = submissionPayload(this.#common(person, manner, viewId), view, valuesOf(view, values));
    const delivered = await this.#send(payload, manner);
    if (delivered.acknowledged) await applyAck(delivered.body, person.id, view, this.#slack);
    return delivered;
  }

  /** Closes a modal; the bot is told when the modal says so. */
  async close(name: PersonName, viewId: string, manner: Manner = {}): Promise<Delivered | undefined> {
    const view = this.#openView(name, viewId);
    const person = this.#slack.workspace.people[name];
    this.#slack.modals.close(person.id, viewId);
    if (!view.notify_on_close) return undefined;
    return this.#send(closedPayload(this.#common(person, manner), view), manner);
  }

  /** Sends again what was sent: a retry, or somebody who has recorded a request. */
  async resend({ payload }: Delivered, manner: Sending = {}): Promise<Delivered> {
    return this.#send(payload, manner);
  }

  /** Writes a message. Resolves to its timestamp. */
  async say(name: PersonName, text: string, threadTs?: string): Promise<string> {
    const args = { channel: approvalsChannelId, text, ...(threadTs && { thread_ts: threadTs }) };
    return String((await this.#do('chat.postMessage', args, name))['ts']);
  }

  /** What somebody does who has stolen the bot's token, such as repainting a card. */
  asBot(method: string, args: Arguments): Promise<Reply> {
    return this.#do(method, args, 'bot');
  }

  async archive(channel = approvalsChannelId): Promise<void> {
    await this.#do('conversations.archive', { channel }, 'admin');
  }

  async unarchive(channel = approvalsChannelId): Promise<void> {
    await this.#do('conversations.unarchive', { channel }, 'admin');
  }

  setMembers(groupId: string, names: readonly PersonName[]): void {
    this.#slack.workspace.setMembers(groupId, names);
  }

  /** Somebody becomes a guest, leaves, and so on. */
  change(name: PersonName, flags: Partial<Flags>): void {
    this.#slack.workspace.change(name, flags);
  }

  #common(person: Person, { teamId }: Manner, viewId?: string) {
    const triggerId = this.#slack.triggers.issue(person.id, viewId);
    return { person, triggerId, ...(teamId && { teamId }) };
  }

  #openView(name: PersonName, viewId: string): View {
    const view = this.#reader.openViews(name).find(({ id }) => id === viewId);
    if (!view) throw new Error(`${name} has no open view ${viewId}.`);
    return view;
  }

  #action(blocks: readonly unknown[], { actionId, value, forged }: Click): Action {
    const placed = elementsOf(blocks).find((candidate) => isMeant(candidate, actionId, value));
    if (!placed && !forged) throw new Error(`There is no ${actionId} with the value ${value} to click.`);
    const { element, blockId } = placed ?? { element: { type: 'button' }, blockId: 'forged' };
    const used = forged ? { value } : usedState(element, value);
    const action_ts = this.#slack.upstream.nextTimestamp();
    return { action_id: actionId, block_id: blockId, action_ts, type: element.type, ...used };
  }

  #send(payload: Payload, manner: Sending): Promise<Delivered> {
    return this.#deliveries.send(payload, manner);
  }

  async #showAck(
    body: unknown,
    origin: { readonly userId: string; readonly channel: string },
  ): Promise<void> {
    if (typeof body === 'string') await showAnswer({ text: body }, origin, this.#slack);
    // Through a socket an empty ack is an empty object.
    const isAnswer = typeof body === 'object' && body !== null && Object.keys(body).length > 0;
    if (isAnswer) await showAnswer({ ...body }, origin, this.#slack);
  }

  async #do(method: string, args: Arguments, caller: PersonName | 'admin' | 'bot'): Promise<Reply> {
    const reply = await this.#slack.call(method, args, caller);
    if (!reply.ok) throw new Error(`${method} as ${caller}: ${reply.error}`);
    return reply;
  }
}

function isMeant({ element }: Placed, actionId: string, value: string | undefined): boolean {
  if (element.action_id !== actionId) return false;
  return element.type !== 'button' || value === undefined || element.value === value;
}

function usedState(element: Element, value: string | undefined): Record<string, unknown> {
  if (element.type !== 'button') return stateOf(element, value);
  return element.value === undefined ? {} : { value: element.value };
}

/** `state.values` of a submission. */
function valuesOf(view: View, values: Readonly<Record<string, Input>>): object {
  const state: Record<string, Record<string, unknown>> = {};
  for (const { blockId, element, isRequired } of elementsOf(view.blocks)) {
    const { action_id: actionId = '' } = element;
    const entered = stateOf(element, values[actionId]);
    if (element.type === 'button') continue;
    if (isRequired && isEmpty(entered)) throw new Error(`Slack asks to fill in ${actionId} first.`);
    state[blockId] = { ...state[blockId], [actionId]: entered };
  }
  return state;
}
