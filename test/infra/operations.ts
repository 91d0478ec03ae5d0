/**
 * What the program asks of AWS, by the role that it asks with, as `service:Operation`. IAM names the action that allows one
 * of these operations as the API names the operation, for all of them.
 */

const liveReads = [
  'iam:GetAccessKeyLastUsed',
  'iam:GetLoginProfile',
  'iam:GetUser',
  'iam:ListAccessKeys',
  'iam:ListUsers',
];

/** The Action in one account. */
const scan = [
  ...liveReads,
  'config:DescribeComplianceByConfigRule',
  'config:DescribeConfigRules',
  'config:DescribeConfigurationRecorderStatus',
  'config:DescribeConfigurationRecorders',
  'config:GetComplianceDetailsByConfigRule',
  'config:SelectResourceConfig',
  'iam:GenerateCredentialReport',
  'iam:GetCredentialReport',
];

/** The Action in an account of an organization: whether the rule has results is known from the aggregator. */
const scanMember = scan.filter(
  (action) =>
    ![
      'config:DescribeComplianceByConfigRule',
      'config:DescribeConfigurationRecorderStatus',
      'config:DescribeConfigurationRecorders',
    ].includes(action),
);

/** The bot in one account. */
const remediate = [
  ...liveReads,
  'config:DescribeConfigRules',
  'config:SelectResourceConfig',
  'iam:UpdateAccessKey',
  'ssm:DescribeAutomationExecutions',
  'ssm:DescribeDocument',
  'ssm:StartAutomationExecution',
];

/** The script of AWS's runbook. */
const runbook = [
  'config:ListDiscoveredResources',
  'iam:DeleteLoginProfile',
  'iam:GetAccessKeyLastUsed',
  'iam:GetLoginProfile',
  'iam:GetUser',
  'iam:ListAccessKeys',
  'iam:UpdateAccessKey',
];

/** What AWS documents for the runbook's role although the script never calls it. */
export const documentedOnly = [
  'iam:DeleteAccessKey',
  'ssm:GetAutomationExecution',
  'ssm:StartAutomationExecution',
];

/** By template, then by the role's logical name. */
export const operations = {
  'account.yaml': { ScanRole: scan, BotRole: remediate, RunbookRole: runbook },
  'member.yaml': { ReaderRole: scanMember, RemediatorRole: remediate, RunbookRole: runbook },
  'organization.yaml': {
    ScanRole: [
      'config:DescribeAggregateComplianceByConfigRules',
      'config:SelectAggregateResourceConfig',
      'sts:AssumeRole',
    ],
    BotRole: ['config:SelectAggregateResourceConfig', 'sts:AssumeRole'],
  },
} as const;

/** Actions that a request takes besides the one it names: no log of operations shows them. */
export const dependentActions: Readonly<Record<string, { readonly with: string; readonly reason: string }>> =
  {
    'iam:PassRole': {
      with: 'ssm:StartAutomationExecution',
      reason:
        'AutomationAssumeRole hands the runbook a role, and whoever hands a role over must be allowed to.',
    },
    'ssm:AddTagsToResource': {
      with: 'ssm:StartAutomationExecution',
      reason: 'The execution is started with a tag, by which it is found again after a crash.',
    },
    'sts:SetSourceIdentity': {
      with: 'sts:AssumeRole',
      reason:
        'A role is assumed with a SourceIdentity, so that CloudTrail names the caller in every account.',
    },
  };

/** What no role may do, whatever else changes. */
export const forbidden = [
  'config:DeleteConfigRule',
  'config:DeleteConfigurationRecorder',
  'config:PutConfigRule',
  'config:PutRemediationConfigurations',
  'config:StopConfigurationRecorder',
  'iam:AddUserToGroup',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreatePolicyVersion',
  'iam:CreateRole',
  'iam:CreateServiceSpecificCredential',
  'iam:CreateUser',
  'iam:DeactivateMFADevice',
  'iam:DeleteUser',
  'iam:DeleteUserPolicy',
  'iam:DetachUserPolicy',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateLoginProfile',
  'iam:UpdateUser',
  'ssm:CreateDocument',
  'ssm:GetParameter',
  'ssm:ModifyDocumentPermission',
  'ssm:SendCommand',
  'ssm:StartChangeRequestExecution',
  'ssm:StartSession',
  'ssm:StopAutomationExecution',
  'ssm:UpdateDocument',
  'sts:GetFederationToken',
];
