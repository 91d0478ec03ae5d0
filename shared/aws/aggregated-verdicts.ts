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
    ComplianceContributorCount: z.object({ CappedCount: z.int().optional() }).optional(),
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

/**
 * How many users the rule calls NON_COMPLIANT, in each account where it has results. The count is a lower bound: AWS
 * caps it.
 */
export async function ruleResults({
  config,
  name,
  ruleName,
  region,
}: Aggregator): Promise<ReadonlyMap<string, number>> {
  const action = 'config:DescribeAggregateComplianceByConfigRules';
  const paginator = paginateDescribeAggregateComplianceByConfigRules(
    { client: config },
    { ConfigurationAggregatorName: name, Filters: { ConfigRuleName: ruleName, AwsRegion: region } },
  );
  const pages = await namingAggregator(name, askingForPages(action, paginator));
  const counts = pages
    .flatMap(({ AggregateComplianceByConfigRules: some = [] }) => some)
    .map((rule) => readAnswer(action, resultSchema, rule))
    .filter(({ ConfigRuleName }) => ConfigRuleName === ruleName)
    .flatMap(({ AccountId, Compliance }) => countIn(Compliance).map((count) => [AccountId, count] as const));
  return new Map(counts);
}

/** None for a rule without a verdict yet, such as INSUFFICIENT_DATA. */
function countIn({
  ComplianceType,
  ComplianceContributorCount,
}: z.infer<typeof resultSchema>['Compliance']): number[] {
  if (ComplianceType === 'COMPLIANT') return [0];
  return ComplianceType === 'NON_COMPLIANT' ? [ComplianceContributorCount?.CappedCount ?? 1] : [];
}
