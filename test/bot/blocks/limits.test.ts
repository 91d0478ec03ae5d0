import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorAnswer, unexpectedAnswer } from '../../../bot/blocks/answer.ts';
import { approvalModal } from '../../../bot/blocks/approval-modal.ts';
import { approvalNeeded } from '../../../bot/blocks/approval-needed.ts';
import { choice } from '../../../bot/blocks/choice.ts';
import { denyModal } from '../../../bot/blocks/deny-modal.ts';
import { evidenceOf } from '../../../bot/blocks/evidence.ts';
import { findingDetail } from '../../../bot/blocks/finding-detail.ts';
import { findingList } from '../../../bot/blocks/finding-list.ts';
import { help } from '../../../bot/blocks/help.ts';
import { answerModal, loadingModal } from '../../../bot/blocks/modal.ts';
import { noticeView } from '../../../bot/blocks/notice.ts';
import { pendingList } from '../../../bot/blocks/pending.ts';
import { remediateModal } from '../../../bot/blocks/remediate-modal.ts';
import { draftCard, requestCard, withdrawnCard } from '../../../bot/blocks/request-card.ts';
import { whoAmI } from '../../../bot/blocks/whoami.ts';
import { findBlockProblems, findViewProblems } from '../../../sandbox/slack/block-limits.ts';
import { KeyturnError } from '../../../shared/errors.ts';
import type { UserSnapshot } from '../../../shared/keys/user-snapshot.ts';
import type { TrailIssue } from '../../../shared/remediation/ports.ts';
import type { Message, Modal } from '../../../shared/slack/message.ts';
import { newFindings } from '../../../shared/slack/new-findings.ts';
import type { TrailEvent } from '../../../shared/trail/events.ts';
import { fold } from '../../../shared/trail/fold.ts';
import type { Plan } from '../../../shared/trail/plan.ts';
import type { RequestState } from '../../../shared/trail/state.ts';
import {
  everyStatus,
  hostile,
  injections,
  issue,
  mrkdwnIn,
  pendingRequest,
} from '../../fakes/slack-blocks.ts';
import { alice, plans, recorded, trailEvent } from '../../fakes/trail.ts';
import { ninetyDays, today, userSnapshot } from '../../fakes/user-snapshot.ts';

function expectSafe(shown: Message | Modal): void {
  const problems = 'text' in shown ? findBlockProblems(shown.blocks, 'message') : findViewProblems(shown);
  expect(problems).toEqual([]);
  expect(mrkdwnIn(shown).flatMap(injections)).toEqual([]);
}

const longId = (n: number): string => `AKIA${n}`.padEnd(128, 'Z');
const approvers = Array.from({ length: 50 }, (_, n) => `S${n}`.padEnd(30, 'A'));
const ids = [0, 1, 2, 3, 4].map(longId);
const keys = ids.map((id) => ({ id, status: 'Active' as const }));

/** Plans as large as the trail takes them. */
const largest: readonly Plan[] = [
  {
    ...plans.runbook,
    roleArn: `arn:aws:iam::123456789012:role/${'&'.repeat(900)}`,
    document: { name: 'D'.repeat(128), version: '999999999', hash: 'a'.repeat(256) },
    keys,
    updates: ids.slice(1),
    deactivates: ids.slice(1),
    deletesLoginProfile: true,
    loginProfileCreatedAt: '2026-01-01T00:00:00.000Z',
  },
  { ...plans.strict, keys, deactivates: ids },
  { ...plans.undo, keys, reactivates: ids },
  { ...plans.exempt, keyIds: ids },
];

const anyPlan: fc.Arbitrary<Plan> = fc.constantFrom<Plan[]>(...largest, ...Object.values(plans));

const texts = fc.record({
  plan: anyPlan,
  reason: hostile(500),
  long: hostile(500),
  short: hostile(200),
  output: hostile(4_000),
  aws: hostile(1_024),
  name: fc.constantFrom('ada', 'u'.repeat(64), '=,.@-+_'.repeat(9)),
});

type Texts = typeof texts extends fc.Arbitrary<infer Value> ? Value : never;

function requestData({ plan, reason, name }: Texts) {
  const arn = `arn:aws:iam::123456789012:user/${'&<`>'.repeat(200)}`;
  return { plan, reason, userName: name, arn, quorum: { approvers, count: 100, selfApproval: false } };
}

function decisionsIn(request: RequestState): TrailEvent[] {
  switch (request.status) {
    case 'denied':
      return [request.denied];
    case 'voided':
      return [request.voided];
    case 'exempted':
      return [request.exempted];
    case 'verified':
      return [request.finished, request.verified];
    default:
      return [];
  }
}

