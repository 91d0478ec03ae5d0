import { isRecord } from '../../shared/trust-boundaries.ts';
import { describeProblem, findViewProblems } from './block-limits.ts';
import { withBlockIds } from './content.ts';
import { type Arguments, type Reply, refusal, textOf } from './exchange.ts';
import type { Method, Services } from './methods.ts';
import { viewSchema } from './modals.ts';

function refuseView({ view }: Arguments): Reply | undefined {
  const problems = findViewProblems(view);
  return problems.length > 0 ? refusal('invalid_arguments', problems.map(describeProblem)) : undefined;
}

function stored({ view }: Arguments): unknown {
  if (!isRecord(view) || !Array.isArray(view['blocks'])) return view;
  return { ...view, blocks: withBlockIds(view['blocks']) };
}

/** `emulate` wants a trigger id of its own making for the same person. */
async function upstreamTrigger(slack: Services, userId: string, viewId?: string): Promise<string> {
  const args = { user_id: userId, ...(viewId && { view_id: viewId }) };
  const reply = await slack.upstream.ask('views.generateTriggerId', args, 'bot-setup');
  return textOf(reply['trigger_id']);
}

export const openView: Method = async (args, slack) => {
  const trigger = slack.triggers.take(textOf(args['trigger_id']));
  if (typeof trigger === 'string') return refusal(trigger);
  const refused = refuseView(args);
  if (refused) return refused;
  const trigger_id = await upstreamTrigger(slack, trigger.userId);
  const reply = await slack.upstream.ask('views.open', { view: stored(args), trigger_id }, 'bot-setup');
  if (reply.ok) slack.modals.open(trigger.userId, viewSchema.parse(reply['view']));
  return reply;
};

export const pushView: Method = async (args, slack) => {
  const trigger = slack.triggers.take(textOf(args['trigger_id']));
  if (typeof trigger === 'string') return refusal(trigger);
  return refuseView(args) ?? pushOnto(trigger.userId, trigger.viewId ?? '', args, slack);
};

/** Lays a modal over one that is open. */
export async function pushOnto(
  userId: string,
  viewId: string,
  args: Arguments,
  slack: Services,
): Promise<Reply> {
  if (!slack.modals.isOpen(viewId)) return refusal('view_not_found');
  const trigger_id = await upstreamTrigger(slack, userId, viewId);
  const reply = await slack.upstream.ask('views.push', { view: stored(args), trigger_id }, 'bot-setup');
  if (reply.ok) slack.modals.push(userId, viewSchema.parse(reply['view']));
  return reply;
}

export const updateView: Method = async (args, slack) => {
  const refused = refuseView(args);
  if (refused) return refused;
  if (args['view_id'] && !slack.modals.isOpen(textOf(args['view_id']))) return refusal('not_found');
  const reply = await slack.upstream.ask('views.update', { ...args, view: stored(args) }, 'bot-setup');
  if (reply.ok) slack.modals.replace(viewSchema.parse(reply['view']));
  return reply;
};
