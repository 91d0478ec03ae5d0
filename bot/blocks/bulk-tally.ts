import { type Mrkdwn, md } from '../../shared/slack/mrkdwn.ts';
import type { EventOf } from '../../shared/trail/events.ts';

/** What came of a bulk request, in numbers; each user's issue has the rest. */
export function tallyLines({ counts, notStarted }: EventOf<'bulk-finished'>['data']): Mrkdwn[] {
  return [
    md`🏁 *Finished*: ${counts.asPredicted} as predicted.`,
    ...(counts.differs > 0 ? [md`🚨 *NOT as predicted: ${counts.differs}*`] : []),
    ...(counts.unrecorded > 0 ? [md`🚨 On a trail that broke or is gone: ${counts.unrecorded}`] : []),
    ...(notStarted.length > 0 ? [md`• Not started: ${notStarted.length}`] : []),
  ];
}
