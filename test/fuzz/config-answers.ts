import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import fc from 'fast-check';
import { z } from 'zod';
import { readerClients } from '../../shared/aws/clients.ts';
import { configCompliance } from '../../shared/aws/compliance.ts';
import { readConfigRule } from '../../shared/aws/config-rule.ts';
import { readRecordedUsers } from '../../shared/aws/recorded-users.ts';
import { connection, rule } from '../aws/stand-in.ts';
import { mutatedJson, mutatedText } from './mutations.ts';
import { orRefused, type Target } from './target.ts';

type Answers = Readonly<Record<string, unknown>>;

/** AWS Config that answers whatever a case says, to the real SDK. */
async function startConfig() {
  let answers: Answers = {};
  const server = createServer((request, response) => {
    request.resume();
    const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
    const body = JSON.stringify(answers[operation] ?? {}) ?? 'null';
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${address.port}`;
  const { config } = readerClients({ ...connection, maxAttempts: 1 });
  return {
    config,
    answer: (next: Answers) => {
      answers = next;
    },
    async close() {
      delete process.env['AWS_ENDPOINT_URL'];
      config.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function target<Case>(
  name: string,
  cases: fc.Arbitrary<Case>,
  test: (config: ConfigServiceClient, answer: (next: Answers) => void, one: Case) => Promise<void>,
): Target {
  return {
    name,
    async open() {
      const { config, answer, close } = await startConfig();
      return { property: fc.asyncProperty(cases, (one) => test(config, answer, one)), close };
    },
  };
}

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

export const recordedUsers = target('Config rows', rowTexts, async (config, answer, texts) => {
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

export const compliancePages = target(
  'compliance pages',
  mutatedJson(page),
  async (config, answer, changed) => {
    answer({
      DescribeConfigRules: described,
      ...recorders,
      GetComplianceDetailsByConfigRule: withoutNext(changed),
    });
    const compliance = await orRefused(() => configCompliance(config, rule.name).readCompliance());
    for (const id of compliance ? named(changed) : []) {
      assert.ok(compliance?.nonCompliantUserIds.includes(id), `${id} is hidden`);
    }
    assert.ok(compliance?.nonCompliantUserIds.every((id) => typeof id === 'string') ?? true);
  },
);

/** A page that always says that there is another would be asked for without end. */
function withoutNext(answer: unknown): unknown {
  return answer !== null && typeof answer === 'object' && !Array.isArray(answer)
    ? { ...answer, NextToken: undefined }
    : answer;
}

const rules = fc.oneof(
  mutatedJson(described),
  mutatedText('{"maxAccessKeyAge":"90"}').map((InputParameters) => ({
    ConfigRules: described.ConfigRules.map((one) => ({ ...one, InputParameters })),
  })),
);

export const ruleParameters = target('rule parameters', rules, async (config, answer, changed) => {
  answer({ DescribeConfigRules: changed });
  const read = await orRefused(() => readConfigRule(config, rule.name));
  if (!read) return;
  assert.ok(Number.isInteger(read.maxAccessKeyAge) && read.maxAccessKeyAge >= 0);
  assert.match(read.accountId, /^\d{12}$/);
  assert.ok(read.region !== '' && read.partition !== '');
});
