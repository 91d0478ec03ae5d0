import { describe, expect, test } from '@jest/globals';
import { roleOf } from './documents.ts';
import { accountId, context, memberId, runbookDocument } from './every-action.ts';
import { isAllowed } from './simulate.ts';
import { deploy } from './stack.ts';
import { accountParameters, memberParameters, organizationParameters } from './stack-parameters.ts';
import { readTemplate } from './template.ts';

const at = { partition: 'aws', region: 'us-east-1', accountId };
const account = deploy(readTemplate('account.yaml'), { ...at, parameters: accountParameters });
const bot = roleOf(account, 'BotRole');
const scan = roleOf(account, 'ScanRole');
const runbook = roleOf(account, 'RunbookRole');

const user = `arn:aws:iam::${accountId}:user/team/ada`;
const runbookRole = `arn:aws:iam::${accountId}:role/KeyturnRunbook`;
const ssm = 'arn:aws:ssm:us-east-1:';

interface Attempt {
  readonly title: string;
  readonly action: string;
  readonly resource: string;
  readonly changed?: Readonly<Record<string, string | string[]>>;
}

function may(role: typeof bot, { action, resource, changed = {} }: Attempt): Promise<boolean> {
  const principal = `arn:aws:iam::${accountId}:role/${role.name}`;
  return isAllowed(role.policies, {
    principal,
    action,
    resource,
    accountId: resource.split(':')[4] || accountId,
    context: { ...context, ...changed },
  });
}

describe('the bot', () => {
  const start = 'ssm:StartAutomationExecution';
  const definition = `${ssm}:automation-definition/${runbookDocument}`;

  test.each<Attempt>([
    { title: 'starts the runbook', action: start, resource: `${ssm}:document/${runbookDocument}` },
    { title: 'starts it by its old resource', action: start, resource: `${definition}:1` },
    { title: 'makes an execution', action: start, resource: `${ssm}${accountId}:automation-execution/7f0c` },
    { title: 'passes the runbook its role', action: 'iam:PassRole', resource: runbookRole },
    { title: 'sets keys of a user in a path', action: 'iam:UpdateAccessKey', resource: user },
  ])('$title', async (attempt) => {
    expect(await may(bot, attempt)).toBe(true);
  });

  test.each<Attempt>([
    { title: 'another document', action: start, resource: `${ssm}:document/AWS-RunShellScript` },
    {
      title: 'a document of the account with the same name',
      action: start,
      resource: `${ssm}${accountId}:document/${runbookDocument}`,
    },
    {
      title: 'another version',
      action: start,
      resource: `${ssm}:document/${runbookDocument}`,
      changed: { 'ssm:DocumentVersion': ['2'] },
    },
    { title: 'another version by its old resource', action: start, resource: `${definition}:2` },
    {
      title: 'the runbook in another region',
      action: start,
      resource: `arn:aws:ssm:eu-west-1::document/${runbookDocument}`,
    },
    { title: 'another role', action: 'iam:PassRole', resource: `arn:aws:iam::${accountId}:role/Admin` },
    {
      title: 'its role for another service',
      action: 'iam:PassRole',
      resource: runbookRole,
      changed: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
    {
      title: 'tags of others',
      action: 'ssm:AddTagsToResource',
      resource: `${ssm}${accountId}:automation-execution/7f0c`,
      changed: { 'aws:TagKeys': ['keyturn:7f0c', 'team'] },
    },
    {
      title: 'tags on documents',
      action: 'ssm:AddTagsToResource',
      resource: `${ssm}${accountId}:document/x`,
    },
    {
      title: 'Config of another region',
      action: 'config:SelectResourceConfig',
      resource: '*',
      changed: { 'aws:RequestedRegion': 'eu-west-1' },
    },
    {
      title: 'users of another account',
      action: 'iam:UpdateAccessKey',
      resource: 'arn:aws:iam::999900001111:user/ada',
    },
    { title: 'deleting a key', action: 'iam:DeleteAccessKey', resource: user },
    { title: 'deleting a password', action: 'iam:DeleteLoginProfile', resource: user },
  ])('is denied: $title', async (attempt) => {
    expect(await may(bot, attempt)).toBe(false);
  });
});

describe('the Action', () => {
  test.each<Attempt>([
    { title: 'setting a key', action: 'iam:UpdateAccessKey', resource: user },
    {
      title: 'starting the runbook',
      action: 'ssm:StartAutomationExecution',
      resource: `${ssm}:document/${runbookDocument}`,
    },
    { title: 'passing a role', action: 'iam:PassRole', resource: runbookRole },
    {
      title: 'findings of another rule',
      action: 'config:GetComplianceDetailsByConfigRule',
      resource: `arn:aws:config:us-east-1:${accountId}:config-rule/config-rule-other`,
    },
  ])('is denied: $title', async (attempt) => {
    expect(await may(scan, attempt)).toBe(false);
  });
});

test('the runbook deletes passwords, and no keys', async () => {
  expect(await may(runbook, { title: '', action: 'iam:DeleteLoginProfile', resource: user })).toBe(true);
  expect(await may(runbook, { title: '', action: 'iam:DeleteAccessKey', resource: user })).toBe(false);
});

describe('in an organization', () => {
  const security = deploy(readTemplate('organization.yaml'), { ...at, parameters: organizationParameters });
  const member = deploy(readTemplate('member.yaml'), {
    ...at,
    accountId: memberId,
    parameters: memberParameters,
  });
  const callers = { KeyturnScan: roleOf(security, 'ScanRole'), KeyturnBot: roleOf(security, 'BotRole') };
  const roles = {
    KeyturnReader: roleOf(member, 'ReaderRole'),
    KeyturnRemediator: roleOf(member, 'RemediatorRole'),
  };

  function assumes(caller: keyof typeof callers, role: keyof typeof roles, changed = {}): Promise<boolean> {
    return isAllowed(callers[caller].policies, {
      principal: `arn:aws:iam::${accountId}:role/${caller}`,
      action: 'sts:AssumeRole',
      resource: `arn:aws:iam::${memberId}:role/${role}`,
      accountId: memberId,
      context: { ...context, ...changed },
      resourcePolicy: roles[role].trust,
    });
  }

  test('each caller assumes its own role, and not the other one', async () => {
    expect(await assumes('KeyturnScan', 'KeyturnReader')).toBe(true);
    expect(await assumes('KeyturnBot', 'KeyturnRemediator')).toBe(true);
    expect(await assumes('KeyturnScan', 'KeyturnRemediator')).toBe(false);
    expect(await assumes('KeyturnBot', 'KeyturnReader')).toBe(false);
  });

  test('no role of that name outside the organization is assumed', async () => {
    expect(await assumes('KeyturnScan', 'KeyturnReader', { 'aws:ResourceOrgID': 'o-evil' })).toBe(false);
    expect(await assumes('KeyturnBot', 'KeyturnRemediator', { 'aws:ResourceOrgID': 'o-evil' })).toBe(false);
  });

  test('a member account allows what a single account does', () => {
    expect(roleOf(member, 'RunbookRole')).toEqual(
      roleOf(
        deploy(readTemplate('account.yaml'), { ...at, accountId: memberId, parameters: accountParameters }),
        'RunbookRole',
      ),
    );
    const single = deploy(readTemplate('account.yaml'), {
      ...at,
      accountId: memberId,
      parameters: accountParameters,
    });
    expect(roles.KeyturnRemediator.policies.map(({ policy }) => policy)).toEqual(
      roleOf(single, 'BotRole').policies.map(({ policy }) => policy),
    );
  });
});
