import { z } from 'zod';
import { configOf } from './account.ts';
import { accountsOf } from './aggregator.ts';
import { AwsFailure } from './failure.ts';
import { type Answer, type Operation, operation } from './operation.ts';
import { pageOf } from './paging.ts';
import { answerQuery, parseQuery, type Query } from './query-language.ts';
import { type ResourceRow, rowsOf } from './query-rows.ts';

const Select = z.object({
  Expression: z.string().min(1).max(4096),
  // AWS takes 0 for "the default".
  Limit: z.number().int().min(0).max(100).default(0),
  NextToken: z.string().optional(),
});
const SelectAggregate = Select.extend({ ConfigurationAggregatorName: z.string().min(1).max(256) });

/** Config's advanced queries, as far as they concern IAM users. */
export const queryOperations: Readonly<Record<string, Operation>> = {
  SelectResourceConfig: operation(Select, (input, { account, region }) => {
    const shown = { ...account, config: configOf(account, region) };
    return queryPage(parseQuery(input.Expression), rowsOf(shown), input);
  }),

  SelectAggregateResourceConfig: operation(SelectAggregate, (input, call) => {
    const { accounts, aggregator } = accountsOf(call, input.ConfigurationAggregatorName);
    const query = parseQuery(input.Expression);
    const rows = accounts.values().flatMap(rowsOf);
    const isEmptyPage = aggregator.emptyPageFirst === true && input.NextToken === undefined;
    return queryPage(query, rows, input, isEmptyPage);
  }),
};

/** Groups come 500 a page, other rows 25, unless the request says otherwise. */
function queryPage(
  query: Query,
  rows: Iterable<ResourceRow>,
  { Limit, NextToken }: z.output<typeof Select>,
  isEmpty = false,
): Answer {
  const invalid = new AwsFailure('InvalidNextTokenException', 'The nextToken provided is invalid');
  const size = Limit === 0 ? (query.groupBy === undefined ? 25 : 500) : Limit;
  const page = pageOf(answerQuery(query, rows), isEmpty ? 0 : size, NextToken, invalid);
  return {
    Results: page.items.map((row) => JSON.stringify(row)),
    QueryInfo: { SelectFields: query.properties.map((Name) => ({ Name })) },
    NextToken: page.next,
  };
}
