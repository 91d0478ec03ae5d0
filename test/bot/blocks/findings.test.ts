import { describe, expect, test } from '@jest/globals';
import { choice } from '../../../bot/blocks/choice.ts';
import { evidenceOf, isFinding, phraseKey, phrasePassword } from '../../../bot/blocks/evidence.ts';
import { findingDetail } from '../../../bot/blocks/finding-detail.ts';
import { findingList } from '../../../bot/blocks/finding-list.ts';
import { pendingList } from '../../../bot/blocks/pending.ts';
import { fold } from '../../../shared/trail/fold.ts';
import { issue, mrkdwnIn, pendingRequest } from '../../fakes/slack-blocks.ts';
import { keyId, recorded } from '../../fakes/trail.ts';
import { accessKey, daysAgo, ninetyDays, today, userSnapshot } from '../../fakes/user-snapshot.ts';

const lines = (shown: Parameters<typeof mrkdwnIn>[0]) => mrkdwnIn(shown).join('\n\n');

function findings(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    issue: { ...issue, number: n + 1, userName: `user${n + 1}` },
    oldestKeyAt: daysAgo(100 + n),
  }));
}

describe('/keys list', () => {
  test('names the oldest key first, and those of unknown age last', () => {
    const unknown = { issue: { ...issue, number: 9, userName: undefined } };
    const text = lines(findingList({ findings: [unknown, ...findings(2)], page: 0, now: today }));
    const order = ['user2', 'user1', 'AIDAEXAMPLE0000000001'].map((name) => text.indexOf(name));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(text).toContain('key 101 days old');
    expect(text).toContain('*Open: 3 findings*, oldest key first');
  });

  test('turns pages', () => {
    const turns = (page: number) =>
      JSON.stringify(findingList({ findings: findings(25), page, account: '123456789012', now: today }));
    expect(turns(0)).not.toContain('Older');
    expect(turns(0)).toContain('keyturn_list_page_1');
    expect(turns(1)).toContain('keyturn_list_page_0');
    expect(turns(1)).toContain('keyturn_list_page_2');
    expect(turns(99)).toContain('21 to 25 of 25');
    expect(turns(99)).not.toContain('Newer');
  });

  test('says that there is none', () => {
    expect(lines(findingList({ findings: [], page: 0, account: '123456789012', now: today }))).toContain(
      '*No finding is open* in account `123456789012`',
    );
  });

  test('shows hints of the labels', () => {
    const labels = ['keyturn:pending', 'keyturn:exempt', 'reactivated'];
    const text = lines(findingList({ findings: [{ issue: { ...issue, labels } }], page: 0, now: today }));
    expect(text).toContain('⏳ a request is open · ⏸️ exempt · ⚠️ Active again');
    expect(text).toContain('*Open: 1 finding*');
  });
});

describe('/keys show', () => {
  const user = userSnapshot({ loginProfileCreatedAt: daysAgo(400), passwordLastUsedAt: daysAgo(120) });
  const nothing = fold([], today);
  const base = { issue, user, ages: ninetyDays, state: nothing, now: today };

  test('puts both plans side by side', () => {
    expect(lines(findingDetail(base))).toMatchInlineSnapshot(`
"\`ada\` in account \`123456789012\`

*\`ada\`* in account \`123456789012\`
• \`AKIAEXAMPLE000000001\` *Active* ⚠️ *over age* — 325 days old, never used
• console password — created 400 days ago, used 120 days ago

*Runbook would:*
• ⛔ *the console password is deleted*
• \`AKIAEXAMPLE000000001\` is deactivated: idle for 90 days or more, never used, created 325 days ago

*Strict would:*
• the console password is kept: strict mode touches access keys only
• \`AKIAEXAMPLE000000001\` is deactivated: older than 90 days, created 325 days ago, never used

<https://github.com/octo/keys/issues/7|issue #7> · open · read from IAM <!date^1795348800^{date_short_pretty} {time}|2026-11-22 12:00 UTC>"
`);
  });

  test('says of a renamed user that the runbook is not run, and not what it would do', () => {
    const text = lines(findingDetail({ ...base, user: userSnapshot({ configName: 'grace' }) }));
    expect(text).toContain('*Runbook is not run:*\n• AWS Config records this user as `grace` still');
    expect(text).not.toContain('Runbook would');
    expect(text).toContain('*Strict would:*');
  });

  test('offers what can be requested, unless something is open or broken', () => {
    const offers = (changes: object) => JSON.stringify(findingDetail({ ...base, ...changes }));
    expect(offers({})).toContain('keyturn_remediate_strict');
    const open = fold([recorded('requested')], today);
    expect(offers({ state: open })).not.toContain('keyturn_remediate_strict');
    expect(offers({ state: open })).toContain('*Last request: Strict*');
    expect(offers({ broken: 'Envelope 2 is missing.' })).not.toContain('keyturn_remediate_strict');
    expect(offers({ broken: 'Envelope 2 is missing.' })).toContain('Envelope 2 is missing.');
    expect(offers({ user: undefined })).not.toContain('keyturn_remediate_strict');
  });

  test('shows exemptions and users who are gone', () => {
    const events = [
      recorded('requested', {
        data: { plan: { kind: 'exempt', keyIds: [keyId], until: '2027-02-01T00:00:00.000Z' } },
      }),
      recorded('approved'),
      recorded('exempted'),
    ];
    const text = lines(findingDetail({ ...base, user: undefined, state: fold(events, today) }));
    expect(text).toContain('IAM has no such user any more.');
    expect(text).toContain(`${keyId}\` is *exempt* until`);
  });

  test('names users as far as it can', () => {
    const named = findingDetail({ ...base, user: undefined }).text;
    const nameless = findingDetail({
      ...base,
      user: undefined,
      issue: { ...issue, userName: undefined },
    }).text;
    expect([named, nameless].map((text) => text.split(' ')[0])).toEqual(['`ada`', '`AIDAEXAMPLE0000000001`']);
  });

  test('shows users without keys and password', () => {
    const text = lines(findingDetail({ ...base, user: userSnapshot({ accessKeys: [] }) }));
    expect(text).toContain('• no access key\n• no console password');
  });
});

