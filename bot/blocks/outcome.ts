import { type Mrkdwn, md, plain } from '../../shared/slack/mrkdwn.ts';
import type { EventOf } from '../../shared/trail/events.ts';

type Verified = EventOf<'verified'>['data'];

const signs: Readonly<Record<Verified['keys'][number]['outcome'], '✅' | '↩️' | '⚠️' | '•'>> = {
  deactivated: '✅',
  reactivated: '↩️',
  'already inactive': '•',
  'still active': '⚠️',
  gone: '⚠️',
  new: '⚠️',
  differs: '⚠️',
};

const passwords: Readonly<Record<Verified['loginProfile'], Mrkdwn>> = {
  none: md`• There is no console password.`,
  kept: md`• The console password is as it was.`,
  deleted: md`⛔ *The console password is deleted.*`,
  new: md`⚠️ There is a *new* console password.`,
};

/** What IAM shows now, a line for each key and one for the password. */
export function outcomeLines({ keys, loginProfile }: Verified): Mrkdwn[] {
  return [
    ...keys.map(
      ({ id, outcome, why }) =>
        md`${plain(signs[outcome])} ${id} *${plain(outcome)}*${why === undefined ? md`` : md`: ${plain(why, 500)}`}`,
    ),
    passwords[loginProfile],
  ];
}

/** "As predicted", or every difference from what was approved. */
export function comparisonLines({ asPredicted, differences }: Verified): Mrkdwn[] {
  if (asPredicted) return [md`✅ *As predicted.*`];
  return [
    md`🚨 *NOT as predicted.* What happened is not what was approved:`,
    ...differences.map((difference) => md`🚨 ${plain(difference, 500)}`),
  ];
}

/** Whether the finding is over, in a few words. */
export function resultLine({ result }: Verified): Mrkdwn {
  return result === 'resolved'
    ? md`*Resolved*: no Active key over age is left.`
    : md`*The finding remains*: an Active key is over age.`;
}
