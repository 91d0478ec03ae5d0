import { z } from 'zod';
import { configOf } from './account.ts';
import type { RecordedUser } from './config-state.ts';
import { AwsFailure } from './failure.ts';
import { type Answer, type Operation, operation, type Value } from './operation.ts';
import { pageOf } from './paging.ts';

const Select = z.object({
  Expression: z.string().min(1).max(4096),
  // AWS takes 0 for "the default".
  Limit: z.number().int().min(0).max(100).default(0),
  NextToken: z.string().optional(),
});

/** Config's advanced queries, as far as they concern IAM users: properties, `=`, `IN` and `AND`. */
export const queryOperations: Readonly<Record<string, Operation>> = {
  SelectResourceConfig: operation(Select, (input, call) => {
    const query = parseQuery(input.Expression);
    const users = configOf(call.account, call.region).recordedUsers.values();
    const rows = users
      .map((user) => propertiesOf(user, call.account.id))
      .filter((row) =>
        query.conditions.every(({ property, values }) => values.has(String(row.get(property)))),
      )
      .toArray();
    const invalid = new AwsFailure('InvalidNextTokenException', 'The nextToken provided is invalid');
    const page = pageOf(rows, input.Limit === 0 ? 25 : input.Limit, input.NextToken, invalid);
    return {
      Results: page.items.map((row) => JSON.stringify(select(row, query.properties))),
      QueryInfo: { SelectFields: query.properties.map((Name) => ({ Name })) },
      NextToken: page.next,
    };
  }),
};

interface Query {
  readonly properties: readonly string[];
  readonly conditions: readonly { readonly property: string; readonly values: ReadonlySet<string> }[];
}

const literal = `'(?:[^']|'')*'`;
const condition = new RegExp(
  String.raw`^\s*([\w.]+)\s*(?:=\s*(${literal})|IN\s*\(\s*(${literal}(?:\s*,\s*${literal})*)\s*\))\s*(?:AND\b|$)`,
  'i',
);

function parseQuery(expression: string): Query {
  const [, list, where] = /^\s*SELECT\s+([\w.,\s]+?)(?:\s+WHERE\s+([\s\S]+))?\s*$/i.exec(expression) ?? [];
  if (list === undefined) throw invalidExpression(expression);
  const properties = list.split(',').map((property) => property.trim());
  if (!properties.every((property) => knownProperties.has(property))) throw invalidExpression(list);
  return { properties, conditions: where === undefined ? [] : parseConditions(where) };
}

function parseConditions(where: string): Query['conditions'] {
  const conditions = [];
  let rest = where;
  while (rest !== '') {
    const [matched, property, single, several] = condition.exec(rest) ?? [];
    if (matched === undefined || property === undefined || !knownProperties.has(property)) {
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

function propertiesOf(user: RecordedUser, accountId: string): ReadonlyMap<string, Value> {
  const tags = Object.entries(user.tags).map(([key, value]) => ({ tag: `${key}=${value}`, key, value }));
  return new Map<string, Value>([
    ['resourceId', user.id],
    ['resourceName', user.name],
    ['resourceType', 'AWS::IAM::User'],
    ['arn', user.arn],
    ['accountId', accountId],
    ['awsRegion', 'global'],
    ['tags', tags],
    ['configuration.createDate', user.createdAt.toISOString()],
    ['configuration.userName', user.name],
  ]);
}

const knownProperties: ReadonlySet<string> = new Set(
  propertiesOf({ id: '', name: '', arn: '', createdAt: new Date(0), tags: {} }, '').keys(),
);

/** The chosen properties as an object, a dotted name as an object within. */
function select(row: ReadonlyMap<string, Value>, properties: readonly string[]): Answer {
  const chosen: Record<string, Value> = {};
  const configuration: Record<string, Value> = {};
  for (const property of properties) {
    const [outer = property, inner] = property.split('.');
    if (inner === undefined) chosen[outer] = row.get(property);
    else configuration[inner] = row.get(property);
  }
  return Object.keys(configuration).length === 0 ? chosen : { ...chosen, configuration };
}
