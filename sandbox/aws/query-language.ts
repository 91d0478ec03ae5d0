import { AwsFailure } from './failure.ts';
import type { Answer, Value } from './operation.ts';
import { isKnownProperty, type ResourceRow } from './query-rows.ts';

/** Config's SQL as far as Keyturn asks: properties, COUNT(*) by one of them, `=`, `IN` and `AND`. */
export interface Query {
  readonly properties: readonly string[];
  readonly conditions: readonly Condition[];
  /** What is counted by. */
  readonly groupBy: string | undefined;
}

interface Condition {
  readonly property: string;
  readonly values: ReadonlySet<string>;
}

const literal = `'(?:[^']|'')*'`;
const condition = new RegExp(
  String.raw`^\s*([\w.]+)\s*(?:=\s*(${literal})|IN\s*\(\s*(${literal}(?:\s*,\s*${literal})*)\s*\))\s*(?:AND\b|$)`,
  'i',
);
const whole =
  /^\s*SELECT\s+([\w.,\s]+?|(\w+),\s*COUNT\(\*\))(?:\s+WHERE\s+([\s\S]+?))?(?:\s+GROUP\s+BY\s+(\w+))?\s*$/i;

/** Throws what Config answers to an expression that it does not understand. */
export function parseQuery(expression: string): Query {
  const [, list, counted, where, groupBy] = whole.exec(expression) ?? [];
  if (list === undefined || counted !== groupBy) throw invalidExpression(expression);
  const properties = counted === undefined ? list.split(',').map((property) => property.trim()) : [counted];
  if (!properties.every(isKnownProperty)) throw invalidExpression(list);
  return { properties, conditions: where === undefined ? [] : parseConditions(where), groupBy };
}

function parseConditions(where: string): Condition[] {
  const conditions = [];
  let rest = where;
  while (rest !== '') {
    const [matched, property, single, several] = condition.exec(rest) ?? [];
    if (matched === undefined || property === undefined || !isKnownProperty(property)) {
      throw invalidExpression(rest);
    }
    conditions.push({ property, values: new Set(literalsOf(single ?? several ?? '')) });
    rest = rest.slice(matched.length);
  }
  return conditions;
}

function literalsOf(list: string): string[] {
  return (
    list.match(new RegExp(literal, 'g'))?.map((quoted) => quoted.slice(1, -1).replaceAll("''", "'")) ?? []
  );
}

function invalidExpression(near: string): AwsFailure {
  return new AwsFailure(
    'InvalidExpressionException',
    `The expression is not valid near: ${near.slice(0, 60)}`,
  );
}

/** The rows that the query asks for, as JSON would have them. */
export function answerQuery(query: Query, rows: Iterable<ResourceRow>): Answer[] {
  const found = Iterator.from(rows).filter((row) =>
    query.conditions.every(({ property, values }) => matches(row.get(property), values)),
  );
  if (query.groupBy === undefined) return found.map((row) => select(row, query.properties)).toArray();
  const { groupBy } = query;
  const counts = new Map<Value, number>();
  for (const row of found) counts.set(row.get(groupBy), (counts.get(row.get(groupBy)) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ 'COUNT(*)': count, [groupBy]: value }));
}

/**
 * A property of list elements has a list of values, and one of them is enough, for each condition by itself: nothing
 * ties two conditions to one element.
 */
function matches(value: Value, wanted: ReadonlySet<string>): boolean {
  return [value].flat().some((one) => wanted.has(String(one)));
}

/** The chosen properties as an object, a dotted name as an object within. */
function select(row: ResourceRow, properties: readonly string[]): Answer {
  const chosen: Record<string, Value> = {};
  const configuration: Record<string, Value> = {};
  for (const property of properties) {
    const [outer = property, inner] = property.split('.');
    if (inner === undefined) chosen[outer] = row.get(property);
    else configuration[inner] = row.get(property);
  }
  return Object.keys(configuration).length === 0 ? chosen : { ...chosen, configuration };
}
