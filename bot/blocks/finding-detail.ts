import type { Ages } from '../../shared/keys/age.ts';
import { explainPlan } from '../../shared/keys/explain-plan.ts';
import { phraseReason } from '../../shared/keys/phrase-reason.ts';
import { runbookObstacle } from '../../shared/keys/runbook-obstacle.ts';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import { relativeMoments } from '../../shared/keys/written-moments.ts';
import type { TrailIssue } from '../../shared/remediation/ports.ts';
import { actionIds, encodeValue } from '../../shared/slack/action-ids.ts';
import { issueLink } from '../../shared/slack/issue-link.ts';
import { limits } from '../../shared/slack/limits.ts';
import {
  actions,
  type Block,
  button,
  columns,
  context,
  type Message,
  message,
  section,
  sections,
} from '../../shared/slack/message.ts';
import { code, join, type Mrkdwn, md, moment, plain } from '../../shared/slack/mrkdwn.ts';
import type { FindingState, RequestState } from '../../shared/trail/state.ts';
import type { OpenBulk } from '../open-bulks.ts';
import { evidenceOf, isFinding, phraseKey, phrasePassword, withFacts } from './evidence.ts';
import { statusLines } from './request-status.ts';
import { modeNames } from './what-will-happen.ts';

export interface FindingDetailInput {
  readonly issue: TrailIssue;
  /** As IAM has it now; undefined: it has no such user any more. */
  readonly user: UserSnapshot | undefined;
  readonly ages: Ages;
  readonly state: FindingState;
  /** Bulk requests that hold the user and have not ended. */
  readonly bulks?: readonly OpenBulk[];
  /** Why the trail is broken, if it is. */
  readonly broken?: string;
  readonly now: Date;
}

/** `/keys show`: keys and last uses, both plans side by side, what was decided, and what can be asked for. */
export function findingDetail({
  issue,
  user,
  ages,
  state,
  bulks = [],
  broken,
  now,
}: FindingDetailInput): Message {
  const name = code(user?.userName ?? issue.userName ?? issue.finding.userId, limits.name);
  const title = md`*${name}* in account ${issue.finding.accountId}`;
  return message(md`${name} in account ${issue.finding.accountId}`, [
    ...sections(2_500, [title, ...(user ? keyLines(user, ages, now) : [md`IAM has no such user any more.`])]),
    user && plansSideBySide(user, ages, now),
    broken === undefined
      ? undefined
      : section(md`🚨 *The trail is broken*, so nothing can be decided here: ${plain(broken)}`),
    ...decided(state),
    ...(bulks.length > 0 ? sections(limits.effects, bulks.map(bulkLine)) : []),
    context(join([issueLink(issue), plain(issue.state), md`read from IAM ${moment(now)}`], ' · ')),
    user && broken === undefined && !state.open ? requestButtons(issue) : undefined,
  ]);
}

function keyLines(user: UserSnapshot, { maxAccessKeyAge }: Ages, now: Date): Mrkdwn[] {
  const evidence = evidenceOf(user, now);
  const keys = user.accessKeys.map(({ id, status }) => {
    const over = isFinding(evidence, id, maxAccessKeyAge) ? md` ⚠️ *over age*` : md``;
    return withFacts(md`• ${id} *${plain(status)}*${over}`, phraseKey(evidence, id));
  });
  const password = phrasePassword(evidence);
  return [
    ...(keys.length > 0 ? keys : [md`• no access key`]),
    password ? withFacts(md`• console password`, password) : md`• no console password`,
  ];
}

function plansSideBySide(user: UserSnapshot, ages: Ages, now: Date): Block {
  const { keys, password } = explainPlan(user, ages, now);
  const moments = relativeMoments(now);
  const column = (mode: 'runbook' | 'strict'): Mrkdwn[] => [
    md`*${plain(modeNames[mode])} would:*`,
    password[mode].why === 'passwordIdle'
      ? md`• ⛔ *the console password is deleted*`
      : md`• the console password ${plain(phraseReason(password[mode], moments))}`,
    ...keys.map((reasons) => md`• ${reasons.key.id} ${plain(phraseReason(reasons[mode], moments))}`),
  ];
  const obstacle = runbookObstacle(user);
  const runbook =
    obstacle?.kind === 'renamed'
      ? [
          md`*${plain(modeNames.runbook)} is not run:*`,
          md`• AWS Config records this user as ${obstacle.configName} still, and the runbook would act on whoever has that name.`,
        ]
      : column('runbook');
  return columns(runbook, column('strict'));
}

function decided({ open, requests, exemptions }: FindingState): Block[] {
  const latest: RequestState | undefined = open ?? [...requests.values()].at(-1);
  const exempt = [...exemptions.values()].map(
    ({ keyId, until, reason }) => md`⏸️ ${keyId} is *exempt* until ${moment(until)}: ${code(reason, 100)}`,
  );
  return [
    ...(latest
      ? sections(2_500, [
          md`*Last request: ${plain(modeNames[latest.requested.data.plan.kind])}*`,
          ...statusLines(latest),
        ])
      : []),
    ...(exempt.length > 0 ? sections(1_500, exempt) : []),
  ];
}

function bulkLine({ issue, bulk }: OpenBulk): Mrkdwn {
  return md`Part of the *bulk request* of ${issueLink(issue)}, which is *${plain(bulk.status)}*`;
}

function requestButtons({ number }: TrailIssue): Block {
  const value = encodeValue('finding', { issue: number });
  return actions(
    button({ label: 'Request runbook', actionId: actionIds.remediateRunbook, value }),
    button({ label: 'Request strict', actionId: actionIds.remediateStrict, value }),
  );
}
