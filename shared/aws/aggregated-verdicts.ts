import { ComplianceType } from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { accountId } from '../trail/bounds.ts';
import { type Aggregator, isOfRegion, selectRows } from './aggregator.ts';
import type { Disbelieved } from './told-rows.ts';

const accountSchema = z.object({ accountId });
const verdictSchema = z.object({
  accountId,
  awsRegion: z.string(),
  configuration: z.object({
    targetResourceId: z.string().min(1),
    configRuleList: z.array(z.object({ configRuleName: z.string(), complianceType: z.enum(ComplianceType) })),
  }),
});

/** Ids of all accounts whose recorder has IAM users. */
export async function accountsWithUsers(aggregator: Aggregator): Promise<string[]> {
  const expression = `SELECT accountId, COUNT(*) WHERE resourceType = 'AWS::IAM::User' GROUP BY accountId`;
  // A row says no more than whose it is: one that cannot be read is nobody's.
  const { rows } = await selectRows(aggregator, expression, accountSchema, {});
  return rows.map((row) => row.accountId);
}

export interface NonCompliantUsers {
  /** Unique ids. */
  readonly byAccount: ReadonlyMap<string, ReadonlySet<string>>;
  readonly unreadable: Disbelieved;
}

/**
 * The users whom the rule calls NON_COMPLIANT. Accounts whose recorder leaves out AWS::Config::ResourceCompliance are
 * not among them, whatever their users' keys are: `ruleResults` knows of those.
 */
export async function nonCompliantUsers(aggregator: Aggregator): Promise<NonCompliantUsers> {
  const { ruleName } = aggregator;
  const { rows, unreadable } = await selectRows(aggregator, verdictQuery(ruleName), verdictSchema);
  // Conditions on a list's elements are not tied to one element: the row may be there for another rule.
  const wanted = rows.filter(
    (row) =>
      isOfRegion(row, aggregator) &&
      row.configuration.configRuleList.some(
        ({ configRuleName, complianceType }) =>
          configRuleName === ruleName && complianceType === 'NON_COMPLIANT',
      ),
  );
  const byAccount = Map.groupBy(wanted, (row) => row.accountId);
  const idsOf = (own: typeof wanted) =>
    new Set(own.map(({ configuration }) => configuration.targetResourceId));
  return { byAccount: new Map([...byAccount].map(([id, own]) => [id, idsOf(own)])), unreadable };
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
