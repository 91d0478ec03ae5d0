/** Templates against AWS's own schemas of resources, as the CDK project publishes them every week. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, Resource as ResourceSchema } from '@aws-cdk/service-spec-types';
import type { Json, Template } from './template.ts';

const schemas = loadAwsServiceSpecSync();

function schemaOf(type: string): ResourceSchema | undefined {
  return schemas.lookup('resource', 'cloudFormationType', 'equals', type).at(0);
}

export function attributesOf(type: string): ReadonlySet<string> {
  return new Set(Object.keys(schemaOf(type)?.attributes ?? {}));
}

/** Unknown types and properties, missing properties and values of another type, one sentence each. */
export function schemaProblems(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([name, { Type, Properties }]) => {
    const schema = schemaOf(Type);
    return schema
      ? objectProblems(Properties, schema.properties, name)
      : [`${name}: no resource type ${Type}`];
  });
}

function objectProblems(value: Json, properties: Readonly<Record<string, Property>>, path: string): string[] {
  if (!isObject(value)) return [`${path}: not an object`];
  const given = Object.entries(value).flatMap(([key, item]) => {
    const property = properties[key];
    return property ? valueProblems(item, property.type, `${path}.${key}`) : [`${path}: no property ${key}`];
  });
  const missing = Object.entries(properties)
    .filter(([key, { required }]) => required && !(key in value))
    .map(([key]) => `${path}: ${key} is missing`);
  return [...given, ...missing];
}

function valueProblems(value: Json, type: PropertyType, path: string): string[] {
  const branches = branchesOf(value);
  if (branches) return branches.flatMap((branch) => valueProblems(branch, type, path));
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, index) => valueProblems(item, type.element, `${path}[${index}]`))
        : [`${path}: not a list`];
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) => valueProblems(item, type.element, `${path}.${key}`))
        : [`${path}: not a map`];
    case 'ref':
      return objectProblems(value, schemas.get('typeDefinition', type.reference.$ref).properties, path);
    case 'union': {
      const problems = type.types.map((member) => valueProblems(value, member, path));
      return problems.some((found) => found.length === 0) ? [] : (problems[0] ?? []);
    }
    default:
      return isScalar(value, type) ? [] : [`${path}: not a ${type.type}`];
  }
}

/** Types that have no test here (dates, JSON, tags) take anything. */
function isScalar(value: Json, type: PropertyType): boolean {
  switch (type.type) {
    case 'string':
      return typeof value === 'string' && (type.allowedValues?.includes(value) ?? true);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return true;
  }
}

function isObject(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIntrinsic(value: Json): boolean {
  const [key, ...others] = isObject(value) ? Object.keys(value) : [];
  return key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'));
}

/** Both outcomes of an If; AWS::NoValue is no value. */
function branchesOf(value: Json): Json[] | undefined {
  const branches = isObject(value) ? value['Fn::If'] : undefined;
  if (!Array.isArray(branches)) return undefined;
  return branches.slice(1).filter((branch) => !(isObject(branch) && branch['Ref'] === 'AWS::NoValue'));
}
