import {
  type ConfigServiceClient,
  NoSuchConfigurationAggregatorException,
  paginateSelectAggregateResourceConfig,
} from '@aws-sdk/client-config-service';
import { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import { parseJson } from '../trail/parse-json.ts';
import { readAnswer } from './aws-answer.ts';
import { askingForPages } from './pages.ts';
import { readRows, type Told } from './told-rows.ts';

/** A Config aggregator, and the rule that it is asked about. */
export interface Aggregator {
  readonly config: ConfigServiceClient;
  readonly name: string;
  readonly ruleName: string;
  /** Of the rule and the aggregator. */
  readonly region: string;
}

const selectAction = 'config:SelectAggregateResourceConfig';

const pageSchema = z.object({ Results: z.array(z.string()).default([]) });

/**
 * The rows of a query, which has to select `accountId`; a hundred a page, which is the most but for counts: of these AWS
 * gives 500 unless it is told otherwise. Pages may be empty while more follow.
 *
 * @throws KeyturnError `aggregator-missing`, `aws-…`; `aws-answer-unexpected` also for a row that nobody can be told of
 */
export async function selectRows<Row>(
  { config, name }: Aggregator,
  expression: string,
  schema: z.ZodType<Row>,
  paging: { readonly pageSize?: number } = { pageSize: 100 },
): Promise<Told<Row>> {
  const paginator = paginateSelectAggregateResourceConfig(
    { client: config, ...paging },
    { ConfigurationAggregatorName: name, Expression: expression },
  );
  const pages = await namingAggregator(name, askingForPages(selectAction, paginator));
  const texts = pages.flatMap((page) => readAnswer(selectAction, pageSchema, page).Results);
  const form = { action: selectAction, schema, accountMember: 'accountId' } as const;
  return readRows(
    form,
    // What is no JSON stays the text that it is.
    texts.map((text) => parseJson(text) ?? text),
  );
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

/** Whether a row tells of the aggregator's own region, or of what is in none. */
export function isOfRegion(
  { awsRegion }: { readonly awsRegion: string },
  { region }: Pick<Aggregator, 'region'>,
): boolean {
  return awsRegion === region || awsRegion === 'global';
}
