import {
  type ConfigServiceClient,
  NoSuchConfigurationAggregatorException,
  paginateSelectAggregateResourceConfig,
} from '@aws-sdk/client-config-service';
import type { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import { parseJson } from '../trail/parse-json.ts';
import { readAnswer } from './aws-answer.ts';
import { askingForPages } from './aws-error.ts';

/** A Config aggregator, and the rule that it is asked about. */
export interface Aggregator {
  readonly config: ConfigServiceClient;
  readonly name: string;
  readonly ruleName: string;
  /** Of the rule and the aggregator. */
  readonly region: string;
}

const selectAction = 'config:SelectAggregateResourceConfig';

/**
 * The rows of a query, a hundred a page, which is the most but for counts: of these AWS gives 500 unless it is told
 * otherwise. Pages may be empty while more follow.
 *
 * @throws KeyturnError `aggregator-missing`, `aws-…`
 */
export async function selectRows<Row>(
  { config, name }: Aggregator,
  expression: string,
  schema: z.ZodType<Row>,
  paging: { readonly pageSize?: number } = { pageSize: 100 },
): Promise<Row[]> {
  const paginator = paginateSelectAggregateResourceConfig(
    { client: config, ...paging },
    { ConfigurationAggregatorName: name, Expression: expression },
  );
  const pages = await namingAggregator(name, askingForPages(selectAction, paginator));
  return pages
    .flatMap(({ Results = [] }) => Results)
    .map((row) => readAnswer(selectAction, schema, parseJson(row)));
}

/** @throws KeyturnError `aggregator-missing` in the place of AWS's own word for it */
export async function namingAggregator<Answer>(name: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof KeyturnError && error.cause instanceof NoSuchConfigurationAggregatorException)) {
      throw error;
    }
    const fact = `There is no Config aggregator ${name} in this account and region.`;
    throw new KeyturnError('aggregator-missing', fact, { cause: error.cause });
  }
}
