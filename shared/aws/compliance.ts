import {
  type ConfigServiceClient,
  DescribeComplianceByConfigRuleCommand,
  paginateGetComplianceDetailsByConfigRule,
} from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import type { Compliance, ComplianceSource } from '../findings/ports.ts';
import { readAnswer } from './aws-answer.ts';
import { asking } from './aws-error.ts';
import { readConfigRule } from './config-rule.ts';
import { askingForPages } from './pages.ts';
import { recorderWarnings } from './recorder.ts';

const action = 'config:GetComplianceDetailsByConfigRule';
const userType = 'AWS::IAM::User';

/** A user without an id would be a finding that nobody hears of: such an answer is refused as a whole. */
const qualifierSchema = z
  .object({ ResourceType: z.string().optional(), ResourceId: z.string().optional() })
  .refine(({ ResourceType, ResourceId }) => ResourceType !== userType || ResourceId, 'a user without an id');
const pageSchema = z.object({
  EvaluationResults: z
    .array(
      z.object({
        EvaluationResultIdentifier: z
          .object({ EvaluationResultQualifier: qualifierSchema.optional() })
          .optional(),
      }),
    )
    .default([]),
});

/** The users whom one ACCESS_KEYS_ROTATED rule of AWS Config calls NON_COMPLIANT. */
export function configCompliance(config: ConfigServiceClient, ruleName: string): ComplianceSource {
  return {
    async readCompliance(): Promise<Compliance> {
      const rule = await readConfigRule(config, ruleName);
      const [recorder, nonCompliantUserIds] = await Promise.all([
        recorderWarnings(config, rule.region),
        readNonCompliantUserIds(config, ruleName),
      ]);
      const doubts = nonCompliantUserIds.length === 0 ? await evaluationWarnings(config, ruleName) : [];
      return {
        rule,
        nonCompliantUserIds,
        evaluated: doubts.length === 0,
        warnings: [...recorder, ...doubts],
      };
    },
  };
}

/** Unique ids of the users whom the account's own rule calls NON_COMPLIANT, sorted. */
export async function readNonCompliantUserIds(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<string[]> {
  const pages = await askingForPages(
    action,
    // Without a page size AWS gives ten a page.
    paginateGetComplianceDetailsByConfigRule(
      { client: config, pageSize: 100 },
      { ConfigRuleName: ruleName, ComplianceTypes: ['NON_COMPLIANT'] },
    ),
  );
  const ids = pages
    .flatMap((page) => readAnswer(action, pageSchema, page).EvaluationResults)
    .map(({ EvaluationResultIdentifier }) => EvaluationResultIdentifier?.EvaluationResultQualifier)
    .filter((qualifier) => qualifier?.ResourceType === userType)
    .flatMap((qualifier) => qualifier?.ResourceId ?? []);
  return [...new Set(ids)].sort();
}

/** No finding is good news only when the rule has results at all. */
async function evaluationWarnings(config: ConfigServiceClient, ruleName: string): Promise<string[]> {
  const verdict = await readVerdict(config, ruleName);
  if (verdict instanceof KeyturnError) {
    return [`Whether the Config rule ${ruleName} has results is not known: ${verdict.message}`];
  }
  if (verdict !== 'INSUFFICIENT_DATA') return [];
  return [
    `The Config rule ${ruleName} has no results (INSUFFICIENT_DATA), so no finding means nothing: it has not been ` +
      'evaluated yet, its evaluation fails, or it sees no IAM user. ' +
      'Start an evaluation (aws configservice start-config-rules-evaluation) and look at the rule in the AWS console.',
  ];
}

/** What Config says of the rule as a whole; the error when the role may not ask, which costs no finding. */
async function readVerdict(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<string | undefined | KeyturnError> {
  try {
    const { ComplianceByConfigRules: [rule] = [] } = await asking(
      'config:DescribeComplianceByConfigRule',
      config.send(new DescribeComplianceByConfigRuleCommand({ ConfigRuleNames: [ruleName] })),
    );
    return rule?.Compliance?.ComplianceType;
  } catch (error) {
    if (error instanceof KeyturnError && error.code === 'aws-access-denied') return error;
    throw error;
  }
}
