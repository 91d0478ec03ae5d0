import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accountChoice } from '../../../bot/blocks/account-choice.ts';
import { bulkApprovalNeeded } from '../../../bot/blocks/bulk-approval-needed.ts';
import { bulkCard, draftBulkCard, withdrawnBulkCard } from '../../../bot/blocks/bulk-card.ts';
import { bulkList } from '../../../bot/blocks/bulk-list.ts';
import { bulkApprovalModal, bulkDenyModal } from '../../../bot/blocks/bulk-modals.ts';
import { noticeView } from '../../../bot/blocks/notice.ts';
import { pendingList } from '../../../bot/blocks/pending.ts';
import { findBlockProblems, findViewProblems } from '../../../sandbox/slack/block-limits.ts';
import type { BulkIssue, BulkProgress } from '../../../shared/remediation/bulk-ports.ts';
import type { Message, Modal } from '../../../shared/slack/message.ts';
import { maxBulkUsers } from '../../../shared/trail/bounds.ts';
import type { BulkPlan } from '../../../shared/trail/bulk-plan.ts';
import type { BulkState } from '../../../shared/trail/bulk-state.ts';
import { hostile, injections, mrkdwnIn } from '../../fakes/slack-blocks.ts';
import { alice, bob, bulkPlan, carol, recorded, requestIdOf, trailEvent } from '../../fakes/trail.ts';
import { today } from '../../fakes/user-snapshot.ts';

const issue: BulkIssue = {
  number: 9,
  url: 'https://github.com/octo/keys/issues/9',
  accountId: '123456789012',
  requestId: requestIdOf(9),
  state: 'open',
  updatedAt: today,
};

function usersOf(count: number, deletesLoginProfile: boolean): BulkPlan['users'] {
  return Array.from({ length: count }, (_, n) => ({
    userId: `AIDA${n}`,
    userName: `${String(n).padStart(4, '0')}${'=,.@-+_'.repeat(9)}`.slice(0, 64),
    issue: 999_999_999 - n,
    digest: 'ab'.repeat(32),
    keys: 5,
    deletesLoginProfile,
  }));
}

function everyStatus(plan: BulkPlan, text: string): BulkState[] {
  const approvers = Array.from({ length: 50 }, (_, n) => `S${n}`.padEnd(30, 'A'));
  const quorum = { approvers, count: 100, selfApproval: false };
  const requested = recorded('bulk-requested', { data: { plan, reason: text, quorum, leftOut: 9_999 } });
  const base = { id: requestIdOf(9), requested, expiresAt: today, missing: 1 };
  const approvals = [recorded('approved', { actor: bob })];
  const started = recorded('bulk-started');
  const stopped = recorded('bulk-stopped', { actor: carol });
  const counts = { asPredicted: 1, differs: 2, unrecorded: 3 };
  const notStarted = plan.users.map(({ userId }) => ({ userId, why: text.slice(0, 80) }));
  const finished = recorded('bulk-finished', { data: { counts, notStarted } });
  return [
    { ...base, approvals: [], status: 'pending' },
    { ...base, approvals, status: 'expired' },
    { ...base, approvals, status: 'denied', denied: recorded('denied', { data: { reason: text } }) },
    { ...base, approvals, status: 'denied', denied: recorded('denied', { data: { reason: ' ' } }) },
    { ...base, approvals, status: 'voided', voided: recorded('voided', { data: { why: text } }) },
    { ...base, approvals, status: 'started', started },
    { ...base, approvals, status: 'stopped', started, stopped },
    { ...base, approvals, status: 'finished', started, stopped, finished },
    { ...base, approvals, status: 'finished', started, finished: recorded('bulk-finished') },
  ];
}

function progressOf(text: string): BulkProgress {
  return {
    waiting: 100,
    running: 20,
    asPredicted: 3,
    differs: 2,
    unrecorded: 1,
    left: 4,
    nextAt: today,
    held: text,
  };
}

function problemsOf(shown: Message | Modal): unknown[] {
  const problems = 'text' in shown ? findBlockProblems(shown.blocks, 'message') : findViewProblems(shown);
  return [...problems, ...mrkdwnIn(shown).flatMap(injections)];
}

