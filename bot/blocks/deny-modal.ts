import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { callbackIds, encodeValue, fields, type RequestRef } from '../../shared/slack/action-ids.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import { limits } from '../../shared/slack/limits.ts';
import { type Modal, section } from '../../shared/slack/message.ts';
import { type Mrkdwn, md, plain } from '../../shared/slack/mrkdwn.ts';
import type { RequestState } from '../../shared/trail/state.ts';
import { input, modal } from './modal.ts';
import { modeNames } from './what-will-happen.ts';

export const denialTitle = 'Deny a request';

/** Asks for the reason, which goes on the issue and into the thread. */
export function denyModal(request: RequestState, issue: TrailIssue): Modal {
  const { plan, userName } = request.requested.data;
  const what = md`*${plain(modeNames[plan.kind])} for* ${userName} in account ${issue.finding.accountId}, ${issueLink(issue)}`;
  return denialForm(what, callbackIds.deny, { issue: issue.number, requestId: request.id });
}

/** @param what is denied, for people */
export function denialForm(what: Mrkdwn, callbackId: string, ref: RequestRef): Modal {
  return modal({
    title: denialTitle,
    blocks: [
      section(what, md`Nothing will be done. It can be requested again.`),
      input(fields.reason, 'Why', {
        type: 'plain_text_input',
        action_id: fields.reason,
        multiline: true,
        max_length: limits.prose,
      }),
    ],
    submit: { label: 'Deny', callbackId, metadata: encodeValue('request', ref) },
  });
}
