import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readAggregatedUsers } from '../../shared/aws/aggregated-users.ts';
import { accountsWithUsers, nonCompliantUsers } from '../../shared/aws/aggregated-verdicts.ts';
import { viewAggregator } from '../../shared/aws/aggregator-view.ts';
import { ruleResults } from '../../shared/aws/rule-results.ts';
import { rule } from '../aws/stand-in.ts';
import {
  claimedResults,
  claimedUsers,
  claimedVerdicts,
  type Pages,
  pagesOf,
  rowPages,
  serve,
} from './aggregator-pages.ts';
import { configTarget } from './config-stand-in.ts';
import { orRefused } from './target.ts';

const accountIds = ['111122223333', '444455556666'];
const userIds = ['AIDAEXAMPLE0000000001', 'AIDAEXAMPLE0000000002'];
const perAccount = <Row>(rowOf: (accountId: string, userId: string) => Row) =>
  accountIds.flatMap((accountId) => userIds.map((userId) => rowOf(accountId, userId)));

const counts = rowPages(accountIds.map((accountId) => ({ accountId, 'COUNT(*)': 2 })));
const verdicts = rowPages(
  perAccount((accountId, targetResourceId) => ({
    accountId,
    awsRegion: rule.region,
    configuration: {
      targetResourceId,
      configRuleList: [
        { configRuleName: 'another', complianceType: 'COMPLIANT' },
        { configRuleName: rule.name, complianceType: 'NON_COMPLIANT' },
      ],
    },
  })),
);
const users = rowPages(
  ['2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z'].flatMap((configurationItemCaptureTime, day) =>
    perAccount((accountId, resourceId) => ({
      accountId,
      awsRegion: 'global',
      configurationItemCaptureTime,
      resourceId,
      resourceName: `user-${day}`,
      arn: `arn:aws:iam::${accountId}:user/user-${day}`,
      tags: [{ key: 'owner', value: 'alice' }],
      configuration: { createDate: '2026-01-01T12:00:00.000Z' },
    })),
  ),
);
const results = pagesOf(
  'AggregateComplianceByConfigRules',
  // That AWS contradicts itself is odd, too.
  ['NON_COMPLIANT', 'COMPLIANT'].flatMap((verdict) =>
    accountIds.map((AccountId) => ({
      AccountId,
      AwsRegion: rule.region,
      ConfigRuleName: rule.name,
      Compliance: {
        ComplianceType: verdict,
        ComplianceContributorCount: { CappedCount: 2, CapExceeded: false },
      },
    })),
  ),
);

export const aggregatedAccounts = configTarget(
  'accounts of an aggregator',
  counts,
  async (standIn, pages) => {
    const told = serve(standIn, { SelectAggregateResourceConfig: pages });
    const found = await orRefused(() => accountsWithUsers(told.aggregator));
    if (!found) return;
    // Nothing is refused, so that every row names an account.
    assert.deepEqual(
      found,
      told.rows().map((row) => Object(row).accountId),
    );
    for (const id of found) assert.match(id, /^\d{12}$/);
  },
);

export const aggregatedVerdicts = configTarget(
  'verdicts of an aggregator',
  verdicts,
  async (standIn, pages) => {
    const told = serve(standIn, { SelectAggregateResourceConfig: pages });
    const found = await orRefused(() => nonCompliantUsers(told.aggregator));
    if (!found) return;
    const claimed = claimedVerdicts(told.rows());
    for (const { accountId, userId } of claimed) {
      if (found.unreadable.has(accountId)) continue;
      assert.ok(
        typeof userId === 'string' && found.byAccount.get(accountId)?.has(userId),
        `${userId} is hidden`,
      );
    }
    for (const [accountId, ids] of found.byAccount) {
      for (const id of ids) {
        assert.ok(
          claimed.some((one) => one.accountId === accountId && one.userId === id),
          `${id} is not of ${accountId}`,
        );
      }
    }
  },
);

