import { z } from 'zod';
import { accountsOf } from './aggregator.ts';
import { complianceOf } from './config-rules.ts';
import { AwsFailure } from './failure.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';
import { pageOf } from './paging.ts';

const ByRules = z.object({
  ConfigurationAggregatorName: z.string().min(1).max(256),
  Filters: z
    .object({
      ConfigRuleName: z.string().min(1).max(64).optional(),
      ComplianceType: z.enum(['COMPLIANT', 'NON_COMPLIANT']).optional(),
      AccountId: z
        .string()
        .regex(/^\d{12}$/)
        .optional(),
      AwsRegion: z.string().min(1).max(64).optional(),
    })
    .default({}),
  // AWS takes 0 for "the default", which is the maximum.
  Limit: z.number().int().min(0).max(1000).default(0),
  NextToken: z.string().optional(),
});

/** What an aggregator's rules come to, account by account. */
export const aggregateOperations: Readonly<Record<string, Operation>> = {
  DescribeAggregateComplianceByConfigRules: operation(ByRules, byRules),
};

/** Rules without results are not shown. */
function byRules(input: z.output<typeof ByRules>, call: Call): Answer {
  const { aggregator, accounts } = accountsOf(call, input.ConfigurationAggregatorName);
  const { ConfigRuleName, ComplianceType, AccountId, AwsRegion } = input.Filters;
  const entries = accounts
    .filter(({ id, region }) => (AccountId ?? id) === id && (AwsRegion ?? region) === region)
    .flatMap(({ id, region, config }) =>
      [...config.rules.values()]
        .filter(({ name, results }) => (ConfigRuleName ?? name) === name && results.size > 0)
        .map((rule) => ({ ...complianceOf(rule), AccountId: id, AwsRegion: region })),
    )
    .filter(({ Compliance }) => (ComplianceType ?? Compliance.ComplianceType) === Compliance.ComplianceType);
  const invalid = new AwsFailure('InvalidNextTokenException', 'The nextToken provided is invalid');
  const isEmptyPage = aggregator.emptyPageFirst === true && input.NextToken === undefined;
  const page = pageOf(entries, isEmptyPage ? 0 : input.Limit || 1000, input.NextToken, invalid);
  return { AggregateComplianceByConfigRules: page.items, NextToken: page.next };
}
