import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { readMarker } from '../../shared/findings/marker.ts';
import { type IssueFacts, renderBody, renderTitle } from '../../shared/findings/render-issue.ts';
import type { UserSnapshot } from '../../shared/keys/user-snapshot.ts';
import { rememberedUser, ruleSnapshot } from '../fakes/finding-data.ts';
import { hostileText } from '../fakes/hostile-text.ts';
import {
  accessKey,
  arbitraryUser,
  daysAgo,
  ninetyDays,
  today,
  unrecorded,
  userSnapshot,
} from '../fakes/user-snapshot.ts';

function facts(user: UserSnapshot, changes: Partial<IssueFacts> = {}): IssueFacts {
  return {
    rule: ruleSnapshot(),
    ages: ninetyDays,
    user,
    nonCompliant: true,
    ownerTag: 'owner',
    exemptions: [],
    broken: [],
    ...changes,
  };
}

const inUse = accessKey({
  id: 'AKIAINUSE',
  lastUsedAt: new Date('2026-11-22T09:15:00Z'),
  lastUsedService: 's3',
  lastUsedRegion: 'us-east-1',
});

test('a body shows the keys, both plans, the next step and the links', () => {
  const user = userSnapshot({
    tags: { owner: 'octocat' },
    accessKeys: [inUse, accessKey({ id: 'AKIAOLD', status: 'Inactive', createdAt: daysAgo(10) })],
    loginProfileCreatedAt: new Date('2025-01-01T00:00:00Z'),
  });
  expect(renderBody(facts(user, { remembered: rememberedUser(user) }), today)).toMatchInlineSnapshot(`
"The IAM user \`ada\` has an Active access key that is older than 90 days.

> [!WARNING]
> The runbook would **delete the console password** of this user. That cannot be undone.

> [!IMPORTANT]
> The runbook would leave \`AKIAINUSE\` Active: the finding would remain.

| Access key | Status | Created | Last used |
| --- | --- | --- | --- |
| \`AKIAINUSE\` | **Active, over age** | 2026-01-01 | 2026-11-22 for \`s3\` in \`us-east-1\` |
| \`AKIAOLD\` | Inactive | 2026-11-12 | never |

### What would happen

| | Runbook: idle for 90 days or more | Strict: older than 90 days |
| --- | --- | --- |
| \`AKIAINUSE\` | stays Active: last used on 2026-11-22 for \`s3\` in \`us-east-1\` | **is deactivated**: older than 90 days, created on 2026-01-01, last used on 2026-11-22 for \`s3\` in \`us-east-1\` |
| \`AKIAOLD\` | stays Inactive: never used, created on 2026-11-12 | stays Inactive: strict mode touches Active keys only |
| Console password | **is deleted**: idle for 90 days or more, never used, created on 2025-01-01 | is kept: strict mode touches access keys only |

### Next step

In Slack: \`/keys remediate ada\`. It shows what either remedy would do by then; a second person approves before anything changes.

### About this user

- Account \`123456789012\`, unique id \`AIDAEXAMPLE0000000001\`
- Owner: @octocat (tag \`owner\`)
- [The user in the AWS console](https://console.aws.amazon.com/iam/home#/users/details/ada?section=security_credentials)
- [The Config rule](https://console.aws.amazon.com/config/home?region=us-east-1#/rules/details?configRuleName=access-keys-rotated) \`access-keys-rotated\` in \`us-east-1\`

<sub>Keyturn rewrites this text when something changes: write comments instead of editing it.</sub>

<!-- keyturn:finding {"version":1,"accountId":"123456789012","userId":"AIDAEXAMPLE0000000001","remembered":{"userName":"ada","readIn":"2026\\u002d11","keys":[{"id":"AKIAINUSE","createdAt":"2026\\u002d01\\u002d01T12:00:00.000Z","rotatedAt":"2026\\u002d01\\u002d01T12:00:00.000Z"},{"id":"AKIAOLD","createdAt":"2026\\u002d11\\u002d12T12:00:00.000Z","rotatedAt":"2026\\u002d11\\u002d12T12:00:00.000Z"}]}} -->"
`);
});

