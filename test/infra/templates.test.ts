import { describe, expect, test } from '@jest/globals';
import { brokenReferences } from './references.ts';
import { schemaProblems } from './resource-schema.ts';
import { parseTemplate, readTemplate, readTemplateText, templateNames } from './template.ts';

test('there are the four templates', () => {
  expect(templateNames).toEqual(['account.yaml', 'bot.yaml', 'member.yaml', 'organization.yaml']);
});

describe.each(templateNames)('%s', (file) => {
  const text = readTemplateText(file);
  const template = readTemplate(file);

  test('holds what AWS calls valid resources', () => {
    expect(schemaProblems(template)).toEqual([]);
  });

  test('refers to what exists, and uses all that it declares', () => {
    expect(brokenReferences(template)).toEqual([]);
  });

  test('reads the same in YAML 1.1, which CloudFormation speaks', () => {
    expect(parseTemplate(`%YAML 1.1\n---\n${text}`)).toEqual(template);
  });

  test('names no partition', () => {
    const written = text.replaceAll(/^.*(AllowedPattern|Description):.*$/gm, '');
    expect(written).not.toMatch(/arn:aws|amazonaws\.com\.cn|us-gov/);
    expect(text).toMatch(/arn:\$\{AWS::Partition\}:/);
  });

  test('is small enough to be uploaded from a shell', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(51_200);
  });

  test.each(Object.entries(template.Parameters))(
    'parameter %s has a default that it accepts',
    (_name, parameter) => {
      const { AllowedPattern, AllowedValues, Default, MaxValue = Infinity, MinValue = -Infinity } = parameter;
      if (Default === undefined) return;
      if (AllowedPattern !== undefined) expect(Default).toMatch(new RegExp(`^(?:${AllowedPattern})$`));
      if (AllowedValues) expect(AllowedValues).toContain(Default);
      if (typeof Default === 'number') expect(Default >= MinValue && Default <= MaxValue).toBe(true);
    },
  );
});

describe('the checks', () => {
  const wrong = parseTemplate(`
AWSTemplateFormatVersion: "2010-09-09"
Description: Everything that the checks must see
Parameters:
  Idle: {Type: String, Description: Nobody uses this one}
Conditions:
  Sometimes: !Equals [!Ref AWS::Region, us-east-1]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Condition: Sometimes
    DependsOn: Ghost
    Properties: {TopicNam: x, FifoTopic: maybe}
  Role:
    Type: AWS::IAM::Role
    Condition: Never
    Properties:
      Description: !Ref Nobody
      Path: !GetAtt Topic.Color
      RoleName: !Ref Topic
      Policies: !If [Unheard, [{PolicyName: !Sub "\${Absent}", PolicyDocument: {}}], [{PolicyName: b}]]
  Thing: {Type: AWS::No::Such}
`);

  test('find unknown types and properties, missing ones and wrong values', () => {
    expect(schemaProblems(wrong)).toEqual([
      'Topic: no property TopicNam',
      'Topic.FifoTopic: not a boolean',
      'Role.Policies[0]: PolicyDocument is missing',
      'Role: AssumeRolePolicyDocument is missing',
      'Thing: no resource type AWS::No::Such',
    ]);
  });

  test('find what is missing, what may be missing, and what is used nowhere', () => {
    expect(brokenReferences(wrong)).toEqual([
      'Role: nothing is named Nobody',
      'Role: AWS::SNS::Topic has no attribute Color',
      'Role: Topic exists only under Sometimes',
      'Role: no condition Unheard',
      'Role: nothing is named Absent',
      'Topic: no resource Ghost',
      'Role: no condition Never',
      'Idle is used nowhere',
    ]);
  });

  test('find unknown tags and doubled keys', () => {
    expect(() => parseTemplate('a: !Reff b')).toThrow('Unresolved tag: !Reff');
    expect(() => parseTemplate('a: 1\na: 2')).toThrow('Map keys must be unique');
  });
});
