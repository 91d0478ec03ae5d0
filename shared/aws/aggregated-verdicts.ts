import { paginateDescribeAggregateComplianceByConfigRules } from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { accountId } from '../trail/bounds.ts';
import { type Aggregator, namingAggregator, selectRows } from './aggregator.ts';
import { readAnswer } from './aws-answer.ts';
import { askingForPages } from './aws-error.ts';

const accountSchema = z.object({ accountId });
const verdictSchema = z.object({
  accountId,
  awsRegion: z.string(),
  configuration: z.object({
    targetResourceId: z.string(),
    configRuleList: z.array(z.object({ configRuleName: z.string(), complianceType: z.string() })),
  }),
});
const resultSchema = z.object({
  ConfigRuleName: z.string(),
  AccountId: accountId,
  Compliance: z.object({
    ComplianceType: z.string(),
    ComplianceContributorCount: z
      .object({ CappedCount: z.int().optional(), CapExceeded: z.boolean().optional() })
      .optional(),
  }),
});

/** Ids of all accounts whose recorder has IAM users. */
export async function accountsWithUsers(aggregator: Aggregator): Promise<string[]> {
  const expression = `SELECT accountId, COUNT(*) WHERE resourceType = 'AWS::IAM::User' GROUP BY accountId`;
  const rows = await selectRows(aggregator, expression, accountSchema, {});
  return rows.map((row) => row.accountId);
}

/**
 * Unique ids of the users whom the rule calls NON_COMPLIANT, by account. Accounts whose recorder leaves out
 * AWS::Config::ResourceCompliance are not among them, whatever their users' keys are: `ruleResults` knows of those.
 */
export async function nonCompliantUsers(
  aggregator: Aggregator,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { ruleName, region } = aggregator;
  const rows = await selectRows(aggregator, verdictQuery(ruleName), verdictSchema);
  // Conditions on a list's elements are not tied to one element: the row may be there for another rule.
  const wanted = rows.filter(
    ({ awsRegion, configuration }) =>
      (awsRegion === region || awsRegion === 'global') &&
      configuration.configRuleList.some(
        ({ configRuleName, complianceType }) =>
          configRuleName === ruleName && complianceType === 'NON_COMPLIANT',
      ),
  );
  const byAccount = Map.groupBy(wanted, (row) => row.accountId);
  return new Map(
    [...byAccount].map(([id, own]) => [
      id,
      new Set(own.map(({ configuration }) => configuration.targetResourceId)),
    ]),
  );
}

function verdictQuery(ruleName: string): string {
  const conditions = [
    `resourceType = 'AWS::Config::ResourceCompliance'`,
    `configuration.targetResourceType = 'AWS::IAM::User'`,
    `configuration.complianceType = 'NON_COMPLIANT'`,
    // Any other name would have to be quoted in ways that AWS does not document; the rows are filtered anyway.
    ...(/^[\w .:@/+=-]+$/.test(ruleName)
      ? [`configuration.configRuleList.configRuleName = '${ruleName}'`]
      : []),
  ];
  return `SELECT accountId, awsRegion, configuration.targetResourceId, configuration.configRuleList WHERE ${conditions.join(' AND ')}`;
}

/** What the rule comes to in one account. */
export interface RuleResult {
  /** Users that it calls NON_COMPLIANT. */
  readonly count: number;
  /** There are more: AWS counts only so many. */
  readonly isCapped: boolean;
}

/** How many users the rule calls NON_COMPLIANT, in each account where it has results. */
export async function ruleResults({
  config,
  name,
  ruleName,
  region,
}: Aggregator): Promise<ReadonlyMap<string, RuleResult>> {
  const action = 'config:DescribeAggregateComplianceByConfigRules';
  const paginator = paginateDescribeAggregateComplianceByConfigRules(
    { client: config },
    { ConfigurationAggregatorName: name, Filters: { ConfigRuleName: ruleName, AwsRegion: region } },
  );
  const pages = await namingAggregator(name, askingForPages(action, paginator));
  const results = pages
    .flatMap(({ AggregateComplianceByConfigRules: some = [] }) => some)
    .map((rule) => readAnswer(action, resultSchema, rule))
    .filter(({ ConfigRuleName }) => ConfigRuleName === ruleName)
    .flatMap(({ AccountId, Compliance }) =>
      resultOf(Compliance).map((result) => [AccountId, result] as const),
    );
  return new Map(results);
}

/** None for a rule without a verdict yet, such as INSUFFICIENT_DATA. */
function resultOf({
  ComplianceType,
  ComplianceContributorCount: contributors,
}: z.infer<typeof resultSchema>['Compliance']): RuleResult[] {
  if (ComplianceType === 'COMPLIANT') return [{ count: 0, isCapped: false }];
  if (ComplianceType !== 'NON_COMPLIANT') return [];
  return [{ count: contributors?.CappedCount ?? 1, isCapped: contributors?.CapExceeded ?? false }];
}
