import { KeyturnError } from '../errors.ts';
import { parseCsv } from './csv.ts';
import { type LastUse, lastUse } from './last-use.ts';
import { parseMoment, wholeSeconds } from './moments.ts';

/** One of the two places for an access key that the report has for each user. It has no key id. */
export interface KeySlot {
  readonly active: boolean;
  /** When the key was created **or last changed**, ISO-8601 UTC with whole seconds; empty when unknown. */
  readonly rotatedAt: string;
  readonly lastUse: LastUse;
}

/** One user's row. */
export interface ReportedUser {
  /** The places that hold a key. */
  readonly slots: readonly KeySlot[];
  /** Absent: the user has no login profile. */
  readonly password?: {
    readonly changedAt?: Date;
    /** Absent: never used. */
    readonly lastUsedAt?: Date;
  };
}

export interface CredentialReport {
  /** The row of the user with this name who was created at that moment: a deleted user's name may be given again. */
  find(userName: string, createdAt: Date): ReportedUser | undefined;
}

const keyColumns = ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'];
const columns = [
  'user',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  ...[1, 2].flatMap((slot) => keyColumns.map((column) => `access_key_${slot}_${column}`)),
];

type Row = (column: string) => string;

/**
 * The account's credential report. Columns are found by the header, because AWS adds some now and then.
 *
 * Source: IAM User Guide, Getting credential reports, "Understanding the report format".
 * @throws KeyturnError `credential-report-unreadable`
 */
export function parseCredentialReport(csv: string): CredentialReport {
  const [header, ...records] = parseCsv(csv) ?? [];
  if (!header) throw new KeyturnError('credential-report-unreadable', 'The credential report is not CSV.');
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new KeyturnError(
      'credential-report-unreadable',
      `The credential report has no column ${missing.join(', ')}.`,
    );
  }
  const rows = new Map(
    records.map((values) => {
      const row: Row = (column) => values[header.indexOf(column)] ?? '';
      return [rowKey(row('user'), parseMoment(row('user_creation_time'))), row];
    }),
  );
  return {
    find(userName, createdAt) {
      const row = rows.get(rowKey(userName, createdAt));
      return row && reportedUser(row);
    },
  };
}

function rowKey(userName: string, createdAt: Date | undefined): string {
  return `${userName} ${createdAt && wholeSeconds(createdAt)}`;
}

function reportedUser(row: Row): ReportedUser {
  const slots = [keySlot(row, 'access_key_1'), keySlot(row, 'access_key_2')].filter(
    ({ active, rotatedAt }) => active || rotatedAt !== '',
  );
  if (!isTrue(row('password_enabled'))) return { slots };
  const changedAt = parseMoment(row('password_last_changed'));
  const lastUsedAt = parseMoment(row('password_last_used'));
  return { slots, password: { ...(changedAt && { changedAt }), ...(lastUsedAt && { lastUsedAt }) } };
}

function keySlot(row: Row, prefix: string): KeySlot {
  const active = isTrue(row(`${prefix}_active`));
  const rotatedAt = parseMoment(row(`${prefix}_last_rotated`));
  return {
    active,
    rotatedAt: rotatedAt ? wholeSeconds(rotatedAt) : '',
    lastUse: lastUse(
      parseMoment(row(`${prefix}_last_used_date`)),
      row(`${prefix}_last_used_service`),
      row(`${prefix}_last_used_region`),
    ),
  };
}

/** `TRUE` and `true` both occur; the root user's columns say `not_supported`. */
function isTrue(value: string): boolean {
  return value.toLowerCase() === 'true';
}
