import { z } from 'zod';
import { describeProblem, findViewProblems } from './block-limits.ts';
import type { Services } from './methods.ts';
import type { View } from './modals.ts';
import { pushOnto, updateView } from './view-methods.ts';

const ackSchema = z.discriminatedUnion('response_action', [
  z.strictObject({ response_action: z.literal('clear') }),
  z.strictObject({
    response_action: z.literal('errors'),
    errors: z.record(z.string(), z.string().min(1).max(3_000)),
  }),
  z.strictObject({ response_action: z.literal('update'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('push'), view: z.unknown() }),
]);

function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
}

/** Does what the ack of a submission asks for. Throws where Slack would show that it had trouble connecting. */
export async function applyAck(body: unknown, userId: string, view: View, slack: Services): Promise<void> {
  if (isEmpty(body)) {
    slack.modals.close(userId, view.id);
    return;
  }
  const ack = ackSchema.parse(body);
  if (ack.response_action === 'clear') slack.modals.clear(userId);
  if (ack.response_action === 'errors') checkErrors(ack.errors, view);
  if (ack.response_action === 'update' || ack.response_action === 'push') {
    const problems = findViewProblems(ack.view).map(describeProblem);
    if (problems.length > 0) throw new Error(`Slack refuses the view: ${problems.join('; ')}`);
  }
  if (ack.response_action === 'update') await updateView({ view: ack.view, view_id: view.id }, slack, 'bot');
  if (ack.response_action === 'push') await pushOnto(userId, view.id, { view: ack.view }, slack);
}

function checkErrors(errors: Readonly<Record<string, string>>, view: View): void {
  const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id: id }) => id);
  const unknown = Object.keys(errors).filter((blockId) => !inputs.includes(blockId));
  if (unknown.length > 0)
    throw new Error(`There is no input block ${unknown.join(', ')} to show an error at.`);
}