test('Slack takes whatever is shown of the largest bulk request, and nobody else says what it means', () => {
  const largest: BulkPlan = {
    ...bulkPlan,
    roleArn: `arn:aws:iam::123456789012:role/${'&'.repeat(900)}`,
    document: { name: 'D'.repeat(128), version: '999999999', hash: 'a'.repeat(256) },
    users: usersOf(maxBulkUsers, true),
  };
  fc.assert(
    fc.property(hostile(500), (text) => {
      const leftOut = [{ userId: 'AIDA', userName: undefined, issue: 3, why: text }];
      const draft = {
        requestId: 'x',
        issue,
        plan: largest,
        leftOut,
        requester: alice,
        reason: text,
        expiresAt: today,
      };
      const bulks = everyStatus(largest, text).map((bulk) => ({ issue, bulk }));
      const shown = [
        draftBulkCard(draft),
        withdrawnBulkCard(issue),
        accountChoice(
          Array.from({ length: 40 }, (_, n) => String(n).padStart(12, '1')),
          text,
        ),
        pendingList([], bulks),
        ...bulks.flatMap(({ bulk }) => [
          bulkCard({ bulk }, issue),
          bulkCard({ bulk, progress: progressOf(text) }, issue),
          bulkApprovalModal(bulk, issue, 0),
          bulkApprovalModal(bulk, issue, 3),
          bulkDenyModal(bulk, issue),
          bulkApprovalNeeded(bulk),
        ]),
        ...(['bulk-requested', 'bulk-started', 'bulk-stopped', 'bulk-finished'] as const).map(
          (type) =>
            noticeView({ key: 'abcdef012345', events: [trailEvent(type)], readable: text }, issue).message,
        ),
        noticeView(
          { key: '#7 unrecorded', events: [trailEvent('verified')], readable: text, about: text },
          issue,
        ).message,
        noticeView({ key: '#7 still-running', events: [], readable: text, about: text }, issue).message,
      ];
      expect(shown.flatMap(problemsOf)).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

describe('what an approver reads', () => {
  const [pending, , , , , started, stopped] = everyStatus(
    { ...bulkPlan, users: usersOf(maxBulkUsers, true) },
    'why',
  );
  if (!pending || !started || !stopped) throw new Error('a status is missing');

  test('names every user with the keys and the password', () => {
    const text = mrkdwnIn(bulkApprovalModal(pending, issue, 1)).join('\n');
    for (const { userName, issue: number } of pending.requested.data.plan.users) {
      expect(text).toContain(`\`${userName}\` #${number}: 5 keys, ⛔ *deletes the console password*`);
    }
    expect(text).toContain(`*${5 * maxBulkUsers} keys* will be *deactivated*`);
    expect(text).toContain(`*${maxBulkUsers} console passwords will be deleted.*`);
    expect(text).not.toContain('more not shown');
  });

  test('or that no password goes', () => {
    const [other] = everyStatus(bulkPlan, '');
    if (!other) throw new Error('nothing');
    const text = mrkdwnIn(bulkApprovalModal(other, issue, 0)).join('\n');
    expect(text).toContain('No console password is deleted');
    expect(text).toContain('`no reason given`');
    expect(mrkdwnIn(bulkCard({ bulk: other }, issue)).join('\n')).toContain(
      'Asked by <@U0ALICE>: no reason given',
    );
    const once = { ...other.requested.data, quorum: { ...other.requested.data.quorum, count: 1 } };
    const needed = bulkApprovalNeeded({ ...other, requested: { ...other.requested, data: once } });
    expect(needed.text).toContain('1 user needs 1 approval');
  });

  test('the card counts, and has the buttons of its status', () => {
    const buttons = (bulk: BulkState) =>
      JSON.stringify(bulkCard({ bulk, progress: progressOf('held up') }, issue).blocks);
    expect(buttons(pending)).toMatch(/keyturn_bulk_approve_open.*keyturn_bulk_deny_open/);
    expect(buttons(started)).toContain('keyturn_bulk_stop');
    expect(buttons(stopped)).not.toMatch(/keyturn_bulk_(stop|approve)/);
    const text = mrkdwnIn(bulkCard({ bulk: started, progress: progressOf('held up') }, issue)).join('\n');
    expect(text).toContain('*10 of 130*: 3 as predicted, 20 running, 100 waiting');
    expect(text).toMatch(/GitHub's limit on comments: 100 wait, the next until <!date/);
    expect(text).toContain('held up');
  });
});

test('the file lists who is in it and who is not, a line each', () => {
  const leftOut = [
    { userId: 'AIDA1', userName: 'bob', issue: 3, why: 'used\ttoday\nat noon' },
    { userId: 'AIDA2', userName: undefined, issue: 4, why: 'gone' },
  ];
  const users = [...bulkPlan.users, ...usersOf(1, true)];
  const { content } = bulkList({ plan: { ...bulkPlan, users }, leftOut });
  expect(content.split('\n')).toEqual([
    'user\tid\tissue\twhat\tmore',
    'ada\tAIDAEXAMPLE0000000001\t#7\t1 key',
    expect.stringContaining('\t5 keys\tDELETES the console password'),
    'bob\tAIDA1\t#3\tleft out\tused today at noon',
    '\tAIDA2\t#4\tleft out\tgone',
    '',
  ]);
});

test('one user of many has a line in the thread', () => {
  const { message, file } = noticeView(
    {
      key: '#7 abcdef012345',
      events: [trailEvent('finished', { data: { output: 'x'.repeat(900) } }), trailEvent('verified')],
      readable: '',
      about: 'ada',
    },
    { number: 7, url: 'https://github.com/octo/keys/issues/7' },
  );
  expect(file).toBeUndefined();
  expect(message.text).toBe(
    '`ada`: ✅ *As predicted.* *Resolved*: no Active key over age is left. · <https://github.com/octo/keys/issues/7|issue #7>',
  );
});
