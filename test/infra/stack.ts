/** What CloudFormation would make of a template, as far as its IAM documents need it: every intrinsic resolved. */
import type { Json, Template } from './template.ts';

export interface Surroundings {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

export type Stack = ReadonlyMap<string, { readonly type: string; readonly properties: Record<string, Json> }>;

const noValue = Symbol('AWS::NoValue');
type Resolved = Json | typeof noValue;

/** ARNs that AWS would give; names and ids that it makes up are made up. */
const arns: Readonly<Record<string, (at: Surroundings, name: string) => string>> = {
  'AWS::IAM::Role': ({ partition, accountId }, name) => `arn:${partition}:iam::${accountId}:role/${name}`,
  'AWS::IAM::OIDCProvider': ({ partition, accountId }) =>
    `arn:${partition}:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`,
  'AWS::Config::ConfigRule': ({ partition, region, accountId }) =>
    `arn:${partition}:config:${region}:${accountId}:config-rule/config-rule-abc123`,
  'AWS::Config::ConfigurationAggregator': ({ partition, region, accountId }) =>
    `arn:${partition}:config:${region}:${accountId}:config-aggregator/config-aggregator-abc123`,
  'AWS::S3::Bucket': ({ partition }) => `arn:${partition}:s3:::bucket`,
};
/** Types whose Ref is an ARN. */
const referredByArn = new Set(['AWS::IAM::OIDCProvider', 'AWS::SNS::Topic']);

export function deploy(template: Template, at: Surroundings): Stack {
  const resources = Object.entries(template.Resources).flatMap(([logicalName, resource]) => {
    if (resource.Condition !== undefined && !holds(template, at, resource.Condition)) return [];
    const properties = resolve(template, at, resource.Properties);
    if (!isObject(properties)) throw new Error(`${logicalName} has no properties`);
    return [[logicalName, { type: resource.Type, properties }] as const];
  });
  return new Map(resources);
}

function holds(template: Template, at: Surroundings, condition: string): boolean {
  return resolve(template, at, template.Conditions[condition] ?? null) === true;
}

function resolve(template: Template, at: Surroundings, value: Json): Resolved {
  if (Array.isArray(value)) return present(value.map((item) => resolve(template, at, item)));
  if (!isObject(value)) return value;
  const [[key = '', argument = null] = []] = Object.entries(value);
  const list = Array.isArray(argument) ? argument : [argument];
  switch (key) {
    case 'Ref':
      return refer(template, at, String(argument));
    case 'Fn::GetAtt':
      return attribute(template, at, String(list[0]), String(list[1]));
    case 'Fn::Sub':
      return substitute(template, at, String(argument));
    case 'Fn::If':
      return resolve(template, at, (holds(template, at, String(list[0])) ? list[1] : list[2]) ?? null);
    case 'Fn::Equals':
      return JSON.stringify(resolve(template, at, list[0] ?? null)) === JSON.stringify(list[1]);
    case 'Fn::Not':
      return resolve(template, at, list[0] ?? null) !== true;
  }
  const entries = Object.entries(value).map(([name, item]) => [name, resolve(template, at, item)] as const);
  return Object.fromEntries(entries.flatMap(([name, item]) => (item === noValue ? [] : [[name, item]])));
}

function present(items: readonly Resolved[]): Json[] {
  return items.flatMap((item) => (item === noValue ? [] : [item]));
}

function refer(template: Template, at: Surroundings, name: string): Resolved {
  switch (name) {
    case 'AWS::NoValue':
      return noValue;
    case 'AWS::AccountId':
      return at.accountId;
    case 'AWS::Partition':
      return at.partition;
    case 'AWS::Region':
      return at.region;
    case 'AWS::StackName':
      return 'keyturn';
    case 'AWS::URLSuffix':
      return at.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  }
  const parameter = template.Parameters[name];
  if (parameter) {
    const given = at.parameters[name] ?? parameter.Default;
    if (given === undefined) throw new Error(`The parameter ${name} has no value`);
    return given;
  }
  const type = template.Resources[name]?.Type ?? '';
  return referredByArn.has(type) ? attribute(template, at, name, 'Arn') : name;
}

function attribute(template: Template, at: Surroundings, name: string, attributeName: string): string {
  const { Type = '', Properties = {} } = template.Resources[name] ?? {};
  if (!attributeName.endsWith('Arn')) return `${name}.${attributeName}`;
  const given = isObject(Properties) ? Properties['RoleName'] : undefined;
  const physicalName = given === undefined ? name : String(resolve(template, at, given));
  const make = arns[Type];
  return make
    ? make(at, physicalName)
    : `arn:${at.partition}:made-up:${at.region}:${at.accountId}:${physicalName}`;
}

/** `${!Literal}` is not used in these templates. */
function substitute(template: Template, at: Surroundings, text: string): string {
  return text.replaceAll(/\$\{([^}.]+)(?:\.([^}]+))?\}/g, (_match, name: string, attributeName?: string) =>
    attributeName === undefined
      ? String(refer(template, at, name))
      : attribute(template, at, name, attributeName),
  );
}

function isObject(value: Resolved): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