test('a resolved body shows the keys, and no plans', () => {
  const user = userSnapshot({ accessKeys: [accessKey({ status: 'Inactive' })] });
  expect(renderBody(facts(user), today)).toMatchInlineSnapshot(`
"No Active access key of the IAM user \`ada\` is older than 90 days.

> [!NOTE]
> AWS Config has not re-evaluated yet: when this text was written it called the user NON_COMPLIANT. IAM decides.

| Access key | Status | Created | Last used |
| --- | --- | --- | --- |
| \`AKIAEXAMPLE000000001\` | Inactive | 2026-01-01 | never |

### About this user

- Account \`123456789012\`, unique id \`AIDAEXAMPLE0000000001\`
- Owner: unknown, the user has no tag \`owner\`
- [The user in the AWS console](https://console.aws.amazon.com/iam/home#/users/details/ada?section=security_credentials)
- [The Config rule](https://console.aws.amazon.com/config/home?region=us-east-1#/rules/details?configRuleName=access-keys-rotated) \`access-keys-rotated\` in \`us-east-1\`

<sub>Keyturn rewrites this text when something changes: write comments instead of editing it.</sub>

<!-- keyturn:finding {"version":1,"accountId":"123456789012","userId":"AIDAEXAMPLE0000000001"} -->"
`);
});

describe('a body', () => {
  const body = (user: UserSnapshot, changes: Partial<IssueFacts> = {}) =>
    renderBody(facts(user, changes), today);
  const withPassword = { loginProfileCreatedAt: daysAgo(400) };

  test('warns of the console password only when the runbook would delete it', () => {
    expect(body(userSnapshot(withPassword))).toContain('would **delete the console password**');
    const used = userSnapshot({ ...withPassword, passwordLastUsedAt: daysAgo(2) });
    expect(body(used)).not.toContain('delete the console password');
    expect(body(used)).toContain('is kept: last used on 2026-11-20');
  });

  test('says that a finding would remain after the runbook', () => {
    expect(body(userSnapshot({ accessKeys: [inUse] }))).toContain('would leave `AKIAINUSE` Active');
    expect(body(userSnapshot())).not.toContain('Active: the finding would remain');
  });

  test('says that the runbook would fail', () => {
    expect(body(unrecorded(userSnapshot()))).toContain('The runbook would **fail**');
    expect(body(unrecorded(userSnapshot()))).not.toContain('the finding would remain');
  });

  test('says that Config knows the user by another name', () => {
    const user = userSnapshot({ userName: 'ada', configName: 'grace', ...withPassword });
    const text = body(user);
    expect(text).toContain('AWS Config records this user as `grace`');
    expect(text).toContain(
      '| `AKIAEXAMPLE000000001` | is not run: AWS Config has another name for this user | **is deactivated**: older',
    );
    expect(text).toContain(
      '| Console password | is not run: AWS Config has another name for this user | is kept: strict',
    );
    expect(text).not.toContain('would **delete the console password**');
    expect(text).not.toContain('the finding would remain');
  });

  test('says that Config is behind, in either direction', () => {
    const resolved = userSnapshot({ accessKeys: [] });
    expect(body(resolved)).toContain('AWS Config has not re-evaluated yet');
    expect(body(resolved)).toContain('The user has no access keys.');
    expect(body(resolved, { nonCompliant: false })).not.toContain('AWS Config has not re-evaluated yet');
    expect(body(userSnapshot(), { nonCompliant: false })).toContain('it called the user COMPLIANT');
  });

  test.each([
    [{ owner: 'octocat' }, '- Owner: @octocat (tag `owner`)'],
    [{ owner: 'Jo (payments) @octocat' }, '- Owner: `Jo (payments) @octocat` (tag `owner`)'],
    [{}, '- Owner: unknown, the user has no tag `owner`'],
  ])('of a user with the tags %j names the owner: %s', (tags, line) => {
    expect(body(userSnapshot({ tags })).split('\n')).toContain(line);
  });

  test('does not take a property of every object for a tag', () => {
    expect(body(userSnapshot(), { ownerTag: 'constructor' })).toContain('has no tag `constructor`');
  });

  test('shows an exemption, its end and its reason', () => {
    const until = new Date('2027-02-01T00:00:00Z');
    const exemptions = ['AKIA1', 'AKIA2'].map((keyId) => ({ keyId, until, reason: 'A @vendor' }));
    expect(body(userSnapshot(), { exemptions })).toContain(
      '- **Exempt until 2027-02-01**: `AKIA1`, because `A @vendor`\n- **Exempt until 2027-02-01**: `AKIA2`, because',
    );
  });

  test('links to the issues whose place it takes', () => {
    expect(body(userSnapshot(), { broken: [3, 7] })).toContain('- Takes the place of #3, #7,');
  });

  test.each([
    ['aws', 'https://console.aws.amazon.com/'],
    ['aws-us-gov', 'https://console.amazonaws-us-gov.com/'],
    ['aws-cn', 'https://console.amazonaws.cn/'],
    ['aws-new', 'https://console.aws.amazon.com/'],
  ])('in the partition %s links to %s', (partition, start) => {
    const text = body(userSnapshot({ userName: 'a+b_c' }), { rule: ruleSnapshot({ partition }) });
    expect(text).toContain(`(${start}iam/home#/users/details/a%2Bb%5Fc?section=security_credentials)`);
    expect(text).toContain(
      `(${start}config/home?region=us-east-1#/rules/details?configRuleName=access-keys-rotated)`,
    );
  });
});

