import { wholeDays } from '../keys/age.ts';
import { countOf } from '../keys/written-moments.ts';
import { type Mrkdwn, plain } from './mrkdwn.ts';

/** "325 days old" */
export function phraseAge(createdAt: Date | string, now: Date): Mrkdwn {
  return plain(`${countOf(Math.max(wholeDays(new Date(createdAt), now), 0), 'day')} old`);
}
