import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createLog } from '../../bot/log.ts';
import { roleOf, statementsOf } from './documents.ts';
import { allows } from './every-action.ts';
import { forbidden } from './operations.ts';
import { deploy, type Stack } from './stack.ts';
import { parametersOf } from './stack-parameters.ts';
import { readTemplate } from './template.ts';

function stackOf(file: string, parameters: Readonly<Record<string, string>> = {}): Stack {
  return deploy(readTemplate(file), {
    partition: 'aws',
    region: 'us-east-1',
    accountId: '111122223333',
    parameters: { ...parametersOf(file, 'aws'), ...parameters },
  });
}

const containersSchema = z.array(
  z.looseObject({
    Environment: z.unknown(),
    Secrets: z.unknown(),
    HealthCheck: z.looseObject({ Command: z.array(z.string()) }),
  }),
);

function containersOf(stack: Stack): z.infer<typeof containersSchema> {
  return containersSchema.parse(stack.get('Task')?.properties['ContainerDefinitions']);
}

describe('account.yaml', () => {
  test("leaves AWS Config's own remediation out unless it is asked for", () => {
    expect(stackOf('account.yaml').has('Remediation')).toBe(false);
    const manual = stackOf('account.yaml', { ConfigRemediation: 'manual' });
    expect(manual.get('Remediation')?.properties).toMatchObject({ Automatic: false });
    const automatic = stackOf('account.yaml', { ConfigRemediation: 'automatic' });
    expect(automatic.get('Remediation')?.properties).toEqual({
      ConfigRuleName: 'Rule',
      TargetType: 'SSM_DOCUMENT',
      TargetId: 'AWSConfigRemediation-RevokeUnusedIAMUserCredentials',
      TargetVersion: '1',
      Automatic: true,
      MaximumAutomaticAttempts: 5,
      RetryAttemptSeconds: 60,
      Parameters: {
        AutomationAssumeRole: { StaticValue: { Values: ['arn:aws:iam::111122223333:role/KeyturnRunbook'] } },
        IAMResourceId: { ResourceValue: { Value: 'RESOURCE_ID' } },
        MaxCredentialUsageAge: { StaticValue: { Values: [90] } },
      },
    });
    expect(readTemplate('account.yaml').Parameters['ConfigRemediation']?.Description).toMatch(
      /^WARNING: .*past every approval/,
    );
  });

  test('makes a recorder of IAM users only where it is asked for', () => {
    const parts = ['Recorder', 'RecorderRole', 'DeliveryChannel', 'DeliveryBucket', 'DeliveryBucketPolicy'];
    expect(parts.filter((part) => stackOf('account.yaml').has(part))).toEqual([]);
    const recording = stackOf('account.yaml', { CreateRecorder: 'yes' });
    expect(parts.filter((part) => recording.has(part))).toEqual(parts);
    expect(recording.get('Recorder')?.properties).toMatchObject({
      RecordingGroup: { AllSupported: false, ResourceTypes: ['AWS::IAM::User'] },
    });
  });

  test('makes the rule that Keyturn reads', () => {
    expect(stackOf('account.yaml').get('Rule')?.properties).toMatchObject({
      ConfigRuleName: 'access-keys-rotated',
      Source: { Owner: 'AWS', SourceIdentifier: 'ACCESS_KEYS_ROTATED' },
      InputParameters: { maxAccessKeyAge: 90 },
      MaximumExecutionFrequency: 'TwentyFour_Hours',
    });
  });

  test('trusts ECS of this account, or the one who is named', () => {
    expect(roleOf(stackOf('account.yaml'), 'BotRole').trust).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
        },
      ],
    });
    const principal = 'arn:aws:iam::111122223333:role/host';
    expect(roleOf(stackOf('account.yaml', { BotPrincipalArn: principal }), 'BotRole').trust).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }],
    });
  });
});