describe('ages and last uses', () => {
  test('are unknown without evidence', () => {
    expect(phraseKey(undefined, keyId)).toBeUndefined();
    expect(phraseKey(evidenceOf(userSnapshot(), today), 'AKIAOTHER')).toBeUndefined();
    expect(isFinding(undefined, keyId, 90)).toBeUndefined();
    expect(isFinding(evidenceOf(userSnapshot(), today), 'AKIAOTHER', 90)).toBeUndefined();
    expect(phrasePassword(evidenceOf(userSnapshot(), today))).toBeUndefined();
  });

  test('belong to Active keys when they make a finding', () => {
    const inactive = userSnapshot({ accessKeys: [accessKey({ status: 'Inactive' })] });
    expect(isFinding(evidenceOf(inactive, today), keyId, 90)).toBe(false);
    expect(isFinding(evidenceOf(userSnapshot(), today), keyId, 90)).toBe(true);
    expect(isFinding(evidenceOf(userSnapshot(), today), keyId, 400)).toBe(false);
  });

  test('are in words', () => {
    const user = userSnapshot({
      accessKeys: [accessKey({ createdAt: daysAgo(-1), lastUsedAt: daysAgo(1) })],
      loginProfileCreatedAt: daysAgo(400),
      passwordLastUsedAt: daysAgo(120),
    });
    expect(String(phraseKey(evidenceOf(user, today), keyId))).toBe('0 days old, used 24 hours ago');
    expect(String(phrasePassword(evidenceOf(user, today)))).toBe('created 400 days ago, used 120 days ago');
  });
});

describe('/keys pending', () => {
  test('names whom each request waits for, the first to expire first', () => {
    const late = pendingRequest({ userName: 'late', expiresAt: '2026-11-24T00:00:00.000Z' });
    const soon = pendingRequest({ userName: 'soon', expiresAt: '2026-11-23T00:00:00.000Z' });
    const text = lines(pendingList([late, soon].map((request) => ({ issue, request }))));
    expect(text.indexOf('`soon`')).toBeLessThan(text.indexOf('`late`'));
    expect(text).toContain('waits for <!subteam^S0SECURITY>, but not <@U0ALICE>, who asked');
  });

  test('says how many more there are, or that there is none', () => {
    const waiting = Array.from({ length: 17 }, () => ({ issue, request: pendingRequest() }));
    expect(lines(pendingList(waiting))).toContain('and 2 more');
    expect(lines(pendingList([]))).toContain('Nothing waits for approval.');
  });
});

test('one name in several accounts is a choice', () => {
  const other = { accountId: '444455556666', userId: 'AIDAOTHER' };
  const message = choice(
    'ada',
    [issue, { ...issue, number: 8, finding: other, state: 'closed' }],
    'show ada',
  );
  expect(JSON.stringify(message)).toContain('{\\"issue\\":8,\\"text\\":\\"show ada\\"}');
  expect(lines(message)).toContain('*`ada`* is in 2 accounts. Which one?');
  expect(lines(message)).toMatch(/`444455556666` · .*, closed/);
});

test('a name that stands twice in one of several accounts is told apart by the unique id', () => {
  const other = { accountId: '444455556666', userId: 'AIDAOTHER' };
  const again = { ...other, userId: 'AIDAOTHERAGAIN' };
  const message = choice(
    'ada',
    [issue, { ...issue, finding: other }, { ...issue, finding: again }],
    'show ada',
  );
  expect(lines(message)).toContain('*`ada`* has 3 findings in 2 accounts. Which one?');
  expect(lines(message)).toMatch(/`444455556666` · `AIDAOTHERAGAIN` · .*, open/);
});

test('one name that several users of an account have had is one, too', () => {
  const message = choice('ada', [issue, { ...issue, number: 8 }], 'show ada');
  expect(lines(message)).toContain('*`ada`* is the name of 2 users of one account. Which one?');
});
