import { KeyturnError } from '../shared/errors.ts';
import type { FindingSettings } from '../shared/findings/settings.ts';
import { type Policy, policySchema } from '../shared/policy/schema.ts';
import type { Inputs } from './inputs.ts';
import type { Runner } from './runner.ts';

/** What one run of the Action goes by: inputs, policy file and defaults, settled. */
export interface Settings {
  readonly region: string;
  readonly ruleName: string;
  /** Absent: the AWS SDK's default chain finds credentials. */
  readonly roleToAssume?: string;
  readonly audience: string;
  readonly roleSessionName: string;
  readonly findings: FindingSettings;
  /** Of the bot, to verify trails with. None without a policy file: then its decisions are not known. */
  readonly publicKeys: readonly string[];
  /** Where new findings are posted, if anywhere. Whoever knows it can post: a secret. */
  readonly webhookUrl?: string;
  readonly dryRun: boolean;
  readonly failOnFindings: boolean;
  readonly allowPublicRepository: boolean;
}

/** The policy file's own defaults hold where there is no file. */
const defaults = {
  rule: policySchema.shape.aws.shape.rule.parse(undefined),
  issues: policySchema.shape.issues.parse({}),
  limits: policySchema.shape.limits.parse({}),
};

/**
 * Settles each value: the input, else the policy file, else the default.
 *
 * @throws {KeyturnError} `region-missing`; `input-not-supported` for a policy with an aggregator, because a scan
 *   of this one account would pass for a scan of all of them.
 */
export function settle(inputs: Inputs, policy: Policy | undefined, runner: Runner): Settings {
  if (policy?.aws.aggregator !== undefined) {
    throw new KeyturnError(
      'input-not-supported',
      'This version cannot serve aws.aggregator of the policy file.',
    );
  }
  const region = inputs['aws-region'] ?? policy?.aws.region ?? runner.awsRegion;
  if (region === undefined)
    throw new KeyturnError('region-missing', 'Nothing says which AWS region to scan.');
  const issues = policy?.issues ?? defaults.issues;
  const limits = policy?.limits ?? defaults.limits;
  const maxCredentialUsageAge = policy?.aws.maxCredentialUsageAge;
  return {
    region,
    ruleName: inputs['config-rule-name'] ?? policy?.aws.rule ?? defaults.rule,
    ...(inputs['role-to-assume'] && { roleToAssume: inputs['role-to-assume'] }),
    audience: inputs.audience,
    roleSessionName: inputs['role-session-name'] ?? ['keyturn', runner.runId ?? []].flat().join('-'),
    findings: {
      ...(maxCredentialUsageAge !== undefined && { maxCredentialUsageAge }),
      labels: inputs.labels ?? issues.labels,
      assignees: inputs.assignees ?? issues.assignees,
      ownerTag: issues.ownerTag,
      maxNewIssues: inputs['max-new-issues'] ?? limits.newIssuesPerRun,
    },
    publicKeys: policy?.trail.publicKeys ?? [],
    ...(inputs['slack-webhook-url'] && { webhookUrl: inputs['slack-webhook-url'] }),
    dryRun: inputs['dry-run'],
    failOnFindings: inputs['fail-on-findings'],
    allowPublicRepository: inputs['allow-public-repository'],
  };
}
