import {
  ComplianceType,
  paginateDescribeAggregateComplianceByConfigRules,
} from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { accountId } from '../trail/bounds.ts';
import { type Aggregator, namingAggregator } from './aggregator.ts';
import { readAnswer } from './aws-answer.ts';
import { askingForPages } from './pages.ts';
import { type Disbelieved, readRows } from './told-rows.ts';

const action = 'config:DescribeAggregateComplianceByConfigRules';

const resultSchema = z.object({
  ConfigRuleName: z.string(),
  AccountId: accountId,
  Compliance: z.object({
    ComplianceType: z.enum(ComplianceType),
    ComplianceContributorCount: z
      .object({ CappedCount: z.int().nonnegative().optional(), CapExceeded: z.boolean().optional() })
      .optional(),
  }),
});

const pageSchema = z.object({ AggregateComplianceByConfigRules: z.array(z.unknown()).default([]) });

/** What the rule comes to in one account. */
export interface RuleResult {
  /** Users that it calls NON_COMPLIANT. */
  readonly count: number;
  /** There are more: AWS counts only so many. */
  readonly isCapped: boolean;
}

export interface RuleResults {
  /** How many users the rule calls NON_COMPLIANT, in each account where it has results. */
  readonly byAccount: ReadonlyMap<string, RuleResult>;
  /** Ids of all accounts that have the rule, with results or without. */
  readonly withRule: ReadonlySet<string>;
  readonly unreadable: Disbelieved;
}

/** What the rule comes to, account by account. */
export async function ruleResults({ config, name, ruleName, region }: Aggregator): Promise<RuleResults> {
  const paginator = paginateDescribeAggregateComplianceByConfigRules(
    { client: config },
    { ConfigurationAggregatorName: name, Filters: { ConfigRuleName: ruleName, AwsRegion: region } },
  );
  const pages = await namingAggregator(name, askingForPages(action, paginator));
  const found = pages.flatMap(
    (page) => readAnswer(action, pageSchema, page).AggregateComplianceByConfigRules,
  );
  const form = { action, schema: resultSchema, accountMember: 'AccountId' } as const;
  const { rows, unreadable } = readRows(form, found);
  const ofRule = rows.filter(({ ConfigRuleName }) => ConfigRuleName === ruleName);
  const byAccount = new Map<string, RuleResult>();
  for (const { AccountId, Compliance } of ofRule) {
    const result = resultOf(Compliance);
    if (result) byAccount.set(AccountId, worseOf(result, byAccount.get(AccountId)));
  }
  return { byAccount, withRule: new Set(ofRule.map(({ AccountId }) => AccountId)), unreadable };
}

/** None for a rule without a verdict yet, such as INSUFFICIENT_DATA. */
function resultOf({
  ComplianceType: verdict,
  ComplianceContributorCount: contributors,
}: z.infer<typeof resultSchema>['Compliance']): RuleResult | undefined {
  if (verdict === 'COMPLIANT') return { count: 0, isCapped: false };
  if (verdict !== 'NON_COMPLIANT') return undefined;
  // Somebody made it so, whatever the count says.
  const count = Math.max(contributors?.CappedCount ?? 1, 1);
  return { count, isCapped: contributors?.CapExceeded ?? false };
}

/** AWS tells of an account once. If it does so twice, nobody is passed over for it. */
function worseOf(one: RuleResult, other: RuleResult = one): RuleResult {
  return { count: Math.max(one.count, other.count), isCapped: one.isCapped || other.isCapped };
}
