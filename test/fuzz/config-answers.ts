import assert from 'node:assert/strict';
import fc from 'fast-check';
import { z } from 'zod';
import { configCompliance } from '../../shared/aws/compliance.ts';
import { readConfigRule } from '../../shared/aws/config-rule.ts';
import { readRecordedUsers } from '../../shared/aws/recorded-users.ts';
import { rule } from '../aws/stand-in.ts';
import { configTarget } from './config-stand-in.ts';
import { mutatedJson, mutatedText } from './mutations.ts';
import { orRefused } from './target.ts';

const ids = ['AIDAEXAMPLE0000000001', 'AIDAEXAMPLE0000000002'];
const rows = ids.map((resourceId, index) => ({
  resourceId,
  resourceName: `user-${index}`,
  arn: `arn:aws:iam::111122223333:user/user-${index}`,
  tags: [{ key: 'owner', value: 'alice' }],
  configuration: { createDate: '2026-01-01T12:00:00.000Z' },
}));
const rowTexts = fc.tuple(
  ...rows.map((row) =>
    fc.oneof(
      fc.constant(JSON.stringify(row)),
      mutatedJson(row).map((value) => JSON.stringify(value) ?? ''),
      mutatedText(JSON.stringify(row)),
    ),
  ),
);
const usable = z.looseObject({ resourceId: z.string(), resourceName: z.string(), arn: z.string() });

export const recordedUsers = configTarget('Config rows', rowTexts, async ({ config, answer }, texts) => {
  answer({ SelectResourceConfig: { Results: texts } });
  const found = await orRefused(() => readRecordedUsers(config, ids));
  if (!found) return;
  // Nothing is refused, so that every row is one; and each is found as it says.
  for (const text of texts) {
    const row = usable.parse(JSON.parse(text));
    const last = texts
      .map((one) => usable.parse(JSON.parse(one)))
      .findLast(({ resourceId }) => resourceId === row.resourceId);
    assert.equal(found.get(row.resourceId)?.userName, last?.resourceName);
  }
});

const evaluation = (ResourceId: string, ResourceType = 'AWS::IAM::User') => ({
  EvaluationResultIdentifier: {
    EvaluationResultQualifier: { ConfigRuleName: rule.name, ResourceType, ResourceId },
  },
  ComplianceType: 'NON_COMPLIANT',
});
const page = {
  EvaluationResults: [...ids.map((id) => evaluation(id)), evaluation('111122223333', 'AWS::::Account')],
};
const described = {
  ConfigRules: [
    {
      ConfigRuleName: rule.name,
      ConfigRuleArn: rule.arn,
      ConfigRuleState: 'ACTIVE',
      Source: { Owner: 'AWS', SourceIdentifier: 'ACCESS_KEYS_ROTATED' },
      InputParameters: '{"maxAccessKeyAge":"90"}',
    },
  ],
};
const recorders = {
  DescribeConfigurationRecorders: { ConfigurationRecorders: [{ name: 'default' }] },
  DescribeConfigurationRecorderStatus: {
    ConfigurationRecordersStatus: [{ name: 'default', recording: true }],
  },
};
const entry = z.object({
  EvaluationResultIdentifier: z.object({
    EvaluationResultQualifier: z.object({
      ResourceType: z.literal('AWS::IAM::User'),
      ResourceId: z.string(),
    }),
  }),
});
/** The entries that name a user, as far as the answer is a page at all. */
function named(answer: unknown): string[] {
  const { data } = z.object({ EvaluationResults: z.array(z.unknown()) }).safeParse(answer);
  return (data?.EvaluationResults ?? []).flatMap((one) => {
    const qualifier = entry.safeParse(one).data?.EvaluationResultIdentifier.EvaluationResultQualifier;
    return qualifier?.ResourceId ? [qualifier.ResourceId] : [];
  });
}

export const compliancePages = configTarget(
  'compliance pages',
  mutatedJson(page),
  async ({ config, answer }, changed) => {
    answer({
      DescribeConfigRules: described,
      ...recorders,
      GetComplianceDetailsByConfigRule: changed,
    });
    const compliance = await orRefused(() => configCompliance(config, rule.name).readCompliance());
    for (const id of compliance ? named(changed) : []) {
      assert.ok(compliance?.nonCompliantUserIds.includes(id), `${id} is hidden`);
    }
    assert.ok(compliance?.nonCompliantUserIds.every((id) => typeof id === 'string') ?? true);
  },
);

const rules = fc.oneof(
  mutatedJson(described),
  mutatedText('{"maxAccessKeyAge":"90"}').map((InputParameters) => ({
    ConfigRules: described.ConfigRules.map((one) => ({ ...one, InputParameters })),
  })),
);

export const ruleParameters = configTarget('rule parameters', rules, async ({ config, answer }, changed) => {
  answer({ DescribeConfigRules: changed });
  const read = await orRefused(() => readConfigRule(config, rule.name));
  if (!read) return;
  assert.ok(Number.isInteger(read.maxAccessKeyAge) && read.maxAccessKeyAge >= 0);
  assert.match(read.accountId, /^\d{12}$/);
  assert.ok(read.region !== '' && read.partition !== '');
});
