import type { Notice, TrailIssue } from '../../shared/remediation/ports.ts';
import { isUnrecordedKey } from '../../shared/remediation/thread-key.ts';
import { actionIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import { limits } from '../../shared/slack/limits.ts';
import {
  actions,
  type Block,
  button,
  context,
  type Message,
  message,
  sections,
} from '../../shared/slack/message.ts';
import { code, join, type Mrkdwn, md, moment, plain } from '../../shared/slack/mrkdwn.ts';
import type { BulkEventType, EventOf, TrailEvent } from '../../shared/trail/events.ts';
import { tallyLines } from './bulk-tally.ts';
import { executionLink, type RunPlace } from './console-link.ts';
import { comparisonLines, outcomeLines, resultLine } from './outcome.ts';
import { person } from './people.ts';
import { type Attachment, showOutput } from './run-output.ts';

type IssueRef = Pick<TrailIssue, 'number' | 'url'>;

export interface NoticeView {
  readonly message: Message;
  /** To be attached to the thread. */
  readonly file?: Attachment;
}

/** A notice for the thread: what one envelope holds, what came of it, and what is next. `place`: of a runbook. */
export function noticeView(notice: Notice, issue: IssueRef, place?: RunPlace): NoticeView {
  const { key, events, readable, isProgress, about } = notice;
  if (about !== undefined) return { message: brief(notice, about, issue) };
  if (isProgress) return { message: progress(readable) };
  const lines = events.flatMap((event) => eventLines(event, place));
  const isSealed = events.length > 0 && !isUnrecordedKey(key);
  const told = [
    ...(isUnrecordedKey(key) ? [md`🚨 *The trail of the issue is broken, so this is not recorded:*`] : []),
    ...(lines.length > 0 ? lines : [plain(readable, limits.prose)]),
  ];
  const output = events.find((event) => event.type === 'finished')?.data.output;
  const file = output === undefined ? undefined : showOutput(output).file;
  if (file) told.push(md`The whole output is on ${issueLink(issue)}.`);
  return {
    message: message(headline(events) ?? join(told.slice(0, 1)), [
      ...sections(limits.effects, told),
      nextStep(events, issue),
      context(isSealed ? md`Envelope ${key} on ${issueLink(issue)}` : issueLink(issue)),
    ]),
    ...(file && { file }),
  };
}

function progress(readable: string): Message {
  const line = md`⏳ ${plain(readable, limits.prose)}`;
  return message(line, [context(line)]);
}

/** One of the many users of a bulk request, in one line. */
function brief({ key, events, readable }: Notice, about: string, issue: IssueRef): Message {
  const what = headline(events) ?? plain(readable, limits.prose);
  const unsealed = isUnrecordedKey(key) ? md`🚨 *not recorded, the trail of the issue is broken:* ` : md``;
  const line = md`${code(about, limits.name)}: ${unsealed}${what} · ${issueLink(issue)}`;
  return message(line, [context(line)]);
}

/** What came of it is what a notification has to say. */
function headline(events: readonly TrailEvent[]): Mrkdwn | undefined {
  const verified = events.find((event) => event.type === 'verified');
  return verified && join([...comparisonLines(verified.data).slice(0, 1), resultLine(verified.data)], ' ');
}

function eventLines(event: TrailEvent, place: RunPlace | undefined): readonly Mrkdwn[] {
  switch (event.type) {
    case 'requested':
      return [md`*Requested* by ${person(event.actor)}.`];
    case 'approved':
      return [md`👍 *Approved* by ${person(event.actor)}.`];
    case 'denied':
      return [md`✋ *Denied* by ${person(event.actor)}: ${reason(event.data.reason)}. Nothing was done.`];
    case 'voided':
      return [
        md`🚫 *Void*: ${plain(event.data.why, limits.prose)}`,
        ...event.data.changes.map((change) => md`• ${plain(change, limits.prose)}`),
        md`Nothing was done; it has to be requested again.`,
      ];
    case 'started':
      return startedLines(event, place);
    case 'finished':
      return finishedLines(event, place);
    case 'verified':
      return [...comparisonLines(event.data), resultLine(event.data), ...outcomeLines(event.data)];
    case 'exempted':
      return [md`⏸️ *Exempted* until ${moment(new Date(event.data.until))}: ${keyList(event.data.keyIds)}.`];
    case 'reactivated':
      return [
        md`⚠️ *Reactivated by somebody else*: ${keyList(event.data.keyIds)}. What deploys the key (Terraform, a script) has to let go of it first.`,
      ];
    default:
      return bulkLines(event);
  }
}

function bulkLines(event: EventOf<BulkEventType>): readonly Mrkdwn[] {
  switch (event.type) {
    case 'bulk-requested':
      return [md`*Requested* by ${person(event.actor)}.`];
    case 'bulk-started':
      return [md`▶️ *Started*: each user is a request on their own issue now.`];
    case 'bulk-stopped':
      return [
        md`🛑 *Stopped* by ${person(event.actor)}: nothing more is started; what runs is seen to its end.`,
      ];
    case 'bulk-finished':
      return tallyLines(event.data);
  }
}

function startedLines({ data }: EventOf<'started'>, place: RunPlace | undefined): Mrkdwn[] {
  const { mode, keyIds } = data;
  if (mode !== 'runbook') {
    return [md`▶️ *Started*: ${plain(mode === 'undo' ? 'reactivates' : 'deactivates')} ${keyList(keyIds)}.`];
  }
  const where = place ? md` See ${executionLink(place)}.` : md``;
  return [md`▶️ *Started*: the runbook is run; it should deactivate ${keyList(keyIds)}.${where}`];
}

function finishedLines({ data }: EventOf<'finished'>, place: RunPlace | undefined): Mrkdwn[] {
  const { ended, executionId, automationStatus, error, output } = data;
  const status = automationStatus === undefined ? md`` : md`, status ${plain(automationStatus, 64)}`;
  const where = place && executionId !== undefined ? md` See ${executionLink(place, executionId)}.` : md``;
  return [
    md`🏁 *Finished* (${plain(ended)})${status}.${where}`,
    ...(error === undefined ? [] : [md`⚠️ ${plain(error, limits.prose)}`]),
    ...(output === undefined ? [] : showOutput(output).lines),
  ];
}

/** Only strict takes keys that are in use: who wants that has to say so, and others approve it. */
function nextStep(events: readonly TrailEvent[], issue: IssueRef): Block | undefined {
  const verified = events.find((event) => event.type === 'verified');
  if (verified?.data.result !== 'remains') return undefined;
  if (!verified.data.keys.some(({ outcome }) => outcome === 'still active')) return undefined;
  return actions(
    button({
      label: 'Request strict for what stays Active',
      actionId: actionIds.requestStrict,
      value: encodeValue('request', { issue: issue.number, requestId: verified.requestId }),
    }),
  );
}

function reason(text: string): Mrkdwn {
  return text.trim() === '' ? md`no reason given` : code(text, limits.prose);
}

function keyList(ids: readonly string[]): Mrkdwn {
  return ids.length === 0 ? md`no key` : join(ids.map((id) => md`${id}`));
}
