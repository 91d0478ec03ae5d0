import {
  type ConfigServiceClient,
  DescribeConfigRuleEvaluationStatusCommand,
  paginateGetComplianceDetailsByConfigRule,
} from '@aws-sdk/client-config-service';
import type { Compliance, ComplianceSource } from '../findings/ports.ts';
import { asking, askingForPages } from './aws-error.ts';
import { readConfigRule } from './config-rule.ts';
import { recorderWarnings } from './recorder.ts';

/** The users whom one ACCESS_KEYS_ROTATED rule of AWS Config calls NON_COMPLIANT. */
export function configCompliance(config: ConfigServiceClient, ruleName: string): ComplianceSource {
  return {
    async readCompliance(): Promise<Compliance> {
      const rule = await readConfigRule(config, ruleName);
      const [warnings, nonCompliantUserIds] = await Promise.all([
        recorderWarnings(config, rule.region),
        readNonCompliantUserIds(config, ruleName),
      ]);
      if (nonCompliantUserIds.length === 0) warnings.push(...(await evaluationWarnings(config, ruleName)));
      return { rule, nonCompliantUserIds, warnings };
    },
  };
}

async function readNonCompliantUserIds(config: ConfigServiceClient, ruleName: string): Promise<string[]> {
  const pages = await askingForPages(
    'config:GetComplianceDetailsByConfigRule',
    // Without a page size AWS gives ten a page.
    paginateGetComplianceDetailsByConfigRule(
      { client: config, pageSize: 100 },
      { ConfigRuleName: ruleName, ComplianceTypes: ['NON_COMPLIANT'] },
    ),
  );
  const ids = pages
    .flatMap(({ EvaluationResults = [] }) => EvaluationResults)
    .map(({ EvaluationResultIdentifier }) => EvaluationResultIdentifier?.EvaluationResultQualifier)
    .filter((qualifier) => qualifier?.ResourceType === 'AWS::IAM::User')
    .flatMap((qualifier) => qualifier?.ResourceId ?? []);
  return [...new Set(ids)].sort();
}

/** No finding is good news only when the rule has been evaluated. */
async function evaluationWarnings(config: ConfigServiceClient, ruleName: string): Promise<string[]> {
  const { ConfigRulesEvaluationStatus: [status] = [] } = await asking(
    'config:DescribeConfigRuleEvaluationStatus',
    config.send(new DescribeConfigRuleEvaluationStatusCommand({ ConfigRuleNames: [ruleName] })),
  );
  const succeeded = status?.LastSuccessfulEvaluationTime;
  const failed = status?.LastFailedEvaluationTime;
  if (failed !== undefined && (succeeded === undefined || failed > succeeded)) {
    const why = status?.LastErrorMessage ?? status?.LastErrorCode ?? 'no reason given';
    return [`The last evaluation of the Config rule ${ruleName} failed: ${why}`];
  }
  if (succeeded === undefined) {
    return [
      `The Config rule ${ruleName} has not been evaluated yet (INSUFFICIENT_DATA): no finding means nothing. ` +
        'Wait for its first evaluation, or start one (aws configservice start-config-rules-evaluation).',
    ];
  }
  return [];
}
