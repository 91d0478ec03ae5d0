import type { RequestKind, Right } from '../../shared/policy/approvals.ts';
import { context, type Message, message, section } from '../../shared/slack/message.ts';
import { join, type Mrkdwn, md, mention, plain } from '../../shared/slack/mrkdwn.ts';
import { modeNames } from './what-will-happen.ts';

/** What one person may do by the policy as it is now. */
export interface WhoAmI {
  readonly userId: string;
  readonly isFullMember: boolean;
  readonly mayRequest: Right;
  readonly selfApproval: boolean;
  readonly approves: readonly {
    readonly kind: RequestKind;
    readonly right: Right;
    /** The ids in the policy that give the right: the person's own, and user groups. */
    readonly through: readonly string[];
    /** How many different people it takes. */
    readonly count: number;
  }[];
}

/** `/keys whoami` */
export function whoAmI({ userId, isFullMember, mayRequest, approves, selfApproval }: WhoAmI): Message {
  const title = md`You are ${mention(userId)}`;
  if (!isFullMember) {
    return message(title, [
      section(title, md`✋ You may decide nothing: you are no full member of this workspace.`),
    ]);
  }
  return message(title, [
    section(title, md`${sign(mayRequest)} request a remediation: ${requestRight(mayRequest)}`),
    section(...approves.map(approvalLine)),
    context(
      selfApproval
        ? md`The policy lets people approve their own requests.`
        : md`Nobody approves a request of their own.`,
    ),
  ]);
}

function requestRight(right: Right): Mrkdwn {
  if (right === 'yes') return md`you may`;
  return right === 'no' ? md`the policy names who may, and not you` : unknown();
}

function approvalLine({ kind, right, through, count }: WhoAmI['approves'][number]): Mrkdwn {
  const what = md`${sign(right)} approve *${plain(modeNames[kind])}*`;
  const quorum = md`it takes ${plain(count === 1 ? '1 person' : `${count} people`)}`;
  if (right === 'yes') return md`${what}: you may, by ${join(through.map(mention))}; ${quorum}`;
  return md`${what}: ${right === 'no' ? md`the policy does not name you` : unknown()}; ${quorum}`;
}

function sign(right: Right): Mrkdwn {
  return plain({ yes: '✅', no: '✋', unknown: '❔' }[right]);
}

function unknown(): Mrkdwn {
  return md`Slack does not say who is in the user groups, so for now it would be refused`;
}
