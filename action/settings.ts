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
  /** Absent: only the account that the credentials belong to is scanned. */
  readonly organization?: OrganizationSettings;
  readonly findings: FindingSettings;
  /** Of the bot, to verify trails with. None without a policy file: then its decisions are not known. */
  readonly publicKeys: readonly string[];
  /** Where new findings are posted, if anywhere. Whoever knows it can post: a secret. */
  readonly webhookUrl?: string;
  readonly dryRun: boolean;
  readonly failOnFindings: boolean;
  readonly allowPublicRepository: boolean;
}

/** Whose accounts are scanned, and how each of them is read. */
export interface OrganizationSettings {
  readonly aggregator: string;
  readonly readerRole: string;
  /** What CloudTrail in each account shows with all that the scan asks there. */
  readonly sourceIdentity: string;
}

/** The policy file's own defaults hold where there is no file. */
const defaults = {
  rule: policySchema.shape.aws.shape.rule.parse(undefined),
  readerRole: policySchema.shape.aws.shape.readerRole.parse(undefined),
  issues: policySchema.shape.issues.parse({}),
  limits: policySchema.shape.limits.parse({}),
};

/**
 * Settles each value: the input, else the policy file, else the default.
 *
 * @throws {KeyturnError} `region-missing`; `input-invalid` for a reader role without an aggregator, because a scan of
 *   this one account would pass for a scan of all of them.
 */
export function settle(inputs: Inputs, policy: Policy | undefined, runner: Runner): Settings {
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
    roleSessionName: inputs['role-session-name'] ?? nameOfRun(runner),
    ...organizationOf(inputs, policy, runner),
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

function organizationOf(
  inputs: Inputs,
  policy: Policy | undefined,
  runner: Runner,
): Pick<Settings, 'organization'> {
  const aggregator = inputs['config-aggregator-name'] ?? policy?.aws.aggregator;
  const role = inputs['reader-role-name'];
  if (aggregator === undefined) {
    if (role === undefined) return {};
    throw new KeyturnError(
      'input-invalid',
      'reader-role-name is given, and no aggregator: neither config-aggregator-name nor aws.aggregator of the policy file.',
    );
  }
  const readerRole = role ?? policy?.aws.readerRole ?? defaults.readerRole;
  return { organization: { aggregator, readerRole, sourceIdentity: nameOfRun(runner) } };
}

/** Such as `keyturn-17`; within what AWS takes for session names and source identities. */
function nameOfRun({ runId }: Runner): string {
  return runId === undefined ? 'keyturn' : `keyturn-${runId}`;
}