describe('the same evidence', () => {
  const hour = 60 * 60 * 1000;

  test('gives the same text at every hour until a plan changes', () => {
    const user = userSnapshot({
      accessKeys: [inUse, accessKey({ id: 'AKIAYOUNG', createdAt: daysAgo(10) })],
      ...{ loginProfileCreatedAt: daysAgo(200), passwordLastUsedAt: daysAgo(1) },
    });
    const texts = Array.from({ length: 79 * 24 }, (_, hours) =>
      renderBody(facts(user), new Date(today.getTime() + hours * hour)),
    );
    expect(new Set(texts).size).toBe(1);
    expect(renderBody(facts(user), daysAgo(-100))).not.toBe(texts[0]);
  });

  test('with a later use on the same day (UTC) gives the same text', () => {
    const at = (lastUsedAt: string) =>
      renderBody(
        facts(userSnapshot({ accessKeys: [{ ...inUse, lastUsedAt: new Date(lastUsedAt) }] })),
        today,
      );
    expect(at('2026-11-21T00:00:00Z')).toBe(at('2026-11-21T23:59:59Z'));
    expect(at('2026-11-21T23:59:59Z')).not.toBe(at('2026-11-22T00:00:00Z'));
  });
});

describe('untrusted text', () => {
  const toHtml = (markdown: string) =>
    micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
  const strangeUser = fc.record({
    user: arbitraryUser,
    userName: hostileText.filter((text) => text !== ''),
    owner: hostileText.filter((text) => !/^[a-z\d-]+$/i.test(text)),
    keyId: hostileText,
    service: hostileText,
    region: hostileText,
    reason: hostileText,
    ruleName: hostileText,
  });

  /** The page without what stands in code spans, link targets and the marker. */
  const skeleton = (html: string) =>
    html
      .replace(/<code>[^<]*<\/code>|\(empty\)/g, 'CODE')
      .replace(/ href="[^"]*"/g, '')
      .replace(/<!--[^\n]*-->/g, '');

  function bodyOf(user: UserSnapshot, texts: { [name: string]: string }): string {
    const {
      userName = '',
      owner = '',
      keyId = '',
      service = '',
      region = '',
      reason = '',
      ruleName = '',
    } = texts;
    const accessKeys = [...user.accessKeys, inUse].map((key, index) => ({
      ...key,
      id: `${index}${keyId}`,
      ...(key.lastUsedAt && { lastUsedService: service, lastUsedRegion: region }),
    }));
    const strange = { ...user, userName, accessKeys, tags: { owner }, configName: `${userName}-before` };
    const exemptions = [{ keyId, until: today, reason }];
    const rule = ruleSnapshot({ name: ruleName, region });
    return renderBody(facts(strange, { rule, exemptions, remembered: rememberedUser(strange) }), today);
  }

  test('changes nothing about the page but the insides of code spans', () => {
    const plain = {
      userName: 'x',
      owner: 'x x',
      keyId: 'x',
      service: 'x',
      region: 'x',
      reason: 'x',
      ruleName: 'x',
    };
    fc.assert(
      fc.property(strangeUser, ({ user, ...texts }) => {
        const strange = skeleton(toHtml(bodyOf(user, texts)));
        expect(strange).toBe(skeleton(toHtml(bodyOf(user, plain))));
      }),
    );
  });

  test('is never taken for the marker', () => {
    fc.assert(
      fc.property(strangeUser, ({ user, ...texts }) => {
        const marker = readMarker(bodyOf(user, texts));
        expect(marker).toMatchObject({ accountId: user.accountId, userId: user.userId });
        expect(marker?.remembered?.userName).toBe(texts.userName);
      }),
    );
  });

  test('keeps the title to one plain line', () => {
    fc.assert(
      fc.property(hostileText, (userName) => {
        expect(renderTitle(userSnapshot({ userName }))).toMatch(/^[\w+=,.@\- :\uFFFD]{1,256}$/);
      }),
    );
    expect(renderTitle(userSnapshot())).toBe('Old access key: IAM user ada in account 123456789012');
  });
});

test('a body never has more than 65,536 characters, and its marker names the user all the same', () => {
  const keys = Array.from({ length: 500 }, (_, index) => accessKey({ id: `AKIA${'x'.repeat(200)}${index}` }));
  const user = userSnapshot({ accessKeys: keys });
  const body = renderBody(facts(user, { remembered: rememberedUser(user) }), today);
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toContain('… and 490 more.');
  expect(readMarker(body)).toEqual({ accountId: user.accountId, userId: user.userId });
});
