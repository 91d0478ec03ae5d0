/**
 * What a person can do about each error that they can meet. The one home of remedies: messages, job
 * summaries and docs/operations.md all take them from here. Keep the codes sorted.
 */
export const remedies = {
  'account-other':
    'Let the bot run with credentials of the account that the issue names, or name the aggregator of both in aws.aggregator.',
  'account-role-refused':
    "Deploy infra/member.yaml to that account; the role's trust and the caller's policy must both allow sts:AssumeRole and sts:SetSourceIdentity.",
  'aggregator-missing':
    'Correct config-aggregator-name (or aws.aggregator) or aws-region, and use a role of the account that has it.',
  'approval-not-entitled': 'Ask somebody whom the policy file names under approvals, then and now.',
  'approval-own-request': 'Ask somebody else to approve; approvals.selfApproval would allow it.',
  'approval-twice': 'Nothing; it takes other people to complete the quorum.',
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
  'bulk-locked':
    'Unlock the conversation of that issue: the bulk request goes on from there, and Stop works again.',
  'bulk-open': 'Decide or stop that one first, or wait until it has ended.',
  'bulk-over-limit':
    'Raise limits.keysDeactivatedPerDay in the policy file, remediate users one by one, or ask again tomorrow.',
  'bulk-trail-broken':
    'Compare the issue with the thread and with `npm run audit`; users who were not begun can be requested anew.',
  'button-unreadable': 'Type the command again, or open the request again from its card.',
  'clock-off': "Set the clock of the bot's machine (NTP), or see what stands between it and GitHub.",
  'config-record-differs':
    'Wait until AWS Config records the user under the present name (or at all), then request again; strict needs no record.',
  'config-recorder-missing':
    'Set up AWS Config in this region, or name the region where it records IAM users.',
  'config-rule-inactive': 'Wait until the rule is ACTIVE, or deploy it again.',
  'config-rule-missing': 'Correct config-rule-name or aws-region, or deploy the rule; infra/ has a template.',
  'config-rule-other': 'Name a rule whose source is the AWS managed rule ACCESS_KEYS_ROTATED.',
  'config-rule-parameters': "Set the rule's maxAccessKeyAge to whole days, such as 90.",
  'credential-report-late': 'Run again in a few minutes: AWS goes on making it.',
  'credential-report-unreadable':
    "Run again; if it stays so, report it: AWS may have changed the report's format.",
  'daily-limit': 'Approve again tomorrow, or raise limits.keysDeactivatedPerDay in the policy file.',
  'deny-not-entitled': 'Ask an approver, or the requester, to deny it.',
  'environment-invalid': "Set the variables named above for the bot's process.",
  'event-invalid': 'Report this with the words above; nothing was recorded or done.',
  'exemption-invalid':
    'Name keys of this user, a reason, and an end date in the future that is at most a year away.',
  'findings-present': 'Rotate or deactivate the keys; without fail-on-findings they do not fail the job.',
  'github-answer-invalid':
    "Check that GITHUB_API_URL is GitHub's API and not a proxy's page; then try again.",
  'github-app-key-invalid':
    "Set GITHUB_APP_PRIVATE_KEY to the whole text of the app's .pem file, line breaks included.",
  'github-issues-disabled': "Turn issues on in the repository's settings: Keyturn keeps its findings there.",
  'github-labels-dropped':
    'Give the token write access to the repository (in a workflow, `permissions: issues: write`).',
  'github-marker-missing':
    "Restore the hidden last line of the issue's body from its edit history (and the labels of a bulk request's issue), or close the issue and scan again.",
  'github-not-found': 'Check the name, and that the token may see the repository.',
  'github-permission-missing':
    'In a workflow add `permissions: issues: write, contents: read`; give other tokens the same.',
  'github-rate-limit': 'Nothing is lost: run it again later, and lower max-new-issues if it happens often.',
  'github-refused': 'GitHub names what it does not accept; correct that and run it again.',
  'github-repository-invalid': 'Set GITHUB_REPOSITORY to owner/name.',
  'github-token-invalid':
    'Pass a valid token: the input github-token in a workflow, GITHUB_TOKEN for the bot.',
  'github-unreachable':
    'See githubstatus.com, and whether this machine reaches GITHUB_API_URL; then run it again.',
  'iam-inconsistent': 'Run again in a minute: IAM needs some seconds to agree with itself after a change.',
  'input-invalid': 'Correct the input in the workflow file; README.md lists what each input allows.',
  'issue-absent': 'Run the scan: it opens an issue for every finding.',
  'issue-twice': 'Run the scan: it keeps one of the issues and closes the other.',
  'key-expired': 'Delete or replace the expired key in IAM, then request again.',
  'member-restricted': 'Ask a full member of the Slack workspace.',
  'members-unknown': 'Try again when Slack answers; the app needs the scope usergroups:read.',
  'nothing-to-do': 'Nothing; the card of the finding shows what each remedy would do.',
  'plan-changes-soon': 'Request again after that moment.',
  'policy-absent':
    'Commit the file, or correct the path to it: policy-file is the input, KEYTURN_POLICY the variable of the bot.',
  'policy-invalid': 'Correct the named lines; policy.schema.json describes the file to editors.',
  'policy-unreadable': 'Check that the path names a file that this job may read.',
  'quorum-out-of-reach': 'Add people to the approvers in the policy file, or to their user groups.',
  'record-unconfirmed': 'Look at the issue: if the decision stands there it counts; otherwise decide again.',
  'region-missing': 'Set the input aws-region, aws.region in the policy file, or the variable AWS_REGION.',
  'report-unwritable':
    'Free space on the runner, and run again: the findings file, the outputs or the job summary are missing.',
  'repository-public':
    'Use a private repository, or accept that everybody reads its issues: allow-public-repository: true.',
  'request-open': 'Decide the open request first, or wait until it expires.',
  'request-outdated': 'Open the request again from its card.',
  'request-over': 'Make a new request if it is still needed.',
  'request-unknown': 'Open the request again from its card.',
  'requester-not-allowed': 'Ask somebody whom approvals.requesters in the policy file names.',
  'runner-invalid':
    'Run Keyturn as a step of a GitHub workflow; elsewhere, set the variables as GitHub documents them.',
  'scan-incomplete': 'Remedy what is named and run again; issues that this scan wrote stay right.',
  'server-port': 'Free the port, or set PORT to another one.',
  'slack-channel':
    'Invite the app to the channel that slack.channel in the policy file names, or correct that id.',
  'slack-dialog-late':
    'Press the button, or type the command, again: Slack opens a dialog within three seconds only.',
  'slack-failed': "Read Slack's own words above; try again if they sound temporary.",
  'slack-rate-limit': 'Nothing is lost: try again in a minute.',
  'slack-scope-missing':
    'Give the app the scope (bot/manifest.yml has all that it needs) and install it again.',
  'slack-thread-long':
    'Move the talk elsewhere and delete messages from that thread: Keyturn has to read what it said there before it starts anything.',
  'slack-token-invalid':
    'Set SLACK_BOT_TOKEN (and SLACK_APP_TOKEN in Socket Mode) to the tokens of the installed app.',
  'slack-unreachable': 'Try again; slack-status.com says whether Slack has trouble.',
  'slack-webhook':
    "Nothing is lost: the issues have it all. See that slack-webhook-url is a webhook of the bot's app, and that its channel exists.",
  'trail-broken': 'Read the issue, and run the scan: it opens a new issue that links to this one.',
  'trail-key-unknown':
    'Add its public key to trail.publicKeys in the policy file; `npm run trail-key` makes a new pair.',
  'undo-impossible':
    'Look at the keys in IAM: only keys that a request deactivated and that are still Inactive can be reactivated.',
  unexpected: 'Run the job again with debug logging; if it fails again, report it with that log.',
  'usage-age-zero': 'Set aws.maxCredentialUsageAge in the policy file to at least 1.',
  'user-gone': 'Run the scan: it closes the issue.',
  'user-unknown': 'Check the name with /keys list; a user without an old Active key has no finding.',
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

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
