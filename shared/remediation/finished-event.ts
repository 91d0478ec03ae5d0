import { outputLimit, proseLimit, requestId as uuid } from '../trail/bounds.ts';
import type { EventOf } from '../trail/events.ts';
import { clip } from '../trail/text.ts';
import { bot } from './bot-actor.ts';
import type { Ending, StartedRequest } from './step.ts';

/** How it ended, as an event that a trail can hold. */
export function finishedEvent(
  { id }: StartedRequest,
  { ended, execution, error }: Ending,
): EventOf<'finished'> {
  const isUuid = uuid.safeParse(execution?.id).success;
  return {
    type: 'finished',
    actor: bot,
    requestId: id,
    data: {
      ended,
      ...(execution && isUuid && { executionId: execution.id }),
      ...(execution && { automationStatus: clip(execution.status, 64) }),
      ...(execution?.output !== undefined && { output: clip(execution.output, outputLimit) }),
      ...(error !== undefined && { error: clip(error, proseLimit) }),
    },
  };
}
