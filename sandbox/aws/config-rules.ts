import { z } from 'zod';
import { configOf } from './account.ts';
import type { ConfigRule } from './config-state.ts';
import { AwsFailure } from './failure.ts';
import { type Answer, type Call, type Operation, operation } from './operation.ts';
import { pageOf } from './paging.ts';
import { evaluate } from './rule-evaluation.ts';

const RuleName = z.string().min(1).max(128);
const NextToken = z.string().optional();
const Named = z.object({ ConfigRuleNames: z.array(RuleName).max(25).optional(), NextToken });
const Details = z.object({
  ConfigRuleName: z.string().min(1).max(64),
  ComplianceTypes: z
    .array(z.enum(['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA']))
    .max(3)
    .default([]),
  // AWS takes 0 for "the default".
  Limit: z.number().int().min(0).max(100).default(0),
  NextToken,
});
const invalidToken = () => new AwsFailure('InvalidNextTokenException', 'The nextToken provided is invalid');

/** Config's operations on rules and what they found. */
export const ruleOperations: Readonly<Record<string, Operation>> = {
  DescribeConfigRules: operation(Named, (input, call) => {
    const page = pageOf(rulesNamed(call, input.ConfigRuleNames), 25, input.NextToken, invalidToken());
    return { ConfigRules: page.items.map((rule) => ruleAnswer(rule, call)), NextToken: page.next };
  }),

  DescribeComplianceByConfigRule: operation(Named, (input, call) => {
    const page = pageOf(rulesNamed(call, input.ConfigRuleNames), 25, input.NextToken, invalidToken());
    return { ComplianceByConfigRules: page.items.map(complianceOf), NextToken: page.next };
  }),

  GetComplianceDetailsByConfigRule: operation(Details, complianceDetails),

  StartConfigRulesEvaluation: operation(
    z.object({ ConfigRuleNames: z.array(RuleName).min(1).max(25) }),
    startEvaluation,
  ),
};

function complianceDetails(input: z.output<typeof Details>, call: Call): Answer {
  if (input.ComplianceTypes.includes('INSUFFICIENT_DATA')) {
    throw new AwsFailure(
      'InvalidParameterValueException',
      'INSUFFICIENT_DATA is not a supported ComplianceType',
    );
  }
  const [rule] = rulesNamed(call, [input.ConfigRuleName]);
  const wanted: readonly string[] = input.ComplianceTypes;
  const results = (rule?.results.entries().toArray() ?? []).filter(
    ([, { compliance }]) => wanted.length === 0 || wanted.includes(compliance),
  );
  const isEmptyPage = rule?.emptyPageFirst === true && input.NextToken === undefined;
  const limit = isEmptyPage ? 0 : input.Limit || 10;
  const page = pageOf(results, limit, input.NextToken, invalidToken());
  return {
    EvaluationResults: page.items.map(([userId, { compliance, recordedAt }]) => ({
      EvaluationResultIdentifier: {
        EvaluationResultQualifier: {
          ConfigRuleName: input.ConfigRuleName,
          ResourceType: 'AWS::IAM::User',
          ResourceId: userId,
          EvaluationMode: 'DETECTIVE',
        },
        OrderingTimestamp: recordedAt,
      },
      ComplianceType: compliance,
      ResultRecordedTime: recordedAt,
      ConfigRuleInvokedTime: recordedAt,
    })),
    NextToken: page.next,
  };
}

function startEvaluation(input: { readonly ConfigRuleNames: readonly string[] }, call: Call): Answer {
  const rules = rulesNamed(call, input.ConfigRuleNames);
  const tooSoon = rules.some(
    ({ evaluationAskedAt }) => evaluationAskedAt && call.now.getTime() - evaluationAskedAt.getTime() < 60_000,
  );
  if (tooSoon) {
    throw new AwsFailure(
      'LimitExceededException',
      'An evaluation is in progress, or StartConfigRulesEvaluation was called more than once per minute.',
    );
  }
  for (const rule of rules) {
    rule.evaluationAskedAt = call.now;
    evaluate(call.account, rule, call.now);
  }
  return {};
}

function rulesNamed(call: Call, names: readonly string[] | undefined): ConfigRule[] {
  const { rules } = configOf(call.account, call.region);
  if (names === undefined || names.length === 0) return [...rules.values()];
  return names.map((name) => {
    const rule = rules.get(name);
    if (rule) return rule;
    throw new AwsFailure(
      'NoSuchConfigRuleException',
      `The ConfigRule '${name}' provided in the request is invalid. Please check the configRule name`,
    );
  });
}

function ruleAnswer(rule: ConfigRule, { account, region }: Call): Answer {
  const id = `config-rule-${Buffer.from(rule.name).toString('hex').slice(0, 6)}`;
  const { maxAccessKeyAge } = rule;
  return {
    ConfigRuleName: rule.name,
    ConfigRuleArn: `arn:aws:config:${region}:${account.id}:config-rule/${id}`,
    ConfigRuleId: id,
    Source: { Owner: 'AWS', SourceIdentifier: rule.sourceIdentifier },
    InputParameters:
      maxAccessKeyAge === undefined ? '{}' : JSON.stringify({ maxAccessKeyAge: String(maxAccessKeyAge) }),
    MaximumExecutionFrequency: 'TwentyFour_Hours',
    ConfigRuleState: rule.state,
    EvaluationModes: [{ Mode: 'DETECTIVE' }],
  };
}

/** What a rule comes to over all its results. */
export function complianceOf(rule: ConfigRule) {
  const results = [...rule.results.values()];
  const nonCompliant = results.filter(({ compliance }) => compliance === 'NON_COMPLIANT').length;
  const insufficient = results.length === 0 ? 'INSUFFICIENT_DATA' : 'COMPLIANT';
  return {
    ConfigRuleName: rule.name,
    Compliance: {
      ComplianceType: nonCompliant > 0 ? 'NON_COMPLIANT' : insufficient,
      ...(nonCompliant > 0 && {
        ComplianceContributorCount: {
          CappedCount: Math.min(nonCompliant, 25),
          CapExceeded: nonCompliant > 25,
        },
      }),
    },
  };
}
