/**
 * What a person can do about each error that they can meet. The one home of remedies: messages, job
 * summaries and docs/operations.md all take them from here. Keep the codes sorted.
 */
export const remedies = {
  'aws-access-denied':
    'Allow the action named above to the role that Keyturn uses; infra/ has the least that it needs.',
  'aws-answer-unexpected': 'Run again; if it stays so, report it with the name of the action and the member.',
  'aws-credentials-expired': 'Run again with fresh credentials.',
  'aws-credentials-invalid':
    'Correct the access key or session token that the environment holds, or use role-to-assume.',
  'aws-credentials-missing':
    'Set role-to-assume, or give the SDK credentials as AWS documents it (environment, profile, instance).',
  'aws-failed': "Read AWS's own words above; run again if they sound temporary.",
  'aws-oidc-audience':
    'Make the input audience and the audience of the IAM OIDC provider the same (default: sts.amazonaws.com).',
  'aws-oidc-expired': 'Run again; if it stays so, correct the clock of the runner.',
  'aws-oidc-permission':
    'Add `permissions: id-token: write` to the job (pull requests from forks never get it).',
  'aws-oidc-provider':
    'Create the IAM OIDC provider https://token.actions.githubusercontent.com in that account.',
  'aws-oidc-token': 'Run again; githubstatus.com says whether GitHub Actions has trouble.',
  'aws-oidc-trust':
    "Let the role's trust policy allow sts:AssumeRoleWithWebIdentity for exactly this sub and aud, and see that the role exists.",
  'aws-throttled': 'Run again later, and see what else in the account asks so often.',
  'aws-unreachable': "Check the region's name, and the way from this machine to AWS (DNS, proxy, firewall).",
  'config-recorder-missing':
    'Set up AWS Config in this region, or name the region where it records IAM users.',
  'config-rule-inactive': 'Wait until the rule is ACTIVE, or deploy it again.',
  'config-rule-missing': 'Correct config-rule-name or aws-region, or deploy the rule; infra/ has a template.',
  'config-rule-other': 'Name a rule whose source is the AWS managed rule ACCESS_KEYS_ROTATED.',
  'config-rule-parameters': "Set the rule's maxAccessKeyAge to whole days, such as 90.",
  'credential-report-late': 'Run again in a few minutes: AWS goes on making it.',
  'credential-report-unreadable':
    "Run again; if it stays so, report it: AWS may have changed the report's format.",
  'environment-invalid': "Set the variables named above for the bot's process.",
  'iam-inconsistent': 'Run again in a minute: IAM needs some seconds to agree with itself after a change.',
  'input-invalid': 'Correct the input in the workflow file; README.md lists what each input allows.',
  'input-not-supported': 'Remove what is named; CHANGELOG.md says which version brings it.',
  'policy-absent': 'Commit the file, or correct the input policy-file.',
  'policy-invalid': 'Correct the named lines; policy.schema.json describes the file to editors.',
  'policy-unreadable': 'Check that the path names a file that this job may read.',
  'region-missing': 'Set the input aws-region, aws.region in the policy file, or the variable AWS_REGION.',
  'repository-public':
    'Use a private repository, or accept that everybody reads its issues: allow-public-repository: true.',
  'runner-invalid':
    'Run Keyturn as a step of a GitHub workflow; elsewhere, set the variables as GitHub documents them.',
  unexpected: 'Run the job again with debug logging; if it fails again, report it with that log.',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof remedies;

/** An error that a person is meant to read: what happened and why (`fact`), and what to do (`remedy`). */
export class KeyturnError extends Error {
  override readonly name = 'KeyturnError';
  readonly code: ErrorCode;
  readonly fact: string;
  readonly remedy: string;

  constructor(code: ErrorCode, fact: string, options: { readonly cause?: unknown } = {}) {
    super(`${fact} ${remedies[code]}`, options);
    this.code = code;
    this.fact = fact;
    this.remedy = remedies[code];
  }
}