export const aggregatedResults = configTarget('results of an aggregator', results, async (standIn, pages) => {
  const told = serve(standIn, { DescribeAggregateComplianceByConfigRules: pages });
  const found = await orRefused(() => ruleResults(told.aggregator));
  if (!found) return;
  const claimed = claimedResults(told.entries('AggregateComplianceByConfigRules'));
  for (const { accountId, least } of claimed) {
    const count = found.byAccount.get(accountId)?.count ?? 0;
    assert.ok(found.unreadable.has(accountId) || count >= least, `${accountId}: ${count}, not ${least}`);
  }
  for (const [accountId, { count, isCapped }] of found.byAccount) {
    assert.ok(Number.isInteger(count) && count >= 0 && typeof isCapped === 'boolean');
    assert.ok(count === 0 || claimed.some((one) => one.accountId === accountId));
  }
});

export const aggregatedUsers = configTarget('users of an aggregator', users, async (standIn, pages) => {
  const told = serve(standIn, { SelectAggregateResourceConfig: pages });
  const subjects = perAccount((accountId, userId) => ({ accountId, userId }));
  const found = await orRefused(() => readAggregatedUsers(told.aggregator, subjects));
  if (!found) return;
  const claimed = claimedUsers(told.rows());
  for (const { accountId, userId } of claimed) {
    if (found.unreadable.has(accountId)) continue;
    const ofUser = claimed.filter((one) => one.accountId === accountId && one.userId === userId);
    const latest = Math.max(...ofUser.map(({ capturedAt }) => capturedAt));
    const names = ofUser.filter(({ capturedAt }) => capturedAt === latest).map(({ name }) => name);
    const user = found.byAccount.get(accountId)?.get(userId);
    assert.ok(user && names.includes(user.userName), `${userId} is ${user?.userName}, not ${names}`);
  }
  for (const [accountId, own] of found.byAccount) {
    for (const { userId, arn } of own.values()) {
      assert.ok(claimed.some((one) => one.accountId === accountId && one.userId === userId));
      assert.equal(arn.split(':')[4], accountId);
    }
  }
});

const everything: fc.Arbitrary<Readonly<Record<'counts' | 'verdicts' | 'users' | 'results', Pages>>> =
  fc.record({ counts, verdicts, users, results });

export const aggregatorViews = configTarget('an organization', everything, async (standIn, pages) => {
  const told = serve(standIn, {
    DescribeAggregateComplianceByConfigRules: pages.results,
    SelectAggregateResourceConfig: ({ Expression }) => {
      const query = String(Expression);
      if (query.includes('COUNT')) return pages.counts;
      return query.includes('ResourceCompliance') ? pages.verdicts : pages.users;
    },
  });
  const view = await orRefused(() => viewAggregator(told.aggregator, []));
  if (!view) return;
  const verdictsSaid = claimedVerdicts(told.rows());
  for (const { accountId, userId } of verdictsSaid) {
    const isKnown = typeof userId === 'string' && view.known(accountId).nonCompliant.has(userId);
    assert.ok(view.unreadable.has(accountId) || isKnown, `${userId} is hidden`);
  }
  const claimed = [...verdictsSaid, ...claimedResults(told.entries('AggregateComplianceByConfigRules'))];
  // Each of them is visited, or told to be unreadable; no other is.
  for (const { accountId } of claimed) {
    const count = view.nonCompliant.get(accountId) ?? 0;
    assert.ok(view.unreadable.has(accountId) || count > 0, `${accountId} is hidden`);
  }
  for (const [accountId, count] of view.nonCompliant) {
    assert.ok(Number.isInteger(count) && count > 0);
    assert.ok(claimed.some((one) => one.accountId === accountId));
  }
  for (const id of [...view.accounts, ...view.withoutRule, ...view.unreadable.keys()])
    assert.match(id, /^\d{12}$/);
  for (const { fact, remedy } of view.unreadable.values()) assert.ok(fact !== '' && remedy !== '');
});
