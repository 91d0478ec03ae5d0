import { limits } from '../../shared/slack/limits.ts';
import { code, type Mrkdwn, md, moment, plain } from '../../shared/slack/mrkdwn.ts';
import type { RequestState } from '../../shared/trail/state.ts';
import { comparisonLines, outcomeLines, resultLine } from './outcome.ts';
import { approvalsGiven, person } from './people.ts';

/** What has become of a request, for its card: the newest fact first. */
export function statusLines(request: RequestState): Mrkdwn[] {
  switch (request.status) {
    case 'pending':
      return [md`⏳ *Waits for approval.*`];
    case 'expired':
      return [
        md`⌛ *Expired* ${moment(request.expiresAt)}, with ${approvalsGiven(request)}. Nothing was done.`,
      ];
    case 'denied': {
      const { actor, data, shortHash } = request.denied;
      const why = data.reason.trim() === '' ? md`no reason given` : code(data.reason, limits.prose);
      return [md`✋ *Denied* by ${person(actor)} (${shortHash}): ${why}`, md`Nothing was done.`];
    }
    case 'voided': {
      const { why, changes } = request.voided.data;
      return [
        md`🚫 *Void* (${request.voided.shortHash}): ${plain(why, limits.prose)}`,
        ...changes.map((change) => md`• ${plain(change, limits.prose)}`),
        md`Nothing was done, and the approvals count no more. It has to be requested again.`,
      ];
    }
    case 'started':
      return [md`▶️ *Approved and started* (${request.started.shortHash}): ${approvalsGiven(request)}.`];
    case 'finished':
      return [
        md`🏁 *Finished* (${plain(request.finished.data.ended)}); the keys are being read back.`,
        approved(request),
      ];
    case 'verified':
      return verifiedLines(request);
    case 'exempted': {
      const { until } = request.exempted.data;
      return [
        md`⏸️ *Exempted* until ${moment(new Date(until))} (${request.exempted.shortHash}).`,
        approved(request),
      ];
    }
  }
}

/** The same in a few words, for notifications. */
export function summarizeStatus(request: RequestState): Mrkdwn {
  if (request.status !== 'verified') return plain(request.status);
  const { asPredicted, result } = request.verified.data;
  return plain(
    `${asPredicted ? 'as predicted' : 'NOT as predicted'}, the finding ${result === 'resolved' ? 'is resolved' : 'remains'}`,
  );
}

function verifiedLines(request: Extract<RequestState, { status: 'verified' }>): Mrkdwn[] {
  const { data } = request.verified;
  return [...comparisonLines(data), resultLine(data), ...outcomeLines(data), approved(request)];
}

function approved(request: RequestState): Mrkdwn {
  return md`Approved: ${approvalsGiven(request)}.`;
}