describe('bot.yaml', () => {
  test('runs one task, never two, and lets nobody in', () => {
    const stack = stackOf('bot.yaml');
    expect(stack.get('Service')?.properties).toMatchObject({
      DesiredCount: 1,
      DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100 },
    });
    expect(stack.get('SecurityGroup')?.properties).toMatchObject({
      SecurityGroupIngress: [],
      SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }],
    });
  });

  test.each([
    ['a token', {}, ['GITHUB_TOKEN']],
    ['an app', { GitHubAppId: '7', GitHubAppInstallationId: '8' }, ['GITHUB_APP_PRIVATE_KEY']],
  ])('gives the bot its environment, with %s', (_name, parameters, credential) => {
    const [container] = containersOf(stackOf('bot.yaml', parameters));
    const names = (list: unknown) => JSON.stringify(list).match(/(?<="Name":")\w+/g);
    expect(names(container?.Secrets)).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'KEYTURN_TRAIL_KEY',
      ...credential,
    ]);
    const app = Object.keys(parameters).length > 0 ? ['GITHUB_APP_ID', 'GITHUB_APP_INSTALLATION_ID'] : [];
    expect(names(container?.Environment)).toEqual(['AWS_REGION', 'GITHUB_REPOSITORY', 'PORT', ...app]);
  });

  test('asks /healthz with a program that runs', () => {
    const [container] = containersOf(stackOf('bot.yaml'));
    const { Command } = container?.HealthCheck ?? { Command: [] };
    expect(Command.slice(0, 3)).toEqual(['CMD', 'node', '--eval']);
    expect(Command).toHaveLength(4);
    expect(() => new Function(Command[3] ?? '')).not.toThrow();
    expect(Command[3]).toContain(':8080/healthz');
  });

  test.each([
    ['a public image', {}, ['logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:GetSecretValue']],
    [
      "ECR and a key of one's own",
      {
        EcrRepositoryArn: 'arn:aws:ecr:us-east-1:111122223333:repository/keyturn',
        SecretKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/7f0c',
      },
      [
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'secretsmanager:GetSecretValue',
        'kms:Decrypt',
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:GetDownloadUrlForLayer',
        'ecr:GetAuthorizationToken',
      ],
    ],
  ])('lets ECS start it with no more than it takes, with %s', async (_name, parameters, actions) => {
    const role = roleOf(stackOf('bot.yaml', parameters), 'StartRole');
    expect(statementsOf(role).flatMap(({ Action }) => Action)).toEqual(actions);
    for (const action of forbidden) expect([action, await allows(role, action)]).toEqual([action, false]);
  });

  test('watches what an operator has to know', () => {
    const stack = stackOf('bot.yaml', { AlarmEmail: 'oncall@acme.example' });
    const alarmed = [...stack]
      .filter(([, { type }]) => type === 'AWS::CloudWatch::Alarm')
      .map(([name]) => name);
    expect(alarmed).toEqual(['AbsentAlarm', 'FailedRemediationAlarm']);
    const metric = { MetricNamespace: 'Keyturn', MetricName: 'FailedRemediations' };
    expect(stack.get('FailedRemediations')?.properties).toMatchObject({ MetricTransformations: [metric] });
    expect(stack.get('FailedRemediationAlarm')?.properties).toMatchObject({
      Namespace: metric.MetricNamespace,
      MetricName: metric.MetricName,
    });
    const lines: string[] = [];
    createLog([], (line) => lines.push(line)).error('x');
    const { level } = z.looseObject({ level: z.string() }).parse(JSON.parse(lines.join('')));
    expect(stack.get('FailedRemediations')?.properties['FilterPattern']).toBe(
      `{ ($.level = "${level}") || ($.remediation = "failed") }`,
    );
    expect(stack.get('Alarms')?.properties).toEqual({
      Subscription: [{ Protocol: 'email', Endpoint: 'oncall@acme.example' }],
    });
    expect(stackOf('bot.yaml').get('Alarms')?.properties).toEqual({});
  });
});
