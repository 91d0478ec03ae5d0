import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDocument, type ScalarTag, type Tags } from 'yaml';
import { z } from 'zod';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Condition?: string | undefined;
  readonly DependsOn?: string | undefined;
  readonly Properties: Json;
}

const json = z.json();
const resourceSchema = z.strictObject({
  Type: z.string().regex(/^AWS::\w+::\w+$/),
  Condition: z.string().optional(),
  DependsOn: z.string().optional(),
  DeletionPolicy: z.enum(['Delete', 'Retain']).optional(),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain']).optional(),
  Properties: z.record(z.string(), json).default({}),
});

/** Source: CloudFormation User Guide, Parameters. */
const parameterSchema = z.strictObject({
  Type: z.enum(['String', 'Number', 'AWS::EC2::VPC::Id', 'List<AWS::EC2::Subnet::Id>']),
  Description: z.string().min(10).max(4_000),
  Default: z.union([z.string(), z.number()]).optional(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(z.union([z.string(), z.number()])).optional(),
  MinValue: z.number().optional(),
  MaxValue: z.number().optional(),
});
export type Parameter = z.infer<typeof parameterSchema>;

const name = z.string().regex(/^[A-Za-z0-9]{1,255}$/);
const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09'),
  Description: z.string().max(1_024),
  Parameters: z.record(name, parameterSchema),
  Conditions: z.record(name, json),
  Rules: z.record(name, json).default({}),
  Resources: z.record(name, resourceSchema),
  Outputs: z
    .record(name, z.strictObject({ Description: z.string(), Condition: z.string().optional(), Value: json }))
    .default({}),
});
export type Template = z.infer<typeof templateSchema>;

const folder = resolve(import.meta.dirname, '../../infra');

export const templateNames = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

/** CloudFormation's short forms (`!Ref x`) as the long ones (`{Ref: x}`). */
function shortForm(tag: string, key: string): Tags {
  const scalar: ScalarTag = {
    tag: `!${tag}`,
    resolve: (text) => ({ [key]: tag === 'GetAtt' ? text.split(/\.(.*)/s).slice(0, 2) : text }),
  };
  return [
    scalar,
    { tag: `!${tag}`, collection: 'seq', resolve: (list) => ({ [key]: list.toJSON() }) },
    { tag: `!${tag}`, collection: 'map', resolve: (map) => ({ [key]: map.toJSON() }) },
  ];
}

const shortForms: Tags = [
  ...shortForm('Ref', 'Ref'),
  ...shortForm('Condition', 'Condition'),
  ...['GetAtt', 'Sub', 'If', 'Not', 'Equals', 'And', 'Or', 'Join', 'Select', 'Split'].flatMap((tag) =>
    shortForm(tag, `Fn::${tag}`),
  ),
];

/** A template as plain data. Throws on YAML that has any error or warning, unknown tags included. */
export function parseTemplate(text: string): Template {
  const document = parseDocument(text, { customTags: shortForms, uniqueKeys: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw problem;
  return templateSchema.parse(document.toJS());
}

export function readTemplateText(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

export function readTemplate(file: string): Template {
  return parseTemplate(readTemplateText(file));
}