/** A user whose every text is hostile, with ten keys. */
function hostileUser({ aws, plan }: Texts): UserSnapshot {
  const planned = 'keys' in plan ? plan.keys.map(({ id }) => id) : [];
  const accessKeys = [...planned, ...Array.from({ length: 10 - planned.length }, (_, n) => `${aws}${n}`)].map(
    (id) => ({
      id,
      status: 'Active' as const,
      createdAt: new Date('2026-01-01T00:00:00Z'),
      lastUsedAt: new Date('2026-11-22T00:00:00Z'),
      lastUsedService: aws,
      lastUsedRegion: aws,
    }),
  );
  return userSnapshot({
    userName: aws,
    accessKeys,
    tags: { [aws]: aws },
    loginProfileCreatedAt: new Date('2026-01-01T00:00:00Z'),
  });
}

function hostileIssue({ aws }: Texts, number = 7): TrailIssue {
  const url = `https://github.com/octo/keys/issues/7?${aws.slice(0, 100)}`;
  return {
    ...issue,
    number,
    url,
    userName: aws,
    labels: ['keyturn:pending', 'keyturn:exempt', 'reactivated'],
  };
}

describe('Slack takes whatever is shown, and nobody but Keyturn says what it means', () => {
  const check = (show: (given: Texts) => (Message | Modal | undefined)[]) => {
    fc.assert(
      fc.property(texts, (given) => {
        for (const shown of show(given)) if (shown) expectSafe(shown);
      }),
      { numRuns: 30 },
    );
  };

  test('cards and modals of requests in every status', () => {
    check((given) => {
      const about = hostileIssue(given);
      const evidence = evidenceOf(hostileUser(given), today);
      return everyStatus(requestData(given), given).flatMap((request) => [
        requestCard(request, about, evidence),
        requestCard(request, about),
        approvalModal(request, about, 0, evidence),
        denyModal(request, about),
        approvalNeeded(request, about),
      ]);
    });
  });

  test('cards of drafts, and withdrawn ones', () => {
    check((given) => {
      const about = hostileIssue(given);
      const { plan, reason } = given;
      const draft = {
        requestId: 'x',
        issue: about,
        user: hostileUser(given),
        plan,
        requester: alice,
        reason,
      };
      return [draftCard({ ...draft, expiresAt: today }, today), withdrawnCard(about)];
    });
  });

  test('notices', () => {
    check((given) => {
      const events = everyStatus(requestData(given), given).flatMap(decisionsIn);
      const { output, long, aws } = given;
      const finished = trailEvent('finished', { data: { output, error: long, ended: 'failed' } });
      const place = { partition: 'aws', region: aws.slice(0, 32) };
      return [...events, finished, trailEvent('reactivated'), trailEvent('started')].map(
        (event) =>
          noticeView({ key: 'abcdef012345', events: [event], readable: aws }, hostileIssue(given), place)
            .message,
      );
    });
  });

  test('answers about findings', () => {
    check((given) => {
      const issues = Array.from({ length: 60 }, (_, n) => hostileIssue(given, n + 1));
      const findings = issues.map((one) => ({ issue: one, oldestKeyAt: new Date('2026-01-01T00:00:00Z') }));
      const listed = findings.map((one) => ({ ...one, subject: one.issue }));
      const exempted = recorded('exempted', { data: { keyIds: [longId(1)], reason: given.long } });
      const state = fold([recorded('requested', { data: requestData(given) })], today);
      const exemptions = new Map(
        ids.map((keyId) => [keyId, { keyId, until: today, reason: exempted.data.reason, requestId: 'x' }]),
      );
      const waiting = issues.map((one) => ({ issue: one, request: pendingRequest(requestData(given)) }));
      return [
        findingList({ findings, page: 2, now: today }),
        findingList({ findings, page: 99, account: '123456789012', now: today }),
        newFindings({ fresh: listed, back: 20, inAll: 999, deferred: 99, complete: false }, today),
        choice(given.aws, issues, given.aws),
        pendingList(waiting),
        ...everyStatus(requestData(given), given).map((request) =>
          findingDetail({
            issue: hostileIssue(given),
            user: hostileUser(given),
            ages: ninetyDays,
            state: { ...state, open: request, exemptions },
            broken: given.aws,
            now: today,
          }),
        ),
      ];
    });
  });

  test('refusals and dialogs', () => {
    check(({ aws }) => {
      const error = new KeyturnError('aws-failed', aws);
      return [
        errorAnswer(error),
        answerModal('Approve a request', errorAnswer(error)),
        remediateModal(aws || undefined),
      ];
    });
  });

  test('all else', () => {
    const approves = (['runbook', 'strict', 'undo', 'exempt'] as const).map((kind) => ({
      kind,
      right: 'yes' as const,
      through: approvers,
      count: 2,
    }));
    const me = { userId: 'U0ALICE', isFullMember: true, mayRequest: 'yes' as const, selfApproval: false };
    for (const shown of [
      help(),
      unexpectedAnswer('x'),
      loadingModal('Approve'),
      whoAmI({ ...me, approves }),
    ]) {
      expectSafe(shown);
    }
  });
});
