import {
  type AggregateComplianceByConfigRule,
  type ConfigServiceClient,
  NoSuchConfigurationAggregatorException,
  paginateDescribeAggregateComplianceByConfigRules,
  paginateSelectAggregateResourceConfig,
} from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import { parseJson } from '../trail/parse-json.ts';
import { readAnswer } from './aws-answer.ts';
import { askingForPages } from './aws-error.ts';

/** A Config aggregator, and the rule that it is asked about. */
export interface Aggregator {
  readonly config: ConfigServiceClient;
  readonly name: string;
  readonly ruleName: string;
  /** Of the rule and the aggregator. */
  readonly region: string;
}

const selectAction = 'config:SelectAggregateResourceConfig';

const accountId = z.string().regex(/^\d{12}$/);
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
  AccountId: accountId,
  Compliance: z.object({
    ComplianceType: z.string(),
    ComplianceContributorCount: z.object({ CappedCount: z.int().optional() }).optional(),
  }),
});

/**
 * The rows of a query, a hundred a page, which is the most. Pages may be empty while more follow.
 *
 * @throws KeyturnError `aggregator-missing`, `aws-…`
 */
export async function selectRows<Row>(
  { config, name }: Aggregator,
  expression: string,
  schema: z.ZodType<Row>,
): Promise<Row[]> {
  const paginator = paginateSelectAggregateResourceConfig(
    { client: config, pageSize: 100 },
    { ConfigurationAggregatorName: name, Expression: expression },
  );
  const pages = await namingAggregator(name, askingForPages(selectAction, paginator));
  return pages
    .flatMap(({ Results = [] }) => Results)
    .map((row) => readAnswer(selectAction, schema, parseJson(row)));
}

/** Ids of all accounts whose recorder has IAM users. */
export async function accountsWithUsers(aggregator: Aggregator): Promise<string[]> {
  const expression = `SELECT accountId, COUNT(*) WHERE resourceType = 'AWS::IAM::User' GROUP BY accountId`;
  const rows = await selectRows(aggregator, expression, accountSchema);
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
  const rules = pages.flatMap(({ AggregateComplianceByConfigRules: some = [] }) => some);
  return new Map(rules.map((rule) => nonCompliantCount(action, rule)));
}

function nonCompliantCount(action: string, rule: AggregateComplianceByConfigRule): [string, number] {
  const { AccountId, Compliance } = readAnswer(action, resultSchema, rule);
  const { ComplianceType, ComplianceContributorCount } = Compliance;
  return [AccountId, ComplianceType === 'NON_COMPLIANT' ? (ComplianceContributorCount?.CappedCount ?? 1) : 0];
}

/** @throws KeyturnError `aggregator-missing` in the place of AWS's own word for it */
export async function namingAggregator<Answer>(name: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof KeyturnError && error.cause instanceof NoSuchConfigurationAggregatorException)) {
      throw error;
    }
    const fact = `There is no Config aggregator ${name} in this account and region.`;
    throw new KeyturnError('aggregator-missing', fact, { cause: error.cause });
  }
}
