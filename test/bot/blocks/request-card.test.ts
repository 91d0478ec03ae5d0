import { describe, expect, test } from '@jest/globals';
import { approvalModal } from '../../../bot/blocks/approval-modal.ts';
import { evidenceOf } from '../../../bot/blocks/evidence.ts';
import { draftCard, requestCard, withdrawnCard } from '../../../bot/blocks/request-card.ts';
import { decodeValue } from '../../../shared/slack/action-ids.ts';
import type { RequestState } from '../../../shared/trail/state.ts';
import { everyStatus, issue, mrkdwnIn, pendingRequest, twoKeysPlan } from '../../fakes/slack-blocks.ts';
import { alice, bob, digest, keyId, otherKeyId, plans, recorded, requestIdOf } from '../../fakes/trail.ts';
import { accessKey, daysAgo, today, userSnapshot } from '../../fakes/user-snapshot.ts';

/** The reference article's second user: a key in use, beside an idle one, and a password that nobody uses. */
const user = userSnapshot({
  accessKeys: [
    accessKey(),
    accessKey({
      id: otherKeyId,
      lastUsedAt: daysAgo(0.125),
      lastUsedService: 's3',
      lastUsedRegion: 'us-east-1',
    }),
  ],
  loginProfileCreatedAt: daysAgo(400),
});
const evidence = evidenceOf(user, today);
const lines = (shown: Parameters<typeof mrkdwnIn>[0]) => mrkdwnIn(shown).join('\n\n');

function statusOf<Status extends RequestState['status']>(status: Status): string {
  const request = everyStatus({ plan: twoKeysPlan }).find((one) => one.status === status);
  if (!request) throw new Error(`no request is ${status}`);
  return lines(requestCard(request, issue));
}

describe('the card of a runbook', () => {
  test('leads with what will happen to every key and to the password', () => {
    expect(lines(requestCard(pendingRequest({ plan: twoKeysPlan }), issue, evidence))).toMatchInlineSnapshot(`
"Runbook for \`ada\` in \`123456789012\`: deactivates 1 key, DELETES the console password

*Runbook for* \`ada\` in account \`123456789012\`
Asked by <@U0ALICE>: \`older than 90 days\`

*What will happen*
⛔ *The console password will be deleted.* Nobody can bring it back — created 400 days ago, never used
⛔ \`AKIAEXAMPLE000000001\` will be *deactivated*, idle for 90 days or more — 325 days old, never used
⚠️ \`AKIAEXAMPLE000000002\` *stays Active*: the runbook takes only keys that are idle for 90 days or more — 325 days old, used 3 hours ago for s3 in us-east-1. It is over age, so *the finding remains*; strict would deactivate it

⏳ *Waits for approval.*

0 of 1 approval. May approve: <!subteam^S0SECURITY>, but not <@U0ALICE>, who asked

<https://github.com/octo/keys/issues/7|issue #7> · expires <!date^1795435200^{date_short_pretty} {time}|2026-11-23 12:00 UTC> · \`AWSConfigRemediation-RevokeUnusedIAMUserCredentials\` version \`1\` in \`us-east-1\` · plan \`d1d1d1d1d1d1\`"
`);
  });

  test('shows a draft without buttons', () => {
    const draft = { requestId: requestIdOf(1), issue, user, plan: twoKeysPlan, requester: alice, reason: '' };
    const card = draftCard({ ...draft, expiresAt: today }, today);
    expect(JSON.stringify(card)).not.toContain('"button"');
    expect(lines(card)).toContain('no reason given');
    expect(lines(card)).toContain('The buttons appear when the request is recorded');
  });

  test('is withdrawn under the name that is known', () => {
    expect(withdrawnCard(issue).text).toBe('The request for `ada` in account `123456789012` was withdrawn');
    const nameless = withdrawnCard({ ...issue, userName: undefined });
    expect(nameless.text).toBe(
      'The request for `AIDAEXAMPLE0000000001` in account `123456789012` was withdrawn',
    );
  });

  test('says that nothing will change', () => {
    const idle = { ...twoKeysPlan, updates: [], deactivates: [], deletesLoginProfile: false };
    const text = lines(requestCard(pendingRequest({ plan: idle }), issue, evidence));
    expect(text).toContain('*The runbook will change nothing*');
    expect(text).toContain('The console password is kept');
  });

  test('tells Inactive keys that are set once more from those that stay', () => {
    const keys = [keyId, otherKeyId].map((id) => ({ id, status: 'Inactive' as const }));
    const plan = { ...plans.runbook, keys, updates: [keyId], deactivates: [] };
    const text = lines(requestCard(pendingRequest({ plan }), issue));
    expect(text).toContain(`${keyId}\` stays Inactive; the runbook sets it Inactive once more`);
    expect(text).toContain(`${otherKeyId}\` stays Inactive\n`.trim());
    expect(text).toContain('There is no console password');
  });
});

