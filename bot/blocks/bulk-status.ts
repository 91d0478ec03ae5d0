import type { BulkProgress, BulkView } from '../../shared/remediation/bulk-ports.ts';
import { limits } from '../../shared/slack/limits.ts';
import { code, type Mrkdwn, md, moment, plain } from '../../shared/slack/mrkdwn.ts';
import type { BulkState } from '../../shared/trail/bulk-state.ts';
import { tallyLines } from './bulk-tally.ts';
import { approvalsGiven, person } from './people.ts';

/** What has become of a bulk request, for its card. */
export function bulkStatusLines({ bulk, progress }: BulkView): Mrkdwn[] {
  return [...statusLines(bulk), ...(progress ? progressLines(progress) : [])];
}

function statusLines(bulk: BulkState): Mrkdwn[] {
  switch (bulk.status) {
    case 'pending':
      return [md`⏳ *Waits for approval.*`];
    case 'expired':
      return [md`⌛ *Expired* ${moment(bulk.expiresAt)}, with ${approvalsGiven(bulk)}. Nothing was done.`];
    case 'denied': {
      const { actor, data, shortHash } = bulk.denied;
      const why = data.reason.trim() === '' ? md`no reason given` : code(data.reason, limits.prose);
      return [md`✋ *Denied* by ${person(actor)} (${shortHash}): ${why}`, md`Nothing was done.`];
    }
    case 'voided':
      return [
        md`🚫 *Void* (${bulk.voided.shortHash}): ${plain(bulk.voided.data.why, limits.prose)}`,
        md`Nothing was done. It has to be requested again.`,
      ];
    case 'started':
      return [md`▶️ *Approved and started* (${bulk.started.shortHash}): ${approvalsGiven(bulk)}.`];
    case 'stopped':
      return [
        md`🛑 *Stopped* by ${person(bulk.stopped.actor)} (${bulk.stopped.shortHash}): nothing more is started.`,
        md`Approved: ${approvalsGiven(bulk)}.`,
      ];
    case 'finished':
      return [
        ...(bulk.stopped ? [md`🛑 *Stopped* by ${person(bulk.stopped.actor)}.`] : []),
        ...tallyLines(bulk.finished.data),
        md`Approved: ${approvalsGiven(bulk)}.`,
      ];
  }
}

function progressLines(progress: BulkProgress): Mrkdwn[] {
  const { waiting, running, asPredicted, differs, unrecorded, left, nextAt, held } = progress;
  const over = asPredicted + differs + unrecorded + left;
  return [
    md`*${over} of ${over + waiting + running}*: ${asPredicted} as predicted, ${running} running, ${waiting} waiting`,
    ...(differs > 0 ? [md`🚨 *NOT as predicted: ${differs}*`] : []),
    ...(unrecorded > 0 ? [md`🚨 On a trail that broke or is gone: ${unrecorded}`] : []),
    ...(left > 0 ? [md`• Not started: ${left}`] : []),
    ...(nextAt ? [md`⏳ GitHub's limit on comments: ${waiting} wait, the next until ${moment(nextAt)}`] : []),
    ...(held === undefined ? [] : [md`⚠️ ${plain(held, limits.prose)}`]),
  ];
}
