import type { z } from 'zod';
import { KeyturnError } from '../errors.ts';
import { accountId } from '../trail/bounds.ts';
import { clip, oneLine } from '../trail/text.ts';
import { isRecord } from '../trust-boundaries.ts';
import { firstFault } from './aws-answer.ts';

/** Why nothing is believed of what an aggregator tells of an account, by account id. */
export type Disbelieved = ReadonlyMap<string, KeyturnError>;

/** What an aggregator tells of many accounts in one answer. */
export interface Told<Row> {
  readonly rows: readonly Row[];
  /** Of accounts with a row that is not as AWS documents it; their other rows are among `rows`. */
  readonly unreadable: Disbelieved;
}

interface RowForm<Row> {
  readonly action: string;
  readonly schema: z.ZodType<Row>;
  /** The member of a row that names its account. */
  readonly accountMember: 'accountId' | 'AccountId';
}

/** Characters of a row that are shown: AWS's own begin with the account, and tags are none of the log's business. */
const mostQuoted = 80;

/**
 * The rows of one answer. One that cannot be read costs its own account the scan, and no other.
 *
 * @throws KeyturnError `aws-answer-unexpected` when a row cannot be read and does not say whose it is either: it may be
 * about anybody.
 */
export function readRows<Row>(
  { action, schema, accountMember }: RowForm<Row>,
  found: readonly unknown[],
): Told<Row> {
  const rows: Row[] = [];
  const unreadable = new Map<string, KeyturnError>();
  for (const row of found) {
    const parsed = schema.safeParse(row);
    if (parsed.success) {
      rows.push(parsed.data);
      continue;
    }
    const owner = accountId.safeParse(isRecord(row) ? row[accountMember] : undefined).data;
    const whose = owner === undefined ? `, nor does it say whose it is: ${quote(row)}` : '';
    const fact = `A row of the answer to ${action} is not as AWS documents it (${firstFault(parsed.error)})${whose}.`;
    const error = new KeyturnError('aws-answer-unexpected', fact, { cause: parsed.error });
    if (owner === undefined) throw error;
    if (!unreadable.has(owner)) unreadable.set(owner, error);
  }
  return { rows, unreadable };
}

/** The first reason counts, as it does in one answer. */
export function allDisbelieved(...told: readonly { readonly unreadable: Disbelieved }[]): Disbelieved {
  return new Map(told.toReversed().flatMap(({ unreadable }) => [...unreadable]));
}

function quote(row: unknown): string {
  return clip(oneLine(typeof row === 'string' ? row : (JSON.stringify(row) ?? '')), mostQuoted);
}