describe('the cards of other requests', () => {
  const keys = [
    { id: keyId, status: 'Active' as const },
    { id: otherKeyId, status: 'Active' as const },
    { id: 'AKIAEXAMPLE000000003', status: 'Inactive' as const },
  ];

  test('strict', () => {
    const plan = { ...plans.strict, keys, deactivates: [keyId] };
    const text = lines(requestCard(pendingRequest({ plan }), issue));
    expect(text).toContain(`${keyId}\` will be *deactivated*, used or not: older than 90 days`);
    expect(text).toContain(`${otherKeyId}\` stays Active: not older than 90 days`);
    expect(text).toContain('The console password is not touched');
  });

  test('undo', () => {
    const plan = { ...plans.undo, keys: [...plans.undo.keys, ...keys.slice(1)] };
    const text = lines(requestCard(pendingRequest({ plan }), issue));
    expect(text).toContain(`${keyId}\` will be *reactivated*`);
    expect(text).toContain(`${otherKeyId}\` stays Active`);
    expect(text).toContain('A console password that was deleted stays deleted');
  });

  test('exempt', () => {
    const text = lines(requestCard(pendingRequest({ plan: plans.exempt }), issue));
    expect(text).toContain(`${keyId}\` will be left alone`);
    expect(text).toContain('2027-02-01 00:00 UTC');
  });
});

describe('what has become of a request', () => {
  test('pending, with approvals that do not all count any more', () => {
    const pending = pendingRequest();
    if (pending.status !== 'pending') throw new Error(pending.status);
    const approvals = [recorded('approved', { actor: bob }), recorded('approved', { actor: alice })];
    const text = mrkdwnIn(requestCard({ ...pending, approvals, missing: 0 }, issue)).join('\n');
    expect(text).toContain('2 approvals, which are not enough any more: at least 1 more is needed, by');
    expect(text).not.toContain('2 of 2');
  });

  test('pending, with one of two approvals', () => {
    const quorum = { approvers: ['S0SECURITY', 'U0LEAD'], count: 2, selfApproval: true };
    const pending = pendingRequest({ plan: plans.strict, quorum });
    const half = { ...pending, approvals: [recorded('approved', { actor: bob })], missing: 1 };
    expect(lines(requestCard(half, issue))).toContain(
      '1 of 2 approvals, by <@U0BOB> (`abcdef012345`). May approve: <!subteam^S0SECURITY>, <@U0LEAD>',
    );
  });

  test('denied, and by whom', () => {
    expect(statusOf('denied')).toContain('*Denied* by <@U0BOB> (`abcdef012345`): `still in use`');
  });

  test('void, and what changed', () => {
    expect(statusOf('voided')).toContain('*Void* (`abcdef012345`): still in use\n• AWS said so');
  });

  test('expired', () => expect(statusOf('expired')).toContain('with 0 of 1 approval. Nothing was done.'));
  test('started', () => expect(statusOf('started')).toContain('*Approved and started*'));
  test('finished', () => expect(statusOf('finished')).toContain('the keys are being read back'));
  test('exempted', () => expect(statusOf('exempted')).toContain('*Exempted* until'));

  test('verified, not as predicted: loudly, and first', () => {
    const card = everyStatus({ plan: twoKeysPlan }).flatMap((one) =>
      one.status === 'verified' ? requestCard(one, issue) : [],
    )[0];
    expect(card?.text).toContain('NOT as predicted, the finding remains');
    expect(lines(card ?? { text: '', blocks: [] })).toContain('🚨 *NOT as predicted.*');
  });

  test('verified, as predicted', () => {
    const [request] = everyStatus().filter(({ status }) => status === 'verified');
    if (request?.status !== 'verified') throw new Error('none is verified');
    const verified = recorded('verified');
    const card = requestCard({ ...request, verified }, issue);
    expect(card.text).toContain('as predicted, the finding is resolved');
    expect(lines(card)).toContain('✅ *As predicted.*\n*Resolved*: no Active key over age is left.');
  });
});

describe('the modal that approves', () => {
  test('names every key and the password, and carries ids and the digest alone', () => {
    const request = pendingRequest({ plan: twoKeysPlan });
    const modal = approvalModal(request, issue, 0, evidence);
    const text = lines(modal);
    for (const part of [keyId, otherKeyId, '*The console password will be deleted.*', 'it starts at once']) {
      expect(text).toContain(part);
    }
    expect(decodeValue('approval', modal.private_metadata)).toEqual({
      issue: 7,
      requestId: request.id,
      digest,
    });
  });

  test('says how many more it takes', () => {
    const quorum = { approvers: ['S0SECURITY'], count: 3, selfApproval: false };
    expect(lines(approvalModal(pendingRequest({ quorum }), issue, 2))).toContain(
      'It starts when 2 more approve after you.',
    );
  });
});
