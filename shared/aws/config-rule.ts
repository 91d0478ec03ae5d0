import {
  type ConfigServiceClient,
  DescribeConfigRulesCommand,
  NoSuchConfigRuleException,
} from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import type { RuleSnapshot } from '../findings/ports.ts';
import { parseJson } from '../trail/parse-json.ts';
import { readAnswer } from './aws-answer.ts';
import { asking } from './aws-error.ts';

const managedRule = 'ACCESS_KEYS_ROTATED';

/** What AWS takes when the parameter is not given; in days. */
const defaultMaxAccessKeyAge = 90;

const arnPattern = /^arn:(?<partition>[\w-]+):config:(?<region>[\w-]+):(?<accountId>\d{12}):config-rule\//;

const action = 'config:DescribeConfigRules';

const ruleSchema = z.object({
  ConfigRuleState: z.string().optional(),
  ConfigRuleArn: z.string().optional(),
  Source: z.object({ SourceIdentifier: z.string().optional() }).optional(),
  InputParameters: z.string().optional(),
});
type ConfigRule = z.infer<typeof ruleSchema>;

const answerSchema = z.object({ ConfigRules: z.array(ruleSchema).default([]) });

/** Config writes parameters as strings; a rule made by hand may hold a number. */
const parametersSchema = z.object({
  maxAccessKeyAge: z
    .union([z.string().regex(/^\d{1,5}$/), z.int().nonnegative()])
    .transform(Number)
    .default(defaultMaxAccessKeyAge),
});

/**
 * The Config rule of that name, if it is an ACCESS_KEYS_ROTATED rule that is in force.
 *
 * Account, partition and region come from its ARN, which saves a GetCallerIdentity.
 *
 * @param member id of the account that is asked, where there are many: its errors then say whose the rule is.
 * @throws KeyturnError `config-rule-missing`, `-inactive`, `-other`, `-parameters`, `aws-…`
 */
export async function readConfigRule(
  config: ConfigServiceClient,
  name: string,
  member?: string,
): Promise<RuleSnapshot> {
  const rule = await describeRule(config, name, member);
  const called = `The Config rule ${name}${member === undefined ? '' : ` of account ${member}`}`;
  // EVALUATING is a moment in the life of an ACTIVE rule; its earlier results stay readable.
  if (rule.ConfigRuleState !== 'ACTIVE' && rule.ConfigRuleState !== 'EVALUATING') {
    throw new KeyturnError('config-rule-inactive', `${called} is ${rule.ConfigRuleState}.`);
  }
  const source = rule.Source?.SourceIdentifier;
  if (source !== managedRule) {
    throw new KeyturnError('config-rule-other', `${called} is ${source}, not ${managedRule}.`);
  }
  const arn = rule.ConfigRuleArn ?? '';
  const { partition, region, accountId } = arnPattern.exec(arn)?.groups ?? {};
  if (partition === undefined || region === undefined || accountId === undefined) {
    throw new KeyturnError('aws-answer-unexpected', `${called} has no ARN of a rule ("${arn}").`);
  }
  return { name, arn, accountId, region, partition, maxAccessKeyAge: maxAccessKeyAge(called, rule) };
}

async function describeRule(
  config: ConfigServiceClient,
  name: string,
  member: string | undefined,
): Promise<ConfigRule> {
  const command = new DescribeConfigRulesCommand({ ConfigRuleNames: [name] });
  const answer = await asking(
    action,
    config.send(command).catch((error: unknown) => {
      if (error instanceof NoSuchConfigRuleException) return undefined;
      throw error;
    }),
  );
  const [rule] = answer ? readAnswer(action, answerSchema, answer).ConfigRules : [];
  if (rule) return rule;
  const region = await config.config.region();
  const place = member === undefined ? region : `${region} of account ${member}`;
  throw new KeyturnError('config-rule-missing', `There is no Config rule ${name} in ${place}.`);
}

function maxAccessKeyAge(called: string, rule: ConfigRule): number {
  const text = rule.InputParameters || '{}';
  const parsed = parametersSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.maxAccessKeyAge;
  throw new KeyturnError(
    'config-rule-parameters',
    `${called} has parameters without a usable maxAccessKeyAge: ${text}.`,
  );
}
