/** What a person can do on the page: in Slack as one of the players, by hand on GitHub and in AWS, and to the bot. */
import { z } from 'zod';
import { messageOf } from '../../shared/errors.ts';
import { isRecord } from '../../shared/trust-boundaries.ts';
import type { Delivered } from '../slack/deliveries.ts';
import { letConfigCatchUp, rotateKey, switchKey, useKey } from './in-aws.ts';
import type { Playground } from './playground.ts';
import { players } from './slack-scene.ts';

const who = z.enum(players);
const text = z.string().max(70_000);
const onKey = { keyId: text };

const actSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('scan') }),
  z.strictObject({ act: z.literal('say'), who, text: text.min(1) }),
  z.strictObject({ act: z.literal('click'), who, ts: text, actionId: text, value: text.optional() }),
  z.strictObject({
    act: z.literal('click-in-view'),
    who,
    viewId: text,
    actionId: text,
    value: text.optional(),
  }),
  z.strictObject({ act: z.literal('submit'), who, viewId: text, values: z.record(z.string(), text) }),
  z.strictObject({ act: z.literal('close'), who, viewId: text }),
  z.strictObject({ act: z.literal('edit-comment'), id: z.int(), body: text }),
  z.strictObject({ act: z.literal('use-key'), ...onKey }),
  z.strictObject({ act: z.literal('rotate-key'), ...onKey }),
  z.strictObject({ act: z.literal('switch-key'), ...onKey }),
  z.strictObject({ act: z.literal('config-catches-up') }),
  z.strictObject({ act: z.literal('kill-bot') }),
  z.strictObject({ act: z.literal('kill-bot-in-flight'), on: z.boolean() }),
  z.strictObject({ act: z.literal('start-bot') }),
]);

export type Act = z.infer<typeof actSchema>;

/** `errors`: what a modal shows at its fields, by block id. `problem`: why it could not be done, in a sentence. */
export interface Outcome {
  readonly errors?: Readonly<Record<string, string>>;
  readonly problem?: string;
}

/** Does it, whatever came; what makes no sense is a problem too. */
export async function perform(playground: Playground, given: unknown): Promise<Outcome> {
  const { data, error } = actSchema.safeParse(given);
  if (error) return { problem: z.prettifyError(error) };
  try {
    const delivered = await doIt(playground, data);
    return delivered ? outcomeOf(delivered) : {};
  } catch (failure) {
    return { problem: messageOf(failure) };
  }
}

type Done = Promise<Delivered | undefined>;

async function doIt(playground: Playground, act: Act): Done {
  switch (act.act) {
    case 'say':
    case 'click':
    case 'click-in-view':
    case 'submit':
    case 'close':
      return inSlack(playground, act);
    case 'edit-comment':
      await playground.loop.github.byHand.editComment(act.id, act.body);
      return undefined;
    case 'use-key':
    case 'rotate-key':
    case 'switch-key':
    case 'config-catches-up':
      inAws(playground, act);
      return undefined;
    default:
      await withPrograms(playground, act);
      return undefined;
  }
}

type SlackAct = Extract<Act, { readonly who: unknown }>;

async function inSlack({ loop }: Playground, act: SlackAct): Done {
  const { byHand } = loop.slack;
  switch (act.act) {
    case 'say':
      if (act.text.startsWith('/')) return byHand.command(act.who, act.text);
      await byHand.say(act.who, act.text);
      return undefined;
    case 'click':
      return byHand.click(act.who, { ts: act.ts, ...button(act) });
    case 'click-in-view':
      return byHand.clickInView(act.who, act.viewId, button(act));
    case 'submit':
      return byHand.submit(act.who, act.viewId, act.values);
    case 'close':
      return byHand.close(act.who, act.viewId);
  }
}

function button({ actionId, value }: { readonly actionId: string; readonly value?: string | undefined }) {
  return { actionId, ...(value !== undefined && { value }) };
}

type AwsAct = Extract<Act, { readonly keyId: string } | { readonly act: 'config-catches-up' }>;

function inAws({ loop }: Playground, act: AwsAct): void {
  const { world } = loop.aws;
  if (act.act === 'config-catches-up') letConfigCatchUp(world);
  else if (act.act === 'use-key') useKey(world, act.keyId);
  else if (act.act === 'rotate-key') rotateKey(world, act.keyId);
  else switchKey(world, act.keyId);
}

type ProgramAct = Exclude<Act, SlackAct | AwsAct | { readonly act: 'edit-comment' }>;

async function withPrograms(playground: Playground, act: ProgramAct): Promise<void> {
  if (act.act === 'scan') await playground.runScan();
  else if (act.act === 'kill-bot') await playground.killBot();
  else if (act.act === 'start-bot') await playground.startBot();
  else playground.killsInFlight = act.on;
}

function outcomeOf({ acknowledged, body }: Delivered): Outcome {
  if (!acknowledged) return { problem: 'Slack says: operation_timeout. The bot does not answer.' };
  const errors = isRecord(body) && body['response_action'] === 'errors' ? body['errors'] : undefined;
  return errors === undefined ? {} : { errors: z.record(z.string(), z.string()).parse(errors) };
}
