/**
 * Whether what a template refers to exists. No linter for CloudFormation on npm is kept (the one of AWS is a Python program),
 * so this checks what templates here use: Ref, GetAtt, Sub, If, conditions, DependsOn.
 */
import { attributesOf } from './resource-schema.ts';
import type { Json, Template } from './template.ts';

export interface Reference {
  readonly kind: 'value' | 'attribute' | 'condition';
  readonly name: string;
  readonly attribute?: string;
  /** Names of the conditions under which it is reached, `!` before those that must not hold. */
  readonly under: readonly string[];
}

const pseudoParameters = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** Every reference in a value, with the conditions on the way to it. */
export function referencesIn(value: Json, under: readonly string[] = []): Reference[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => referencesIn(item, under));
  return Object.entries(value).flatMap(([key, argument]) => referencesOf(key, argument, under));
}

function referencesOf(key: string, argument: Json, under: readonly string[]): Reference[] {
  switch (key) {
    case 'Ref':
      return [{ kind: 'value', name: String(argument), under }];
    case 'Condition':
      if (typeof argument === 'string') return [{ kind: 'condition', name: argument, under }];
      break;
    case 'Fn::GetAtt': {
      const [name = '', attribute = ''] = Array.isArray(argument) ? argument.map(String) : [];
      return [{ kind: 'attribute', name, attribute, under }];
    }
    case 'Fn::Sub':
      return substitutionsIn(argument, under);
    case 'Fn::If': {
      const [condition = '', whenTrue = null, whenFalse = null] = Array.isArray(argument) ? argument : [];
      return [
        { kind: 'condition', name: String(condition), under },
        ...referencesIn(whenTrue, [...under, String(condition)]),
        ...referencesIn(whenFalse, [...under, `!${condition}`]),
      ];
    }
  }
  return referencesIn(argument, under);
}

function substitutionsIn(argument: Json, under: readonly string[]): Reference[] {
  if (typeof argument !== 'string') throw new Error('Only the form of Sub without a map is known here');
  return [...argument.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, text = '']) => {
    const [name = '', attribute] = text.split(/\.(.*)/s);
    return attribute === undefined
      ? { kind: 'value', name, under }
      : { kind: 'attribute', name, attribute, under };
  });
}

interface Place {
  readonly where: string;
  readonly value: Json;
  readonly under: readonly string[];
}

function placesOf(template: Template): Place[] {
  const conditions = Object.entries({ ...template.Conditions, ...template.Rules });
  return [
    ...conditions.map(([where, value]) => ({ where, value, under: [] })),
    ...Object.entries(template.Resources).map(([where, { Condition, Properties }]) => ({
      where,
      value: Properties,
      under: Condition === undefined ? [] : [Condition],
    })),
    ...Object.entries(template.Outputs).map(([where, { Condition, Value }]) => ({
      where,
      value: Value,
      under: Condition === undefined ? [] : [Condition],
    })),
  ];
}

/** What is wrong with the references of a template, one sentence each. */
export function brokenReferences(template: Template): string[] {
  const used = new Set<string>();
  const broken = placesOf(template).flatMap(({ where, value, under }) => {
    for (const condition of under) used.add(condition);
    return referencesIn(value, under).flatMap((reference) => {
      used.add(reference.name);
      const problem = problemOf(template, reference);
      return problem === undefined ? [] : [`${where}: ${problem}`];
    });
  });
  const undefinedConditions = Object.entries(template.Resources).flatMap(
    ([where, { Condition, DependsOn }]) => [
      ...(Condition !== undefined && !(Condition in template.Conditions)
        ? [`${where}: no condition ${Condition}`]
        : []),
      ...(DependsOn !== undefined && !(DependsOn in template.Resources)
        ? [`${where}: no resource ${DependsOn}`]
        : []),
    ],
  );
  const unused = [...Object.keys(template.Parameters), ...Object.keys(template.Conditions)]
    .filter((name) => !used.has(name))
    .map((name) => `${name} is used nowhere`);
  return [...broken, ...undefinedConditions, ...unused];
}

function problemOf(template: Template, { kind, name, attribute, under }: Reference): string | undefined {
  if (kind === 'condition') return name in template.Conditions ? undefined : `no condition ${name}`;
  if (kind === 'value' && (name in template.Parameters || pseudoParameters.has(name))) return undefined;
  const resource = template.Resources[name];
  if (!resource) return `nothing is named ${name}`;
  if (attribute !== undefined && !attributesOf(resource.Type).has(attribute)) {
    return `${resource.Type} has no attribute ${attribute}`;
  }
  const { Condition } = resource;
  const exists = Condition === undefined || under.includes(Condition);
  return exists ? undefined : `${name} exists only under ${Condition}`;
}
